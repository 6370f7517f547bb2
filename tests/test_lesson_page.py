"""The page Lessons without a browser: its sides are found again, go on, and belong to somebody."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS
from core.engine import RunStore
from core.errors import TooManyRuns
from core.home import Home
from core.lessons import LESSONS
from core.protocol import Status
from pages.ui import owners
from pages.ui.laboratory import Laboratory
from pages.ui.session import GUESS, Memory

SQUEEZE = LESSONS["squeeze"]


class Engine:
    """An engine without workers: it has `places` for runs, and what it is asked for happens at once."""

    def __init__(self, home: Home) -> None:
        self.home, self.store, self.places = home, RunStore(home), 9
        self.sweeps = SimpleNamespace()

    def start(self, config, session, name, steps=None):
        if not self.places:
            raise TooManyRuns("No place for another run.")
        self.places -= 1
        run = self.store.create(config, name, DATASETS[config.dataset].spec, "ann")
        self.store.update(run, status=Status.RUNNING)
        return run

    def live(self, run):
        return None

    def stop(self, run):
        self.store.update(run, status=Status.STOPPED)

    def resume(self, run, session):
        self.store.update(run, status=Status.RUNNING)

    def discard(self, run):
        self.store.remove(run)

    def finish(self):
        for record in self.store.all():
            self.store.update(record.id, status=Status.FINISHED, metrics={"test_mse": 0.02})


@pytest.fixture
def engine(tmp_path, monkeypatch):
    engine = Engine(Home(tmp_path))
    monkeypatch.setattr(Laboratory, "engine", engine)
    monkeypatch.setattr(owners, "visitor", lambda: "ann")
    yield engine
    engine.store.close()


def page(compared=(), guess=None):
    app = AppTest.from_file("../pages/lessons.py", default_timeout=60)
    app.session_state["memory"] = Memory(lesson="squeeze", address={"dataset": "digits"}, compared=tuple(compared))
    if guess is not None:
        app.session_state["memory"].asked[f"{GUESS}squeeze"] = str(guess)
    return opened(app)


def opened(app):
    app.run()
    assert not app.exception
    return app


def guessed(app, guess=0):
    app.radio(key=f"{GUESS}squeeze").set_value(guess)
    return opened(app)


def buttons(app):
    return {button.key for button in app.button}


def said(app):
    """The sentence of a warning, without what keeps its signs from being markup."""
    (warning,) = app.warning
    return warning.value.replace("\\", "")


def runs(engine):
    return sorted(record.id for record in engine.store.all())


def first_page():
    from pages.ui.state import first_visit
    from pages.ui.welcome import welcome

    welcome(first_visit())


def test_a_card_of_the_first_visit_asks_its_question(engine):
    app = AppTest.from_function(first_page, default_timeout=60)
    labels = {button.key: button.label for button in opened(app).button}
    assert all(labels[f"card-{name}"] == f"**{lesson.title}** {lesson.question}" for name, lesson in LESSONS.items())


def test_sides_that_were_stopped_go_on(engine):
    app = guessed(page())
    assert [record.name for record in engine.store.all()] == ["Squeeze: 16 latents", "Squeeze: 2 latents"]
    both = runs(engine)
    app.button(key="stop_both").click()
    app = opened(app)
    assert {record.status for record in engine.store.all()} == {Status.STOPPED}
    app.button(key="go_on_both").click()
    app = opened(app)
    assert {record.status for record in engine.store.all()} == {Status.RUNNING}
    assert runs(engine) == both
    assert "go_on_both" not in buttons(app)


def test_what_to_try_next_is_trained_beside_the_side_that_it_begins_with(engine, monkeypatch):
    app, gone = guessed(page()), []
    memory = app.session_state["memory"]
    second = memory.compared[1]
    engine.finish()
    monkeypatch.setattr("pages.ui.lesson.st.switch_page", lambda to, query_params: gone.append(query_params["run"]))
    opened(app).button(key="go_on").click()
    opened(app)
    assert gone == [memory.run]
    assert engine.store.get(memory.run).config == SQUEEZE.next_config()
    assert memory.before == second


def test_what_was_set_aside_stays_so_when_both_sides_are_compared(engine):
    app = page()
    app.session_state["memory"].aside = ("one", "other")
    app = guessed(app)
    memory = app.session_state["memory"]
    assert {*memory.compared} == {*runs(engine)}
    assert memory.aside == ("one", "other")


def test_sides_that_left_the_comparison_are_found_again_once_somebody_guessed(engine):
    app = guessed(page())
    both = runs(engine)
    engine.finish()
    app.session_state["memory"].compared = ()
    assert "go_on" in buttons(opened(app))
    # As after a reload.
    assert "go_on" in buttons(page(guess=1))
    # Nothing is given away before.
    fresh = page()
    assert "go_on" not in buttons(fresh)
    assert "go_on" in buttons(guessed(fresh))
    assert runs(engine) == both


def test_only_the_side_that_is_missing_is_trained(engine):
    app = guessed(page())
    one, other = app.session_state["memory"].compared
    engine.finish()
    engine.store.delete(other)
    app = opened(app)
    assert "go_on" not in buttons(app)
    app.button(key="run_both").click()
    app = opened(app)
    first, second = app.session_state["memory"].compared
    assert first == one
    assert second != other
    assert len(engine.store.all()) == 2


def test_where_there_is_no_place_for_both_sides_none_stays(engine):
    engine.places = 1
    app = guessed(page())
    assert runs(engine) == []
    assert said(app) == "No place for another run."
    engine.places = 2
    app.button(key="run_both").click()
    opened(app)
    assert len(runs(engine)) == 2


def test_somebody_else_s_sides_are_watched_and_not_stopped(engine, monkeypatch):
    app = guessed(page())
    sides = app.session_state["memory"].compared
    monkeypatch.setenv("LATENT_LAB_HOSTS", "lab.example")
    assert not opened(app).button(key="stop_both").disabled
    monkeypatch.setattr(owners, "visitor", lambda: "bob")
    assert page(sides).button(key="stop_both").disabled
    # One that was drawn before they were somebody else's, or is pressed by a script.
    app.button(key="stop_both").click()
    assert said(opened(app)).startswith("This is somebody else's")
    assert {record.status for record in engine.store.all()} == {Status.RUNNING}
