"""What scripts make of what comes late: a page that answers while the hand is elsewhere, and curves on their way."""

import pytest

from tests.node import computed

# What is said of the same thing in turn: "tell 3" by a script, "hear 3" by its page; what of it was news to the script.
HEARD = """said.filter((each) => {
  const [act, value] = each.split(" ");
  return act === "tell" ? void echo.tell(value) : echo.isNews(value);
})"""


@pytest.mark.parametrize(
    ("said", "news"),
    [
        (["hear 0", "hear 1", "hear 1"], ["hear 1"]),
        # A page answers each, or some, late; and says meanwhile what it said before.
        (["tell 1", "tell 2", "tell 3", "hear 1", "hear 2", "hear 3"], []),
        (["tell 1", "tell 2", "hear 0", "hear 2", "hear 2"], []),
        (["tell 1", "tell 0", "hear 1", "hear 0"], []),
        # Back leads to what was told once, and to what never was.
        (["tell 1", "tell 2", "hear 2", "hear 1", "hear 0"], ["hear 1", "hear 0"]),
        (["tell 1", "hear 7", "hear 1"], ["hear 7", "hear 1"]),
    ],
    ids=str,
)
def test_what_a_page_was_told_is_no_news(said, news):
    assert computed("echo.js", f"((echo) => {HEARD})(new Echo('0'))", said=said) == news


def test_the_page_will_know_what_it_was_told_last():
    known = "echo.known, echo.tell(1), echo.tell(2), echo.known, echo.isNews(1), echo.known, echo.isNews(5), echo.known"
    found = computed("echo.js", f"((echo) => [{known}])(new Echo(0))")
    assert found == [0, None, None, 2, False, 2, True, 5]


# A component of two sliders without a browser: each move is the slider's place and value, or what the page says then.
SLIDERS = """(() => {
  globalThis.WebSocket = class { static OPEN = 1; };
  globalThis.ResizeObserver = class { observe() {} };
  globalThis.setTimeout = () => 0;
  const told = [];
  const input = (min, i) => (
    { type: "range", min, max: high[i], value: stands[i], dataset: { latent: i }, nextElementSibling: {} }
  );
  const inputs = low.map(input);
  const root = { dataset: {}, querySelectorAll: () => inputs, closest: () => ({ addEventListener() {} }) };
  const latents = { latents: [0, 1], names: ["", ""], inactive: [], start: [0, 0], low, high };
  const data = { run: "r", kind: "decode", look: {}, ...latents };
  const says = (stands) => main({
    data: { ...data, stands },
    parentElement: { querySelector: () => root },
    setTriggerValue: (name, value) => told.push(value),
  });
  says(stands);
  const seen = moves.map((move) => {
    if (move.says) says(move.says);
    else {
      inputs[move.slider].value = move.to;
      inputs[move.slider].onchange();
    }
    return inputs.map(({ value }) => value);
  });
  return { told, seen };
})()"""


def moved(*moves, low=(-3, -3), high=(3, 3)):
    stands = [low[0], low[1]]
    return computed("probe.js", SLIDERS, low=low, high=high, stands=stands, moves=moves)


def test_sliders_stay_under_the_hand_whatever_the_page_answers():
    first, second = {"slider": 0, "to": 1}, {"slider": 0, "to": 2}
    found = moved(first, second, {"says": [1, -3]}, {"slider": 1, "to": 0}, {"says": [2, -3]}, {"says": [2, 0]})
    assert found["told"] == [[1, -3], [2, -3], [2, 0]]
    assert found["seen"] == [[1, -3], [2, -3], [2, -3], [2, 0], [2, 0], [2, 0]]
    # Back takes them along.
    assert moved(first, {"says": [1, -3]}, second, {"says": [2, -3]}, {"says": [1, -3]})["seen"][-1] == [1, -3]


def test_places_are_told_to_a_thousandth_of_their_range():
    low, high = [-1234.56789, 0.000123456], [8765.4321, 0.000129]
    found = moved({"slider": 0, "to": 1111.1111}, {"slider": 1, "to": 0.00012716}, low=low, high=high)["told"]
    # One that was not moved stands where it stood.
    assert found == [[1111, low[1]], [1111, pytest.approx(0.00012716, abs=1e-8)]]
    assert len(str(found[1][1])) <= 11


# A dial without a browser: what the hand does with it, or what the page says, in turn; where it stands after each.
DIAL = """(() => {
  globalThis.setTimeout = () => 1;
  globalThis.clearTimeout = () => {};
  const told = [];
  const input = { value: 0, setAttribute() {} };
  const element = () => ({ setAttribute() {} });
  const root = {
    querySelector: (which) => (which === "input" ? input : element()),
    querySelectorAll: () => [element(), element()],
  };
  const data = { label: "", stops: ["1", "2", "4", "8"], changed: false, live: false, help: "" };
  const seen = moves.map((move) => {
    const { says, to, stops = data.stops } = move;
    if (says !== undefined) {
      main({
        data: { ...data, stops, place: says },
        parentElement: { querySelector: () => root },
        setTriggerValue: (name, value) => told.push(value),
      });
    } else {
      input.value = to;
      input.oninput();
      input.onchange();
    }
    return input.value;
  });
  return { told, seen };
})()"""


def test_a_dial_stays_under_the_hand_whatever_the_page_answers():
    first, second = {"to": 1}, {"to": 2}
    found = computed("dial.js", DIAL, moves=[{"says": 0}, first, second, {"says": 1}, {"says": 2}, {"says": 0}])
    # The last is Back, or the way back to the default.
    assert found == {"told": [1, 2], "seen": [0, 1, 2, 2, 2, 0]}
    others = {"says": 1, "stops": ["2", "3", "4"]}
    assert computed("dial.js", DIAL, moves=[{"says": 1}, {"says": 1}, others])["seen"] == [1, 1, 1]
    assert computed("dial.js", DIAL, moves=[{"says": 0}, {"to": 2}, others])["seen"] == [0, 2, 1]


# A film of ten steps: what is done in turn, "at" a step by the hand or "says" by the page; where it stands in the end.
FILM = """(() => {
  const state = { kept: [], at: null, data: {}, heeded: null, looks: new Echo(null), look(step) { this.at = step; } };
  for (const [act, step] of moves) {
    if (act === "comes") state.kept = [0, 10, 20, 30];
    if (act === "at") state.at = step;
    if (act === "told") state.looks.tell(step);
    if (act === "says") state.data = { at: step };
    heedPage(state);
  }
  return state.at;
})()"""


@pytest.mark.parametrize(
    ("moves", "stands"),
    [
        # A reload: the page says it before there is a film.
        (["says 20", "comes"], 20),
        # The key → pressed three times, and the answers to the first two.
        (["comes", "at 10", "told 10", "at 20", "told 20", "at 30", "told 30", "says 10", "says 20"], 30),
        # Paused and played at once.
        (["comes", "at 10", "told 10", "at 20", "says 10"], 20),
        # At the newest, then played.
        (["comes", "says 20", "at", "told", "at 0", "says"], 0),
        # Back.
        (["comes", "at 10", "told 10", "says 10", "says"], None),
    ],
    ids=str,
)
def test_the_film_stays_where_the_hand_has_it_whatever_the_page_answers(moves, stands):
    pairs = [[act, int(step) if step else None] for act, _, step in (move.partition(" ") for move in moves)]
    assert computed("film.js echo.js", FILM, moves=pairs) == stands


# A stage without a browser: what the page says of a run and its ghost, and what their sockets do, in turn.
STAGE = """(() => {
  const [told, sockets] = [[], []];
  // An element that has whatever is asked of it, and does nothing.
  const element = () => {
    const own = { [Symbol.toPrimitive]: () => 0, [Symbol.iterator]: () => [].values() };
    return new Proxy(() => {}, {
      get: (_, name) => (name in own ? own[name] : (own[name] = element())),
      set: (_, name, value) => Reflect.set(own, name, value),
      deleteProperty: () => true,
      apply: element,
    });
  };
  const root = Object.assign(element(), { stage: undefined, isConnected: true });
  globalThis.WebSocket = class { static OPEN = 1; constructor() { sockets.push(this); } };
  globalThis.ResizeObserver = class { observe() {} };
  globalThis.requestAnimationFrame = (paint) => paint();
  globalThis.setTimeout = () => 0;
  const told_of = { page: "", changes: [], metrics: [], headline: [], curves: [] };
  const run = (name, drawn) => ({ ...told_of, run: name, drawn, selected: { samples: "", indices: [] }, plotted: [] });
  for (const { says, socket, status, plot, plotted = [] } of moves) {
    const step = { step: 20, steps: 20, seconds: 1, rate: 0, reason: "", place: 0, others: 0, left: null };
    const message = JSON.stringify({ type: "status", status, snapshots: [0, 10, 20], ...step });
    if (status) sockets[socket].onmessage({ data: message });
    else if (plot) root.stage.plot(plot);
    else main({
      data: { ...run("r", says), plotted, at: 10, before: { data: run("g", "finished") } },
      parentElement: { querySelector: () => root },
      setTriggerValue: (...trigger) => told.push(trigger),
    });
  }
  return [root.stage.at, root.stage.ghost.at, told, root.stage.picked];
})()"""


def staged(*moves):
    return computed("stage.js", STAGE, moves=moves)[:3]


def picked(*moves):
    return computed("stage.js", STAGE, moves=moves)[3]


RUN, GHOST = ({"socket": i, "status": "finished"} for i in range(2))


@pytest.mark.parametrize("order", [(RUN, GHOST), (GHOST, RUN)], ids=str)
def test_a_run_and_its_ghost_stand_at_the_step_that_is_looked_back_at_whichever_comes_first(order):
    assert staged({"says": "finished"}, *order) == [10, 10, []]


def test_a_page_hears_that_a_run_that_was_looked_back_at_goes_on_though_it_knew_that_it_would():
    going = {"socket": 0, "status": "running"}
    found = staged({"says": "paused"}, {"socket": 0, "status": "paused"}, {"says": "running"}, going, going)
    assert found == [None, None, [["looked", -1]]]


def test_the_plot_shows_what_was_picked_whatever_the_page_answers():
    began, both, one = ({"says": "paused", "plotted": names} for names in ([], ["a", "b"], ["b"]))
    assert picked(began, {"plot": ["a", "b"]}, {"plot": ["b"]}, both) == ["b"]
    assert picked(began, {"plot": ["a", "b"]}, {"plot": ["b"]}, both, one) == ["b"]
    # Back.
    assert picked(began, {"plot": ["b"]}, one, began) == []


# What is selected of two samples: by the hand, or as the page says; what pictures of both show in the end.
SELECTED = """(() => {
  const said = {};
  for (const { samples, indices, says } of moves) {
    if (says) standing((said[samples] = { samples, indices }));
    else choose(samples, indices, () => {});
  }
  return ["a", "b"].map((samples) => standing(said[samples]).indices);
})()"""


@pytest.mark.parametrize(
    ("moves", "shown"),
    [
        (["a 1", "a 1,2", "says a 1"], [[1, 2], []]),
        (["a 1", "a 1,2", "says a 1", "says a 1,2", "says a 1,2", "says a 3"], [[3], []]),
        # The selection of other samples takes its place, before the page heard of the first one.
        (["a 1", "b 2", "says a ", "says b 2"], [[], [2]]),
        # With Back another page says again what it had said, of samples that were not drawn meanwhile.
        (["a 1", "says a 1", "b 2", "says b 2", "says a 1"], [[1], [2]]),
        # Let go, while the page still draws what was selected.
        (["a 1", "says a 1", "a ", "says a 1"], [[], []]),
    ],
    ids=str,
)
def test_what_the_hand_selected_stays_whatever_the_page_answers(moves, shown):
    begin = [{"says": True, "samples": samples, "indices": []} for samples in "ab"]
    for move in moves:
        act, which = move.removeprefix("says ").split(" ")
        indices = [int(i) for i in which.split(",") if i]
        begin.append({"says": move.startswith("says"), "samples": act, "indices": indices})
    assert computed("selection.js", SELECTED, moves=begin) == shown


def test_curves_come_as_far_as_the_pictures_on_their_way():
    points = [[0, 1.0], [10, 3.0], [20, 5.0]]
    assert computed("panel_progress.js", "upTo(points, 15)", points=points) == [*points[:2], [15, 4.0]]
    assert computed("panel_progress.js", "upTo(points, 99)", points=points) == points
    assert computed("panel_progress.js", "upTo(points, 3)", points=points[:1]) == points[:1]


@pytest.mark.parametrize(
    ("state", "end"),
    [
        ({"at": None, "tip": 10}, 256),
        ({"at": None, "tip": 100}, 400),
        ({"at": None, "tip": 900}, 1000),
        # Who looks back sees all of the curve.
        ({"at": 10, "tip": 10, "history": [[0, {}], [200, {}]]}, 800),
    ],
    ids=str,
)
def test_the_axis_of_a_run_that_has_just_begun_ends_where_its_curve_can_be_seen(state, end):
    assert computed("panel_progress.js", "reach(state)", state={"status": {"steps": 1000}, **state}) == end
