"""A hole under the hand: from where it is made to the first picture of it filled."""

from __future__ import annotations

import statistics

from tests.benchmarks.laboratory import browsing, serving, warm_up

TURNS, WARM = 30, 3
# The goal of autoencoders on digits is 300 ms; models with a prior search, and show the first of ten slices.
MODELS = ("autoencoder", "convolutional_autoencoder", "vae", "gan")
# Take the hole away and make it anew; the milliseconds until its first fill has been drawn.
TURN = """(root) => new Promise((resolve) => {
  root.querySelector(".clear").click();
  const before = root.dataset.answers;
  const began = performance.now();
  root.querySelector(".standard").click();
  const look = () => {
    if (root.dataset.answers !== before) requestAnimationFrame(() => resolve(performance.now() - began));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
# A search goes on after its first fill.
CALM = """(root) => new Promise((resolve) => {
  const look = () => {
    if (root.querySelector("p").textContent.includes("searching")) setTimeout(look, 50);
    else resolve();
  };
  look();
})"""


def main() -> None:
    """Print the median and the slowest of some holes, for each of some models."""
    with serving() as url, browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(300_000)
        warm_up(page, url)
        print("\nFrom a hole to its first fill, on digits:")
        for model in MODELS:
            page.goto(f"{url}/?dataset=digits&model={model}&steps=300")
            page.click(".st-key-train button:not([disabled])")
            page.wait_for_selector(".st-key-stage_view .lab[data-status=finished]")
            run = page.evaluate("new URLSearchParams(location.search).get('run')")
            page.goto(f"{url}/uses?run={run}&use=completion")
            hole = page.locator(".st-key-brushed .lab")
            page.wait_for_selector(".st-key-brushed .lab[data-answers]")
            taken = []
            for _ in range(WARM + TURNS):
                hole.evaluate(CALM)
                taken.append(hole.evaluate(TURN))
            taken = taken[WARM:]
            print(f"  {model}: {statistics.median(taken):.0f} ms, at most {max(taken):.0f} ms", flush=True)
