"""A server and a browser of its own for each measurement."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

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


def watched(page: Page, address: str) -> float:
    """Seconds from the click to the end of a run that is watched on the Train page."""
    page.goto(address)
    page.wait_for_selector(".st-key-train button:not([disabled])")
    began = time.perf_counter()
    page.click(".st-key-train button")
    page.wait_for_selector(".st-key-stage_view .lab[data-status=finished]")
    return time.perf_counter() - began


def warm_up(page: Page, url: str) -> None:
    """Train for so long that all workers are there: the others start when the first has joined."""
    watched(page, f"{url}/?dataset=digits&model=autoencoder&steps=6000&seed=9")


def median(values: list[float]) -> str:
    """Median, smallest and largest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} – {max(values):.2f})"
