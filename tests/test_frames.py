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
    status: { steps: 100 }, picked: [], cross: null, repaint() {} });
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
  // What a run makes shows larger under the pointer, as long as the pointer is there.
  const { letEnlarge } = await import(`${folder}enlarge.js`);
  const figure = grid.querySelector("[data-panel=samples]");
  const tips = [];
  if (figure) {
    const tip = grid.parentElement.appendChild(document.createElement("div"));
    Object.assign(tip, { className: "tip", innerHTML: "<canvas></canvas><div></div>" });
    letEnlarge(figure, run(snapshot, null));
    const canvas = figure.querySelector("canvas");
    const [{ left, top }, [x, y]] = [canvas.getBoundingClientRect(), figure.spots.at(-1).box];
    const at = { clientX: left + x + 2, clientY: top + y + 2 };
    for (const type of ["pointermove", "pointerleave"]) {
      canvas.dispatchEvent(new PointerEvent(type, at));
      tips.push([getComputedStyle(tip).display, tip.textContent]);
    }
  }
  const isSame = (one, other) => one.every(([each], i) => each === other[i][0]);
  const kept = [isSame(found[0], found[1]), isSame(found[2], found[3]), isSame(found[3], found[4])];
  return [tips, kept, found.map((each) => each.map(([_, ...box]) => box))];
}"""


@pytest.mark.parametrize(("model", "dataset"), [("vae", "digits"), ("gan", "ring"), ("recurrent_clustering", "waves")])
def test_panels_keep_their_frames_from_the_first_paint_on(pages, model, dataset):
    config = config_of(model, dataset, steps=2)
    data = described(new_record(config), Status.RUNNING)
    picture = base64.b64encode(Training(config).snapshot().to_bytes()).decode()
    style = "".join((ASSETS / name).read_text(encoding="utf-8") for name in ("room.css", "lab.css"))
    page = pages[0]
    tips, kept, (alone, drawn, paired, beside, both) = page.evaluate(FRAMES, [address(""), style, data, picture])
    # The same elements, in the same places; a ghost gives the run's panels other ones once, and not when it is seen.
    assert kept == [True, True, True]
    assert [box for name, *box in alone if name] == [box for name, *box in drawn if name]
    assert [box for name, *box in paired if name] == [box for name, *box in beside if name]
    assert [name for name, *_ in alone if name]
    assert tips == ([["block", "before"], ["none", "before"]] if model == "vae" else [])
    assert [name for name, *_ in both if name] == [name for name, *_ in paired if name]


# Two rows of three tiles: after each key which one the pointer is told of, what is selected, and whether no mark shows.
KEYS = """async ([script, keys]) => {
  const { letGoAmong } = await import(script);
  document.body.innerHTML = `<div style="position: relative"><canvas width="90" height="60"></canvas></div>`;
  const canvas = document.querySelector("canvas");
  const tiles = [0, 1, 2, 3, 4, 5].map((k) => ({ i: k % 3, box: [30 * (k % 3), 30 * Math.floor(k / 3), 28, 28] }));
  const chosen = new Set();
  let on = null;
  canvas.onpointermove = ({ offsetX, offsetY }) => {
    on = [Math.floor(offsetX / 30), Math.floor(offsetY / 30)];
  };
  canvas.onpointerleave = () => {
    on = null;
  };
  letGoAmong(canvas, () => tiles, (i) => chosen.delete(i) || chosen.add(i));
  canvas.focus();
  return keys.map((key) => {
    canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    return [on, [...chosen], document.querySelector("i").hidden];
  });
}"""


def test_keys_go_among_samples_as_the_pointer_does_and_select_them(pages):
    keys = [
        "Enter",
        "ArrowDown",
        "ArrowRight",
        "ArrowDown",
        " ",
        "ArrowRight",
        "Enter",
        "Enter",
        "ArrowRight",
        "Escape",
    ]
    first, right, below, last = [0, 0], [1, 0], [1, 1], [2, 1]
    assert pages[0].evaluate(KEYS, [address("tile_keys.js"), keys]) == [
        [None, [], True], [first, [], False], [right, [], False], [below, [], False], [below, [1], False],
        [last, [1], False], [last, [1, 2], False], [last, [1], False], [last, [1], False], [None, [1], True],
    ]  # fmt: skip
