"""From nothing to a page: against an empty Streamlit app, started in turn with ours."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks.laboratory import browsing, median, serving

ROUNDS = 5
EMPTY = """import streamlit as st
app = st.App("page.py")
if __name__ == "__main__":
    app.run(config={"server.address": "127.0.0.1", "server.headless": True, "browser.gatherUsageStats": False})
"""
STAGE = ".st-key-stage .lab"


def main() -> None:
    """Print seconds to the first text, to a usable Train page, and from a click to the first moving picture."""
    rows: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY)
        (Path(folder) / "page.py").write_text("import streamlit as st\nst.title('Train')\n")
        for _ in range(ROUNDS):
            for name, seconds in _empty(browser, empty).items():
                rows.setdefault(name, []).append(seconds)
            for name, seconds in _ours(browser).items():
                rows.setdefault(name, []).append(seconds)
    print("\nStart-up, seconds from the command: median (min – max) of", ROUNDS)
    for name, values in rows.items():
        print(f"  {name:55s} {median(values)}")
    base = rows["empty Streamlit app: first text"]
    for name in ("Latent Lab: first text", "Latent Lab: Train can be clicked"):
        ratio = statistics.median([ours / theirs for ours, theirs in zip(rows[name], base, strict=True)])
        print(f"  {name:55s} {ratio:.2f} × the empty app")


def _empty(browser: Browser, script: Path) -> dict[str, float]:
    began = time.perf_counter()
    with serving(script) as url:
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector("h1")
        first = time.perf_counter() - began
        page.close()
    return {"empty Streamlit app: first text": first}


def _ours(browser: Browser) -> dict[str, float]:
    began = time.perf_counter()
    with serving() as url:
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector("h1")
        first = time.perf_counter() - began
        page.wait_for_selector(".st-key-train button:not([disabled])")
        usable = time.perf_counter() - began
        cold = _click_to_picture(page)
        page.wait_for_selector(f"{STAGE}[data-status=finished]", timeout=60_000)
        page.click(".st-key-reset button")
        page.wait_for_selector(".st-key-gallery_preview canvas")
        warm = _click_to_picture(page)
        page.close()
    return {
        "Latent Lab: first text": first,
        "Latent Lab: Train can be clicked": usable,
        "click to first moving picture, right after start-up": cold,
        "click to first moving picture, engine warm": warm,
    }


def _click_to_picture(page) -> float:  # type: ignore[no-untyped-def]
    """Seconds from a click on Train until a picture of a step after the first is on the stage."""
    clicked = time.perf_counter()
    page.click(".st-key-train button")
    moving = "node => node && Number(node.dataset.step) > 0"
    page.wait_for_selector(f"{STAGE}[data-step]")
    page.wait_for_function(moving, arg=page.query_selector(STAGE))
    return time.perf_counter() - clicked
