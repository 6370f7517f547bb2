"""A knob that is dragged while runs follow it: from its last movement to the first moving picture of the new run."""

from __future__ import annotations

import statistics

from tests.benchmarks.laboratory import browsing, serving, warm_up

TURNS, WARM = 12, 2
# Turn the dial to another place; the milliseconds until a picture of a later step than the first, of another run.
TURN = """(input) => new Promise((resolve) => {
  const root = window.theStage;
  const before = root.stage.data.run;
  const began = performance.now();
  input.value = input.value === input.max ? 0 : Number(input.value) + 1;
  input.dispatchEvent(new Event("input"));
  const look = () => {
    const isThere = root.stage?.data.run !== before && Number(root.dataset.step) > 0;
    if (isThere) resolve(performance.now() - began);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


def main() -> None:
    """Print the median and the slowest of some turns, for each of some configurations."""
    with serving() as url, browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(60_000)
        warm_up(page, url)
        print("\nFrom the last movement of latent size to the first moving picture of the new run:")
        for dataset, model in (("digits", "autoencoder"), ("digits", "vae"), ("mnist_5000", "vae")):
            page.goto(f"{url}/?dataset={dataset}&model={model}&steps=20000&follow=yes")
            page.click(".st-key-train button:not([disabled])")
            page.wait_for_selector(".st-key-stage_view .lab[data-status=running]")
            page.locator(".st-key-stage_view .lab").evaluate("root => { window.theStage = root; }")
            dial = page.locator(".st-key-dial-latent_size input")
            taken = [dial.evaluate(TURN) for _ in range(WARM + TURNS)][WARM:]
            print(f"  {model} on {dataset}: {statistics.median(taken):.0f} ms, at most {max(taken):.0f} ms")
            page.click(".st-key-stop button")
            page.wait_for_selector(".st-key-stage_view .lab[data-status=stopped]")
