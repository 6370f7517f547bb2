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


# The same where a run moves on the stage, or rests, and what happens after the key was pressed: the buttons of the page
# are drawn anew, or the run moves or rests; a while of it has passed.
LATER = KEY.replace(
    "(() => {", "(() => {\n  let now = 0;\n  performance.now = () => now;\n  sayMoves(moves);", 1
).replace(
    "  return pressed;",
    """  for (const then of later) {
    if (then.enabled) enabled.splice(0, enabled.length, ...then.enabled);
    if ("moves" in then) sayMoves(then.moves);
    now += then.after ?? 0;
    globalThis.mutate();
  }
  return pressed;""",
)


@pytest.mark.parametrize(
    ("key", "moves", "enabled", "later", "pressed"),
    [
        # A step is over, and the page still has the buttons of a run that moves; or it has none of them.
        (" ", False, ["pause"], [{"enabled": ["train"]}], ["train"]),
        (" ", False, [], [{}, {"enabled": ["pause"]}, {"enabled": ["train"]}, {}], ["train"]),
        (".", False, ["pause"], [{"enabled": ["train", "step"]}], ["step"]),
        # A run has just begun.
        (" ", True, ["train", "step"], [{"enabled": ["pause", "train"]}, {}], ["pause"]),
        (".", True, ["train", "step"], [{"enabled": ["pause"]}], []),
        # It ended before the page could be asked to pause it, and nothing else is begun.
        (" ", True, ["train"], [{"moves": False}, {"enabled": ["pause"]}], []),
        # Settings that cannot be trained are mended after the key, of buttons that fitted, or long after it.
        (" ", False, [], [{"after": 2000}, {"enabled": ["train"]}], []),
        (" ", True, [], [{"after": 60_000}, {"enabled": ["pause"]}], []),
    ],
)
def test_a_key_means_what_the_stage_shows_and_waits_for_the_buttons_for_that(key, moves, enabled, later, pressed):
    known = {"key": key, "moves": moves, "enabled": enabled, "watched": False, "later": later}
    assert computed("on_stage.js keys.js", LATER, **known) == pressed


# What these pens draw of a curve, which is known by its width: the steps at which one is set down, or goes on.
DRAWN = """(() => {
  const [way, width] = [[], 7];
  const own = { measureText: () => ({ width: 1 }) };
  const context = new Proxy(own, { get: (_, name) => own[name] ?? (() => {}) });
  globalThis.window = {};
  globalThis.getComputedStyle = () => ({ color: "", fontFamily: "" });
  const canvas = { clientWidth: 400, clientHeight: 200, style: {}, getContext: () => context };
  const { step } = drawCurves(canvas, [], 40, "");
  for (const pen of pens) {
    context[pen] = (x) => {
      if (own.lineWidth === width) way.push([pen, Math.round(step(x))]);
    };
  }
  drawCurves(canvas, [{ points, colour: "", dashed: false, width }], 40, "");
  return way;
})()"""


def test_a_curve_has_a_gap_where_there_is_no_number():
    points = [[0, None], [10, 1.0], [20, 2.0], [30, None], [40, 1.5]]
    pens = ["moveTo", "lineTo"]
    assert computed("curves.js", DRAWN, points=points, pens=pens) == [["moveTo", 10], ["lineTo", 20], ["moveTo", 40]]


def test_a_point_without_a_neighbour_is_a_dot():
    points = [[0, 1.0], [10, None], [20, 2.0], [30, 1.0]]
    assert computed("curves.js", DRAWN, points=points, pens=["arc"]) == [["arc", 0]]


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


@pytest.mark.parametrize(("latents", "frame"), [(2, [[-3, -2], [3, 4]]), (5, [[-1, -1], [1, 1]])])
def test_a_run_and_its_ghost_have_one_scale_where_they_have_as_many_latents(latents, frame):
    def seen(count, *values):
        views = {"codes": {"shape": [9, count]}, "plane": {}, "frame": {"values": values}}
        return {"at": None, "snapshot": {"views": views}}

    states = {"state": seen(2, -1, -1, 1, 1), "ghost": seen(latents, -3, -2, 3, 4)}
    assert computed("panel_codes.js", "frameBeside(state, ghost)", **states) == frame
    assert computed("panel_codes.js", "frameBeside(state)", **states) == [[-1, -1], [1, 1]]
