"""A press acts once: one that was on its way starts nothing more, and none trains what was trained before."""

import threading
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS, MODELS
from core.engine import Engine as RealEngine
from core.engine.live import LiveRun
from core.engine.turns import Share
from core.errors import UnknownRun
from core.home import Home
from core.protocol import Status
from pages.ui import transport
from pages.ui.laboratory import Laboratory
from pages.ui.once import once
from pages.ui.session import Memory
from tests.making import config_of, new_record

CONFIG = config_of("autoencoder", "two_moons")
SPEC = DATASETS["two_moons"].spec


class Engine:
    """Notes what is asked of it; a run moves from its start until `rest` says that it stands."""

    def __init__(self, home):
        self.home = Home(home)
        self.records, self.moved, self.unwanted, self.asked, self.steps = {}, set(), set(), [], None
        self.store = SimpleNamespace(get=self.get, all=lambda: list(self.records.values()))

    def get(self, run):
        if run not in self.records:
            raise UnknownRun(run)
        return self.records[run]

    def start(self, config, session, name, steps=None):
        run = self.have(config, Status.RUNNING)
        self.asked.append(("start", run))
        self.steps = steps
        return run

    def have(self, config, status):
        run = f"run{len(self.records)}"
        self.records[run] = replace(new_record(config), id=run, status=status)
        self.moved.update({run} if status.is_moving else ())
        return run

    def resume(self, run, session, steps=None):
        if run in self.moved:
            return
        self.steps = steps
        self.records[run] = replace(self.records[run], status=Status.RUNNING)
        self.moved.add(run)
        self.asked.append(("resume", run))

    def pause(self, run):
        self.rest(run, Status.PAUSED)
        self.asked.append(("pause", run))

    def rest(self, run, status):
        self.moved.discard(run)
        self.records[run] = replace(self.records[run], status=status, step=7)

    def live(self, run):
        if run not in self.moved:
            return None
        return SimpleNamespace(id=run, session="", status=Status.RUNNING, is_unwanted=run in self.unwanted)


def page():
    import streamlit as st

    from pages.ui import transport
    from pages.ui.state import adopt, current_run, live_run

    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        adopt(st.session_state["config"])
    transport.buttons(st.session_state["config"], current_run(), live_run())


@pytest.fixture
def engine(tmp_path, monkeypatch):
    engine = Engine(tmp_path)
    monkeypatch.setattr(Laboratory, "engine", engine)
    return engine


@pytest.fixture
def app(engine):
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["config"] = CONFIG
    app.run()
    return press(app)


def press(app: AppTest, *keys: str) -> AppTest:
    for key in keys:
        button = app.button(key=key)
        # The press was on its way when the button was drawn as one that cannot be pressed.
        button.proto.disabled = False
        button.click().run()
        assert not app.exception
    return app


def test_train_pressed_twice_starts_one_run(app, engine):
    press(app, "train", "train", "train")
    assert engine.asked == [("start", "run0")]


class Impatient:
    """A lock for which nobody waits."""

    def __init__(self):
        self.lock = threading.Lock()

    def __enter__(self):
        assert self.lock.acquire(blocking=False), "Who holds it would wait for it."

    def __exit__(self, *_):
        self.lock.release()


@pytest.mark.parametrize("key", ["train", "step"])
def test_train_again_does_not_wait_for_itself(app, engine, monkeypatch, key):
    press(app, "train")
    engine.rest("run0", Status.FINISHED)
    app.run()
    assert app.button(key="train").label == "Train again"
    # As the settings of both seeds have one where chance would have it so.
    monkeypatch.setattr(transport, "_DECIDING", (Impatient(),))
    press(app, key)
    assert engine.asked[1:] == [("start", "run1")]
    assert engine.get("run1").config == CONFIG.model_copy(update={"seed": CONFIG.seed + 1})


@pytest.mark.parametrize("is_again", [False, True], ids=["Train", "Train and Train again"])
def test_two_tabs_in_which_train_is_pressed_in_the_same_moment_start_one_run(engine, monkeypatch, is_again):
    # The next seed is asked for by the knobs of one tab, and by the other because a run of this one stands there.
    record = engine.get(engine.have(CONFIG, Status.FINISHED)) if is_again else None
    engine.moved.clear()
    wanted = CONFIG.model_copy(update={"seed": CONFIG.seed + 1}) if is_again else CONFIG
    both, start = threading.Barrier(2), engine.start

    def start_when_the_other_does(*asked):
        # Only where both are here at once.
        with suppress(threading.BrokenBarrierError):
            both.wait(0.3)
        return start(*asked)

    engine.start = start_when_the_other_does
    again = threading.Thread(target=lambda: transport._do_as_offered(CONFIG))
    tab = {
        "memory": lambda: Memory(),
        "session": lambda: "ada",
        "current_run": lambda: record if threading.current_thread() is again else None,
        "live_run": lambda: None,
    }
    left_out = {name: lambda *run: None for name in ("step_back", "end_left", "open_run", "put_on_screen", "adopt")}
    for name, stub in {
        **tab,
        **left_out,
        "attempt": lambda act: act(),
        "change": lambda _, do, *asked: do(*asked),
    }.items():
        monkeypatch.setattr(transport, name, stub)
    tabs = [again, threading.Thread(target=lambda: transport._do_as_offered(wanted))]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    assert [act for act, _ in engine.asked] == ["start"]
    assert engine.get(engine.asked[0][1]).config == wanted


def test_resume_pressed_twice_starts_no_second_run(app, engine):
    press(app, "train", "pause", "train", "train")
    assert engine.asked == [("start", "run0"), ("pause", "run0"), ("resume", "run0")]


def test_a_step_pressed_while_the_run_moves_starts_nothing(app, engine):
    press(app, "train", "step")
    assert engine.asked == [("start", "run0")]


def test_each_step_is_one_of_the_same_run(app, engine):
    press(app, "step")
    engine.rest("run0", Status.PAUSED)
    press(app.run(), "step")
    assert engine.asked == [("start", "run0"), ("resume", "run0")]


@pytest.fixture
def elsewhere(engine):
    """A page with nothing on screen, when there is a run of its settings in some state."""

    def opened(status, config=CONFIG):
        engine.have(config, status)
        app = AppTest.from_function(page, default_timeout=60)
        app.session_state["config"] = CONFIG
        app.session_state["memory"] = Memory()
        return app.run()

    return opened


@pytest.mark.parametrize(("key", "steps"), [("train", None), ("step", 1)])
@pytest.mark.parametrize(
    ("status", "label", "asked"),
    [
        (Status.WAITING, "Show", []),
        (Status.RUNNING, "Show", []),
        (Status.PAUSED, "Resume", [("resume", "run0")]),
        (Status.STOPPED, "Resume", [("resume", "run0")]),
        (Status.INTERRUPTED, "Resume", [("resume", "run0")]),
        (Status.FAILED, "Resume", [("resume", "run0")]),
        (Status.FINISHED, "Show again", []),
        (Status.DIVERGED, "Show again", []),
        (Status.QUARANTINED, "Train", [("start", "run1")]),
    ],
)
def test_what_was_begun_before_is_not_trained_anew(elsewhere, engine, status, label, asked, key, steps):
    app = elsewhere(status)
    assert app.button(key="train").label == label
    press(app, key)
    assert engine.asked == asked
    assert app.session_state["memory"].run == (asked or [("", "run0")])[0][1]
    assert engine.steps == (steps if asked else None)


def test_a_run_whose_knobs_were_turned_on_the_way_is_no_twin(elsewhere, engine):
    press(elsewhere(Status.PAUSED, CONFIG.changed(3, {"learning_rate": 0.5})), "train")
    assert engine.asked == [("start", "run1")]


def test_what_is_not_kept_is_no_twin(elsewhere, engine):
    app = elsewhere(Status.RUNNING)
    engine.unwanted.add("run0")
    press(app, "train")
    assert engine.asked == [("start", "run1")]


def test_a_run_that_stepped_back_goes_on_when_its_settings_are_trained_again(elsewhere, engine):
    engine.stop = lambda run, patience: engine.rest(run, Status.STOPPED)
    app = elsewhere(Status.PAUSED, CONFIG.model_copy(update={"seed": 7}))
    memory = app.session_state["memory"]
    press(app, "train")
    assert (memory.run, engine.asked) == ("run1", [("start", "run1")])
    other = engine.records["run0"].config
    app.session_state["config"], app.session_state["seed"] = other, other.seed
    press(app.run(), "train")
    assert engine.asked[1:] == [("resume", "run0")]
    # It makes room at once.
    assert (memory.run, memory.before, engine.records["run1"].status) == ("run0", "run1", Status.STOPPED)


@pytest.mark.parametrize("key", ["train", "step"])
def test_a_finished_run_is_trained_again_with_the_next_seed_that_is_free(engine, key):
    first, last = (CONFIG.model_copy(update={"seed": seed}) for seed in (0, 2**31 - 1))
    engine.have(last, Status.FINISHED)
    engine.have(first, Status.PAUSED)
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["config"] = last
    app.session_state["memory"] = Memory(run="run0")
    assert app.run().button(key="train").help.startswith(f"Trains with seed 1 (space): seed {2**31 - 1} would give")
    press(app, key)
    assert engine.asked == [("start", "run2")]
    assert engine.records["run2"].config == first.model_copy(update={"seed": 1})
    assert engine.steps == (1 if key == "step" else None)


def followed():
    import streamlit as st

    from pages.ui.follow import follow

    st.session_state["follow"] = True
    follow(st.session_state["config"])


def test_a_knob_that_is_turned_back_goes_on_with_the_run_that_is_there(engine):
    engine.have(CONFIG, Status.STOPPED)
    app = AppTest.from_function(followed, default_timeout=60)
    app.session_state["config"] = CONFIG
    app.session_state["memory"] = memory = Memory(drawn=CONFIG.model_copy(update={"seed": 7}))
    assert not app.run().exception
    assert engine.asked == [("resume", "run0")]
    # The next turn keeps it.
    assert (memory.run, memory.follower) == ("run0", None)


def again():
    import streamlit as st

    from pages.ui import transport

    st.button("Train", key="again", on_click=transport.train, args=(st.session_state["config"],))


def test_a_button_elsewhere_that_trains_does_what_train_would(engine):
    app = AppTest.from_function(again, default_timeout=60)
    app.session_state["config"] = CONFIG
    app.session_state["memory"] = memory = Memory()
    press(app.run(), "again", "again")
    assert engine.asked == [("start", "run0")]
    engine.rest("run0", Status.FINISHED)
    # That run again, bit for bit, would teach nothing: another seed, and from there the run that there is.
    press(app, "again")
    assert engine.asked[1:] == [("start", "run1")]
    assert (memory.run, engine.records["run1"].config.seed) == ("run1", CONFIG.seed + 1)
    engine.rest("run1", Status.FINISHED)
    press(app, "again")
    assert (memory.run, memory.before, len(engine.asked)) == ("run0", "run1", 2)


def leading():
    import streamlit as st

    from pages.ui.leading import lead_to_one_that_can

    def can(model, spec):
        return "sample" in model.capabilities

    lead_to_one_that_can(st.session_state["record"], "it makes no samples", can)


def test_where_no_run_can_one_that_can_is_trained(engine, monkeypatch):
    gone = []
    monkeypatch.setattr("pages.ui.leading.st.switch_page", lambda to, query_params: gone.append(query_params["run"]))
    app = AppTest.from_function(leading, default_timeout=60)
    app.session_state["record"] = new_record(CONFIG)
    press(app.run(), "lead")
    assert engine.asked == [("start", "run0")]
    started = engine.records["run0"].config
    assert started.dataset == CONFIG.dataset
    assert app.info[0].value.endswith("the run on screen: it makes no samples.")
    assert app.button(key="lead").label == f"Train {MODELS[started.model].title} on these data"
    assert gone == ["run0"]


def offered():
    import streamlit as st

    from pages.ui.calmer import offer_calmer

    offer_calmer(st.session_state["record"])


@pytest.mark.parametrize(
    ("rate", "dataset", "label"),
    [
        (10.0, "two_moons", ["Train with learning rate 0.002"]),
        # There is no lower one, and there are no data.
        (0.00001, "two_moons", []),
        (10.0, "deleted", []),
    ],
)
def test_a_lower_rate_is_offered_where_there_is_one_and_its_data_are(rate, dataset, label, engine):
    config = config_of("autoencoder", "two_moons", learning_rate=rate)
    app = AppTest.from_function(offered, default_timeout=60)
    diverged = replace(new_record(config), status=Status.DIVERGED)
    app.session_state["record"] = replace(diverged, config=config.model_copy(update={"dataset": dataset}))
    assert not app.run().exception
    assert [button.label for button in app.button] == label


def test_a_button_that_goes_away_acts_at_its_first_press():
    asked = []
    press = once(asked.append, "start")
    press()
    press()
    assert asked == ["start"]
    once(asked.append, "again")()
    assert asked == ["start", "again"]


def test_a_run_that_two_tabs_let_go_on_in_the_same_moment_goes_on_once(tmp_path, monkeypatch):
    engine = RealEngine(Home(tmp_path), workers=1)
    run = engine.store.create(CONFIG, "", SPEC)
    launched, other = [], threading.Thread(target=engine.resume, args=(run, "ann"))

    def find(dataset, home):
        # The other tab asks before this one has its turn, and gets so far only where it does not wait.
        if not other.ident:
            other.start()
            other.join(0.2)

    monkeypatch.setattr("core.engine.engine.find", find)
    monkeypatch.setattr(engine._driver, "launch", lambda live, steps: (launched.append(live), engine._runs.add(live)))
    engine.resume(run, "ann")
    other.join()
    assert len(launched) == 1
    engine.store.close()


def test_a_run_that_is_about_to_end_goes_on_from_there(tmp_path, monkeypatch):
    engine = RealEngine(Home(tmp_path), workers=1)
    live = LiveRun(engine.store.create(CONFIG, "", SPEC), CONFIG, Share("ann"))
    engine._runs.add(live)
    engine._runs.stop(live, Status.STOPPED)
    monkeypatch.setattr(live.over, "wait", lambda patience: engine._runs.end(live, Status.STOPPED))
    launched = []
    monkeypatch.setattr(engine._driver, "launch", lambda live, steps: launched.append(live.id))
    engine.resume(live.id, "ann")
    assert launched == [live.id]
    engine.store.close()
