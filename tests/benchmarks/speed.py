"""Training while somebody watches, against the bare loop; and how fast a dragged slider is answered."""

from __future__ import annotations

import statistics
import subprocess
import sys

from playwright.sync_api import Page

from tests.benchmarks.laboratory import ROOT, browsing, serving

ROUNDS, SECONDS = 5, 4.0
STAGE = ".st-key-stage .lab"
BARE = f"""
import time
from core import RunConfig
from core.training.loop import Training, one_thread
training = Training(RunConfig(dataset="digits", model="autoencoder", steps=200_000))
training.advance(steps=200)
with one_thread():
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < {SECONDS}:
        for _ in range(50):
            training.take_step()
        steps += 50
print(steps / (time.perf_counter() - began))
"""
# From one change of the step on screen to another, so that no picture is counted in part.
PACE = """async ([root, milliseconds]) => {
  const change = () => new Promise((done) => {
    const watcher = new MutationObserver(() => {
      watcher.disconnect();
      done([Number(root.dataset.step), performance.now()]);
    });
    watcher.observe(root, { attributeFilter: ["data-step"] });
  });
  const [first, began] = await change();
  await new Promise((done) => setTimeout(done, milliseconds));
  const [last, ended] = await change();
  return (1000 * (last - first)) / (ended - began);
}"""
# Milliseconds from each of many moves of a hand to the picture that answers it: of a slider, or of a pen on a pad.
ANSWERED = """async root => {
  const slider = root.querySelector("input[type=range]"), pad = root.querySelector(".drawn");
  const slide = (i) => {
    slider.value = Number(slider.min) + (Number(slider.max) - Number(slider.min)) * ((i * 7) % 60) / 60;
    slider.dispatchEvent(new Event("input"));
  };
  const stroke = (i) => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    const [clientX, clientY] = [left + width * (0.3 + i / 150), top + height * (0.2 + i / 100)];
    pad.dispatchEvent(new PointerEvent(i ? "pointermove" : "pointerdown", { clientX, clientY }));
  };
  if (pad) Object.assign(pad, { setPointerCapture: () => {}, hasPointerCapture: () => true });
  const times = [];
  for (let i = 0; i < 60; i++) {
    const before = root.dataset.answers;
    const began = performance.now();
    (pad ? stroke : slide)(i);
    while (root.dataset.answers === before) await new Promise(requestAnimationFrame);
    times.push(performance.now() - began);
  }
  return times.slice(10);
}"""


def main() -> None:
    """Print the share of the bare loop's speed that is left, per frame rate, and the slider's latency."""
    with serving() as url, browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(300_000)
        page.goto(f"{url}/?dataset=digits&model=autoencoder&steps=200000")
        page.click(".st-key-train button:not([disabled])")
        page.wait_for_selector(f"{STAGE}[data-status=running]")
        shares: dict[int, list[float]] = {4: [], 10: []}
        for _ in range(ROUNDS):
            for rate, found in shares.items():
                live = _live(page, rate)
                bare = float(subprocess.check_output([sys.executable, "-c", BARE], cwd=ROOT))
                found.append(live / bare)
        page.click(".st-key-stop button")
        page.wait_for_selector(f"{STAGE}[data-status=stopped]")
        print("\nSteps a second with one browser watching, as a share of the bare loop (autoencoder on digits)")
        for rate, found in shares.items():
            print(
                f"  {rate:2d} pictures a second: {statistics.median(found):.2f} ({min(found):.2f} – {max(found):.2f})"
            )
        page.get_by_role("link", name="Latent space", exact=True).first.click()
        page.wait_for_selector(".st-key-probe_decode .lab[data-answers]")
        _answered(page, ".st-key-probe_decode .lab", "Dragged latent slider to changed picture")
        page.locator(".st-key-cloud .tools button").filter(has_text="Draw").click()
        page.wait_for_selector(".st-key-cloud .hand[data-answers]")
        _answered(page, ".st-key-cloud .hand", "A stroke on the pad to code, reconstruction and neighbours")


def _answered(page: Page, part: str, what: str) -> None:
    """Print how fast moves of a hand on a part of the page are answered."""
    times = page.evaluate(ANSWERED, page.query_selector(part))
    median, slowest = statistics.median(times), sorted(times)[int(0.95 * len(times))]
    print(f"{what}: median {median:.1f} ms, 95 % under {slowest:.1f} ms")


def _live(page: Page, rate: int) -> float:
    """Steps a second over some seconds at `rate` pictures a second; the run is paused again afterwards."""
    if page.get_attribute(STAGE, "data-status") != "running":
        page.click(".st-key-train button:not([disabled])")
        page.wait_for_selector(f"{STAGE}[data-status=running]")
    page.locator(f"{STAGE} select").select_option(str(rate))
    page.wait_for_timeout(1500)
    pace: float = page.evaluate(PACE, [page.query_selector(STAGE), 1000 * SECONDS])
    page.click(".st-key-pause button:not([disabled])")
    page.wait_for_selector(f"{STAGE}[data-status=paused]")
    return pace
