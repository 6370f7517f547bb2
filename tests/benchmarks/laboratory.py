"""A server and a browser of its own for each measurement."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from core.home import Home
from tests.chromium import QUIET, find

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving(script: Path = ROOT / "app.py", home: Home | None = None) -> Iterator[str]:
    """The address of a server just started from `script`, as soon as it says it; without a `home` it has a new one."""
    with tempfile.TemporaryDirectory() as new:
        environment = {**os.environ, "LATENT_LAB_HOME": str(home.path if home else new), "PYTHONUNBUFFERED": "1"}
        server = subprocess.Popen(
            [sys.executable, str(script)], cwd=script.parent, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        try:
            yield next(found[0] for line in server.stdout if (found := re.findall(r"http://\S+", line)))
        finally:
            server.terminate()
            server.wait()


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless Chromium."""
    path = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


def median(values: list[float]) -> str:
    """Median, smallest and largest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} – {max(values):.2f})"
