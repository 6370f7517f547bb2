"""A server that is told what it cannot understand says so instead of starting."""

import os
import subprocess
import sys

import pytest

from tests.patience import TIMEOUT
from tests.server import ROOT


@pytest.mark.parametrize(
    ("variable", "text", "most"),
    [
        ("STREAMLIT_SERVER_PORT", "abc", 65535),
        ("STREAMLIT_SERVER_PORT", "65536", 65535),
        ("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1.5", 31536000),
    ],
)
def test_a_variable_that_is_no_number_is_a_sentence(tmp_path, variable, text, most):
    environment = {**os.environ, "LATENT_LAB_HOME": str(tmp_path), variable: text}
    command = [sys.executable, "app.py"]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert ended.returncode == 2
    assert f"The variable {variable} is {text!r}, and takes a number from 0 to {most}. Set it to one" in ended.stderr
    assert "Traceback" not in ended.stderr
