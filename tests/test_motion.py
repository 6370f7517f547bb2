"""What moves on the stage, and from where, without a browser."""

import pytest

from tests.node import computed

# One point of the plane at a step, and where it is drawn.
POINT = """
  const seen = (step, x) => ({ step, views: { plane: { range: [-1, 1], values: new Float32Array([x, 0]) } } });
  const drawn = (snapshot) => snapshot.views.plane.values[0];
"""


def test_points_come_from_where_the_run_before_is_and_curves_begin_anew():
    way = f"""(() => {{ {POINT}
  const before = new Glide();
  before.grow(500, 0);
  before.head(seen(500, 0), 0);
  before.head(seen(600, 8), 400);
  const next = new Glide(before);
  next.grow(0, 600);
  // Half-way, at 4, to where the run before stood last.
  next.head(seen(0, 12), 600);
  return [600, 700, 800].map((now) => [drawn(next.at(now)), next.stepAt(now)]).concat([[drawn(before.at(600)), 0]]);
}})()"""
    assert computed("glide.js", way) == [[4, 0], [8, 0], [12, 0], [4, 0]]


def test_a_film_moves_from_picture_to_picture_and_is_saved_as_it_is():
    way = f"""(() => {{ {POINT}
  const run = Object.assign(Object.create(Followed.prototype), {{ glide: new Glide(), here: null, at: null }});
  Object.assign(run, {{ status: {{ snapshots: [0, 10, 20] }}, newest: seen(20, 20), film: new Map() }});
  for (const step of [0, 10]) run.film.set(step, seen(step, step));
  const at = (now) => [run.goOn(now), run.snapshot.step, drawn(run.snapshot)];
  const found = [at(0)];
  run.look(0);
  found.push(at(1000), at(1500), at(2000));
  run.look(10);
  run.jump();
  found.push(at(performance.now()));
  return found;
}})()"""
    assert computed("glide.js followed.js", way) == [
        [False, 20, 20],
        [True, 0, 20],
        [True, 0, 10],
        [False, 0, 0],
        [False, 10, 10],
    ]


def test_what_comes_of_a_film_after_its_run_goes_on_is_none_of_its_news():
    resumed = """(() => {
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 1;
    send() {}
  };
  globalThis.setTimeout = () => 0;
  const run = new Followed({ run: "r", page: "", panels: [], drawn: "paused" }, 4, () => {});
  const hear = (step) => run.hear({ step, metrics: {}, views: {} });
  const says = (status) => run.note({ type: "status", status, snapshots: [0, 10, 20, 30] });
  run.history = [0, 10, 20, 30].map((step) => [step, {}]);
  hear(30);
  says("paused");
  run.fetchAll();
  hear(0);
  says("running");
  run.fetch(20);
  for (const step of [10, 20, 20, 40]) hear(step);
  return [run.newest.step, run.history.map(([step]) => step), run.asked, run.isHere(20)];
})()"""
    assert computed("followed.js", resumed) == [40, [0, 10, 20, 30, 40], [], True]


def test_news_do_not_make_a_motion_faster():
    way = """(() => {
  const timers = new Map();
  let [drawn, news] = [0, null];
  globalThis.setTimeout = (call) => timers.set(timers.size, call) && timers.size - 1;
  globalThis.clearTimeout = (timer) => timers.set(timer, null);
  globalThis.requestAnimationFrame = (call) => { news = call; };
  const paint = oncePerPicture(() => {
    drawn += 1;
    paint.after(100);
  });
  // Three pictures are asked for by news, each of which would be followed by one of the motion.
  for (let i = 0; i < 3; i += 1) {
    paint();
    news();
  }
  return [drawn, [...timers.values()].filter(Boolean).length];
})()"""
    assert computed("canvas.js", way) == [3, 1]


def test_the_film_says_since_when_its_oldest_picture_is():
    at = {"at": None, "status": {"step": 3450}}
    for since, words in ((None, "3,450"), (3450, "3,450"), (1200, "3,450, pictures since 1,200")):
        assert computed("film.js", "steps(state)", state={**at, "snapshot": {"step": 3450, "since": since}}) == words
    back = {"at": 900, "status": {"step": 3450}, "snapshot": {"step": 900, "since": 870}}
    assert computed("film.js", "steps(state)", state=back) == "900, pictures since 870"


def test_a_tab_that_nobody_sees_asks_for_no_pictures():
    asked = """(() => {
  const sent = [];
  const run = Object.assign(Object.create(Followed.prototype), { rate: 4, panels: ["codes"] });
  run.connection = { send: ({ panels }) => sent.push(panels) };
  for (const hidden of [false, true, false]) {
    document.hidden = hidden;
    run.ask();
  }
  return sent;
})()"""
    assert computed("followed.js", asked) == [["codes"], [], ["codes"]]


def test_the_readout_says_of_which_step_validation_numbers_are():
    metric = {"name": "mse", "title": "MSE", "unit": "", "format": ".2f", "help": ""}
    history = [[0, {"test_mse": 0.5}], [100, {"test_mse": 0.25}], [120, {}]]

    def said(step, status="paused"):
        state = {
            "data": {"metrics": [metric], "headline": ["mse"]}, "history": history, "at": None,
            "status": {"status": status}, "snapshot": {"step": step, "metrics": {}},
        }  # fmt: skip
        return [(cell["before"], cell["value"]) for cell in computed("readout.js", "headline(state)", state=state)]

    at = "<small>validation at step</small>"
    assert said(120) == [(at, "100"), ("MSE", "0.25")]
    assert said(100) == [("<small>validation</small> MSE", "0.25")]
    # Where it moves nothing comes and goes.
    assert said(100, "running") == [(at, "100"), ("MSE", "0.25")]


def test_the_readout_tells_a_run_that_was_paused_from_one_that_was_stopped():
    said = [computed("readout.js", "pace(status)", status={"status": each, "seconds": 3}) for each in
            ("paused", "stopped", "finished")]  # fmt: skip
    assert [(cell["before"], cell["value"]) for (cell,) in said] == [
        ("halted after", "3.0 s"), ("ended early after", "3.0 s"), ("trained for", "3.0 s"),
    ]  # fmt: skip


def test_an_axis_is_called_by_its_unit_or_by_the_only_metric_on_it():
    def name(unit, *titles):
        shown = [{"title": title, "unit": unit} for title in titles]
        return computed("panel_progress.js", "axisName(shown)", shown=shown)

    assert name("nats", "Loss", "KL") == "nats"
    assert name("", "MSE") == "MSE"


@pytest.mark.parametrize(("unit", "other", "together"), [("", "", False), ("nats", "nats", True), ("nats", "%", False)])
def test_numbers_without_a_unit_share_no_axis(unit, other, together):
    units = {"metric": {"unit": unit}, "other": {"unit": other}}
    assert computed("panel_progress.js", "[isAlike(metric, metric), isAlike(metric, other)]", **units) == [
        True,
        together,
    ]


def test_a_point_of_the_plane_is_told_by_its_class_and_its_place():
    views = {"reals": {"values": [9, 9, 0.523, -1.284]}, "labels": {"values": [1, 0]}}
    assert computed("peek.js", "told(views, names, 1)", views=views, names=["a", "b"]) == "a · 0.523, −1.28"
    rebuilt = {"reals": views["reals"], "reconstructions": {"values": [0, 0, 0.5, 1]}}
    said = computed("peek.js", "told(views, names, 1)", views=rebuilt, names=[])
    assert said == "0.523, −1.28 · rebuilt as 0.5, 1"


def test_arrow_keys_go_to_the_nearest_point_on_that_side():
    places = [[50, 50], [60, 58], [90, 50], [40, 50], [50, 20]]
    ways = {"right": [1, 0], "left": [-1, 0], "up": [0, -1], "down": [0, 1]}
    found = computed(
        "cloud_keys.js",
        "Object.values(ways).map((way) => towards((i) => places[i], places.length, 0, way))",
        places=places,
        ways=ways,
    )
    # Nothing is below.
    assert found == [1, 3, 4, 0]
    assert computed("cloud_keys.js", "towards((i) => places[i], 5, -1, [1, 0])", places=places) == 4


def test_a_name_does_not_hide_the_few_points_that_it_names():
    way = """(() => {
  const written = [];
  const nothing = () => {};
  const fillText = (name) => written.push(name);
  const context = { canvas: {}, save: nothing, restore: nothing, strokeText: nothing, fillText };
  globalThis.getComputedStyle = () => ({ getPropertyValue: () => "" });
  const groups = [0, 0, 0, 1, 1];
  const way = { values: new Float32Array(10), scale: [(x) => x, (y) => y] };
  drawNames(context, way, groups, ["three", "two"]);
  return written;
})()"""
    assert computed("marks.js", way) == ["three"]
