"""A press acts once: one that was on its way while the page was drawn anew starts nothing more."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS
from core.engine import Engine as RealEngine
from core.errors import UnknownRun
from core.home import Home
from core.protocol import Status
from pages.ui.laboratory import Laboratory
from pages.ui.once import once
from tests.making import config_of, new_record

CONFIG = config_of("autoencoder", "two_moons")
SPEC = DATASETS["two_moons"].spec


class Engine:
    """Notes what is asked of it; a run moves from its start until `rest` says that it stands."""

    def __init__(self, home):
        self.home = Home(home)
        self.records, self.moved, self.asked = {}, set(), []
        self.store = SimpleNamespace(get=self.get)

    def get(self, run):
        if run not in self.records:
            raise UnknownRun(run)
        return self.records[run]

    def start(self, config, session, name, steps=None):
        run = f"run{len(self.records)}"
        self.records[run] = replace(new_record(config), id=run, status=Status.RUNNING)
        self.moved.add(run)
        self.asked.append(("start", run))
        return run

    def resume(self, run, session, steps=None):
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
        return SimpleNamespace(id=run, session="", status=Status.RUNNING) if run in self.moved else None


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
