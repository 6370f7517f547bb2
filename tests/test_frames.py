"""Panels have their size and place before there is a picture of the run, in a real browser."""

import base64

import pytest

from core.protocol import Status
from core.training.loop import Training
from pages.ui.component import ASSETS
from pages.ui.scripts import address
from pages.ui.stage import described
from tests.making import config_of, new_record
from tests.test_points import pages as pages

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# The frames of a run's panels before and after its first picture, and after another one with a ghost beside it.
FRAMES = """async ([folder, style, data, bytes]) => {
  const { drawPanels, layOut } = await import(`${folder}panels.js`);
  const { readSnapshot } = await import(`${folder}snapshot.js`);
  document.body.innerHTML = `<style>${style}</style><div class="lab stage"><div class="panels"></div></div>`;
  const grid = document.querySelector(".panels");
  const boxes = () => [...grid.querySelectorAll("figure, canvas")].map((each) => {
    const { x, y, width, height } = each.getBoundingClientRect();
    return [each, each.dataset.panel ?? "", Math.round(x), Math.round(y), Math.round(width), Math.round(height)];
  });
  const snapshot = readSnapshot(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)).buffer);
  const run = (seen, ghost) => ({ data, ghost, snapshot: seen, history: [[0, {}]], at: null, tip: 0, pointed: null,
    status: { steps: 100 }, cross: null, repaint() {} });
  const found = [];
  for (const ghost of [null, run(undefined, null)]) {
    layOut(grid, run(undefined, ghost));
    found.push(boxes());
    drawPanels(grid, run(snapshot, ghost));
    found.push(boxes());
    if (!ghost) continue;
    drawPanels(grid, run(snapshot, run(snapshot, null)));
    found.push(boxes());
  }
  const isSame = (one, other) => one.every(([each], i) => each === other[i][0]);
  const kept = [isSame(found[0], found[1]), isSame(found[2], found[3]), isSame(found[3], found[4])];
  return [kept, found.map((each) => each.map(([_, ...box]) => box))];
}"""


@pytest.mark.parametrize(("model", "dataset"), [("vae", "digits"), ("gan", "ring"), ("recurrent_clustering", "waves")])
def test_panels_keep_their_frames_from_the_first_paint_on(pages, model, dataset):
    config = config_of(model, dataset, steps=2)
    data = described(new_record(config), Status.RUNNING)
    picture = base64.b64encode(Training(config).snapshot().to_bytes()).decode()
    style = (ASSETS / "lab.css").read_text(encoding="utf-8")
    page = pages[0]
    kept, (alone, drawn, paired, beside, both) = page.evaluate(FRAMES, [address(""), style, data, picture])
    # The same elements, in the same places; a ghost gives the run's panels other ones once, and not when it is seen.
    assert kept == [True, True, True]
    assert [box for name, *box in alone if name] == [box for name, *box in drawn if name]
    assert [box for name, *box in paired if name] == [box for name, *box in beside if name]
    assert [name for name, *_ in alone if name]
    assert [name for name, *_ in both if name] == [name for name, *_ in paired if name]
