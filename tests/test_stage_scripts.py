"""Scripts of the Train page without a browser: what keys press, and where a curve has gaps."""

import pytest

from tests.node import computed

# A page on which these buttons can be pressed; which of them a key does.
KEY = """(() => {
  const [pressed, listeners] = [[], []];
  const buttonOf = (name) => ({ click: () => pressed.push(name) });
  document.querySelector = (selector) => {
    const [, name] = selector.match(/st-key-(\\w+)/) ?? [];
    return selector.includes(":not(:disabled)") ? (enabled.includes(name) ? buttonOf(name) : null) : name && {};
  };
  document.removeEventListener = () => {};
  document.addEventListener = (_, listener) => listeners.push(listener);
  main({ data: { watched }, parentElement: { querySelector: () => ({ dataset: {} }) } });
  listeners[0]({ key, composedPath: () => [{}], preventDefault() {} });
  return pressed;
})()"""


@pytest.mark.parametrize(
    ("key", "enabled", "watched", "pressed"),
    [
        (" ", ["train", "step", "reset"], False, ["train"]),
        (" ", ["pause", "stop", "reset"], False, ["pause"]),
        # A knob was turned while one's own run moves.
        (" ", ["pause", "train", "stop", "reset"], False, ["pause"]),
        # Somebody else's moves, and the knobs say something else.
        (" ", ["train", "reset", "slow"], True, []),
        (".", ["train", "step"], False, ["step"]),
        ("s", ["train", "slow"], True, ["slow"]),
    ],
)
def test_space_trains_and_pauses_and_starts_nothing_while_somebody_elses_run_is_watched(key, enabled, watched, pressed):
    assert computed("keys.js", KEY, key=key, enabled=enabled, watched=watched) == pressed


# What is drawn of a curve: the steps at which the pen is set down, or goes on.
DRAWN = """(() => {
  const way = [];
  const own = { measureText: () => ({ width: 1 }) };
  const context = new Proxy(own, { get: (_, name) => own[name] ?? (() => {}) });
  globalThis.window = {};
  globalThis.getComputedStyle = () => ({ color: "", fontFamily: "" });
  const canvas = { clientWidth: 400, clientHeight: 200, style: {}, getContext: () => context };
  const { step } = drawCurves(canvas, [], 40, "");
  // Axes are drawn first.
  context.beginPath = () => way.splice(0);
  for (const pen of ["moveTo", "lineTo"]) context[pen] = (x) => way.push([pen, Math.round(step(x))]);
  drawCurves(canvas, [{ points, colour: "", dashed: false, width: 1 }], 40, "");
  return way;
})()"""


def test_a_curve_has_a_gap_where_there_is_no_number():
    points = [[0, None], [10, 1.0], [20, 2.0], [30, None], [40, 1.5]]
    assert computed("curves.js", DRAWN, points=points) == [["moveTo", 10], ["lineTo", 20], ["moveTo", 40]]


# A run and its ghost as the stage knows them, of `points`, and of others with so many `latents`; where those lie then.
ALIKE = """(() => {
  const view = (values, range = null) => ({ shape: [values.length / 2, 2], values: Float32Array.from(values), range });
  const known = (values, latents) => ({
    data: { prior: null, selected: { samples: "these", indices: [] } },
    snapshot: { views: { codes: { shape: [3, latents] }, plane: view(values), frame: view(frame) } },
  });
  const [run, ghost] = [known(points, 5), known(others, latents)];
  const isTurned = layAlike(ghost, run);
  const { plane, frame: turned } = (ghost.here ?? ghost.snapshot).views;
  return [isTurned, [...plane.values].map(Math.round), [...turned.values].map(Math.round)];
})()"""
POINTS = [0, 0, 4, 0, 0, 2]


@pytest.mark.parametrize(
    ("others", "frame", "latents", "alike"),
    [
        # A quarter turn, and a mirror image.
        ([0, 0, 0, 4, -2, 0], [-2, 0, 0, 2], 4, [True, POINTS, [0, 0, 2, 2]]),
        ([0, 0, -4, 0, 0, 2], [-4, 0, 0, 4], 4, [True, POINTS, [0, 0, 4, 4]]),
        # Two latents have axes of their own; and fewer points are no longer the same.
        ([0, 0, 0, 4, -2, 0], [0, 0, 1, 1], 2, [False, [0, 0, 0, 4, -2, 0], [0, 0, 1, 1]]),
        ([0, 0, 0, 4], [0, 0, 1, 1], 4, [False, [0, 0, 0, 4], [0, 0, 1, 1]]),
    ],
)
def test_the_codes_of_a_ghost_lie_as_those_of_its_run(others, frame, latents, alike):
    found = computed("alignment.js", ALIKE, points=POINTS, others=others, frame=frame, latents=latents)
    assert found == alike
