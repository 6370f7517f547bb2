"""Every analysis on the models that tests/test_analysis.py has others stand for.

They take half a minute: python -m pytest -n 0 tests/benchmarks/test_every_analysis.py
"""

import pytest

from core import MODELS
from tests.test_analysis import FIRST_ASKED, assert_analyses_run_on, in_haste


@pytest.mark.parametrize("name", [name for name in MODELS if name not in FIRST_ASKED])
def test_every_analysis_runs_on_the_other_models(name, monkeypatch):
    in_haste(monkeypatch)
    assert_analyses_run_on(name)
