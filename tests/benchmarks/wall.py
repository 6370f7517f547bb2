"""A sweep's wall under the hand: its sliders, thirty live tiles, and what twenty sweeps leave in the browser."""

from __future__ import annotations

import statistics
import tempfile
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, TimeoutError

from core import RunConfig, Sweep
from core.engine import Engine, SweepRecord
from core.home import Home
from tests.benchmarks.laboratory import browsing, serving

PATIENCE = 600_000
SIX, THIRTY = (1, 2, 4, 8, 16, 32), tuple(range(1, 31))
SWEEPS, TURNS = 20, 40
# Steps of each of the thirty, and milliseconds that their last pictures have to come.
STEPS, LAST_PICTURES = 1000, 10_000
# Move a slider to another place; the milliseconds until the next picture of the screen has been drawn.
TURN = """(input) => new Promise((resolve) => {
  const places = Number(input.max) - Number(input.min) + 1;
  input.value = Number(input.min) + ((Number(input.value) - Number(input.min) + 1) % places);
  const began = performance.now();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => resolve(performance.now() - began));
})"""
TILES = ".lab .tiles .tile"
DRAWN = f"{TILES}[data-step]"


def main() -> None:
    """Print what each slider costs, whether thirty tiles move, and the browser's memory after twenty sweeps."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        finished, thirty = _sweep_before(home)
        with serving(home=home) as url, browsing() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(PATIENCE)
            _sliders(page, f"{url}/sweep?sweep={finished[0]}")
            _memory(page, url, finished)
            _thirty(page, f"{url}/sweep?sweep={thirty}")


def _sweep_before(home: Home) -> tuple[list[str], str]:
    """Twenty sweeps that are finished, and one of thirty runs that has just begun."""
    engine = Engine(home, workers=2)
    engine.open()
    engine.wait_until_ready(60)

    def start(steps: int, sizes: tuple[int, ...]) -> SweepRecord:
        base = RunConfig(dataset="digits", model="autoencoder", steps=steps)
        swept = Sweep(base=base, axes={"latent_size": sizes})
        return engine.sweeps.kept.get(engine.sweeps.start(swept, "benchmark", f"{steps} steps"))

    finished = []
    for number in range(SWEEPS):
        record = start(200 + number, SIX)
        for live in engine.sweeps.moving(record):
            live.over.wait()
        finished.append(record.id)
    thirty = start(STEPS, THIRTY)
    engine.close()
    return finished, thirty.id


def _sliders(page: Page, address: str) -> None:
    """Time the slider that is the knob, and the time slider over tiles and over the large stage."""
    page.goto(address)
    page.locator(DRAWN).nth(5).wait_for()

    def turn(name: str, selector: str) -> None:
        taken = [page.locator(selector).evaluate(TURN) for _ in range(TURNS)]
        # The first rounds fetch the pictures of each step.
        page.wait_for_load_state("networkidle")
        taken = [page.locator(selector).evaluate(TURN) for _ in range(TURNS)]
        print(f"  {name}: {statistics.median(taken):.1f} ms, at most {max(taken):.1f} ms")

    print("\nFrom a slider's movement to the picture on screen:")
    turn("time, six tiles", ".lab .film input[type=range]")
    page.locator(".lab .modes button").last.click()
    turn("time, one large", ".lab .film input[type=range]")
    turn("the swept knob", ".lab .knob input[type=range]")


def _memory(page: Page, url: str, sweeps: list[str]) -> None:
    """Open the sweeps one after another, without loading the page anew."""
    page.goto(f"{url}/sweep")
    devtools = page.context.new_cdp_session(page)
    taken = []
    for sweep in sweeps:
        page.click(f".st-key-open-{sweep} button")
        page.locator(DRAWN).nth(5).wait_for()
        page.click(".st-key-new_sweep button")
        page.locator(".st-key-start_sweep").wait_for()
        devtools.send("HeapProfiler.collectGarbage")
        taken.append(page.evaluate("performance.memory.usedJSHeapSize") / 2**20)
    print(f"\nThe page's memory after one sweep {taken[0]:.1f} MiB, after {len(taken)} {taken[-1]:.1f} MiB")


def _thirty(page: Page, address: str) -> None:
    """Let thirty runs go on, and see that each of them moves on one page that is never loaded anew."""
    page.goto(address)
    page.evaluate("window.isTheSamePage = true")
    page.click(".st-key-go_on button")
    page.get_by_text("30 of 30 runs finished").wait_for()
    # Tiles out of sight are drawn when they come into it, the last pictures a moment after the last runs have ended.
    page.locator(TILES).last.scroll_into_view_if_needed()
    with suppress(TimeoutError):
        page.locator(f"{TILES}[data-step='{STEPS}']").nth(len(THIRTY) - 1).wait_for(timeout=LAST_PICTURES)
    shown = page.locator(TILES).evaluate_all("tiles => tiles.map((tile) => Number(tile.dataset.step))")
    is_same = page.evaluate("window.isTheSamePage === true")
    print(f"\nThirty tiles: {sum(step == STEPS for step in shown)} of {len(shown)} show their last step, ", end="")
    print("on the page that was opened" if is_same else "on a page that was loaded anew")
