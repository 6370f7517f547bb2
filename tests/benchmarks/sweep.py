"""A sweep on screen: when its tiles move, and how long it takes against the same runs one after another."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.benchmarks.laboratory import ROOT, browsing, serving, warm_up, watched
from tests.benchmarks.speed import BARE

SIZES, STEPS = (1, 2, 4, 8, 16, 32), 1500
PATIENCE = 600_000
# Tiles whose picture is of a later step than the first.
MOVING = ".lab .tiles .tile[data-step]:not([data-step='0'])"


def main() -> None:
    """Print the time to six moving tiles, and of the sweep against six watched runs and against bare loops."""
    with serving() as url, browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        model = "dataset=digits&model=autoencoder"
        query = f"{model}&steps={STEPS}"
        warm_up(page, url)
        page.goto(f"{url}/sweep?{query}")
        page.wait_for_selector(".st-key-start_sweep button:not([disabled])")
        began = time.perf_counter()
        page.click(".st-key-start_sweep button")
        page.locator(MOVING).nth(len(SIZES) - 1).wait_for()
        moving = time.perf_counter() - began
        page.get_by_text(f"{len(SIZES)} of {len(SIZES)} runs finished").wait_for()
        together = time.perf_counter() - began
        # With another seed, because what is there is not trained once more.
        alone = sum(watched(page, f"{url}/?{query}&seed=1&latent_size={size}") for size in SIZES)
    command, workers = [sys.executable, "-c", BARE], max(2, os.cpu_count() or 2)
    loops = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(workers)]
    bare = sum(float(loop.communicate()[0]) for loop in loops)
    print(f"\nClick to {len(SIZES)} moving tiles: {moving:.2f} s")
    print(f"Six latent sizes of the autoencoder on digits, {STEPS:,} steps each, with a viewer:")
    print(f"  as a sweep {together:.1f} s, one after another {alone:.1f} s: {together / alone:.2f}")
    pace = len(SIZES) * STEPS / together
    print(f"  {pace:,.0f} steps a second, {pace / bare:.2f} of what {workers} bare loops take together")
