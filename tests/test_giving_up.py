"""What becomes of an analysis that several wait for, and of one that nobody waits for any more."""

import os
import threading
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import RunConfig
from core.analysis.projection import project
from core.engine import Job, analyst
from core.errors import Stopped
from core.home import Home
from core.training.loop import Training
from pages.ui import analyses, projected
from pages.ui.laboratory import Laboratory
from pages.ui.session import Memory
from tests.engines import SMALL, config, over
from tests.patience import TIMEOUT

pytestmark = pytest.mark.xdist_group("engine")


class Held:
    """t-SNE of a run's codes, in ten steps, whose points wait at their first place until they are let go."""

    def __init__(self, engine, run, folder):
        self.engine, self.run, self._folder = engine, run, folder

    def ask(self, perplexity):
        return self.engine.analyse(self.run, "projection", {"method": "tsne", "perplexity": perplexity})

    def begun(self, job):
        """Wait until points have come to their first place."""
        assert job.told.wait(TIMEOUT)
        return job

    def let_go(self, job):
        with (self._folder / job.token).open("r+b", buffering=0) as gate:
            gate.write(b"1")

    def has_begun(self, job):
        return (self._folder / job.token).exists()

    def end(self, job):
        """The steps that it kept on its worker, though nobody may have waited for them."""
        return (self._folder / f"{job.token} end").read_text()

    def is_kept(self):
        return any((self.engine.home.runs / self.run / "analyses").glob("*"))


@pytest.fixture
def held(engine, tmp_path, monkeypatch):
    """What is `Held` on workers."""
    run = engine.start(config(), "a", "", steps=5)
    over(engine, run)

    def hold(*arguments):
        """On the worker: an analysis that makes its own gate, and notes how it ended."""
        from core.analysis import embedding
        from core.analysis.projection import Projection
        from core.engine import analyst

        path, follower, passed = tmp_path / arguments[-1], analyst.follower, []

        def waiting(token):
            os.mkfifo(path)
            gate = os.open(path, os.O_RDWR)

            def follow(points, share):
                if not passed:
                    follower(token)(points, share)
                    passed.append(os.read(gate, 1))
                    os.close(gate)
                return follower(token)(points, share)

            return follow

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(analyst, "follower", waiting)
            for name in ("BETWEEN", "EXAGGERATED", "ITERATIONS"):
                patch.setattr(embedding, name, 5)
            result = analyst.run_analysis(*arguments)
        # What was stopped before it began comes to nothing.
        if isinstance(result, bytes):
            (tmp_path / f"{arguments[-1]} end").write_text(str(Projection.from_bytes(result).steps))
        return result

    class Watched(Job):
        def __init__(self, *arguments):
            self.told = threading.Event()
            super().__init__(*arguments)

        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "points" and value is not None:
                self.told.set()

    monkeypatch.setattr("core.engine.analyst.run_analysis", hold)
    monkeypatch.setattr("core.engine.jobs.Job", Watched)
    return Held(engine, run, tmp_path)


@pytest.fixture
def turn(held, monkeypatch):
    """Does on a page what happens when somebody turns a projection; what is waited for there from then on."""
    monkeypatch.setattr(Laboratory, "engine", held.engine)
    monkeypatch.setattr(analyses, "PATIENCE", 0)
    record = held.engine.store.get(held.run)

    def turn(tab, **asked):
        for page in (analyses, projected):
            monkeypatch.setattr(page, "memory", lambda: tab)
        projected._leave_the_last(record, asked)
        analyses.analysed(record, project, "Points", **asked)
        return tab.jobs[analyses._key(record, project, None, asked)]

    return turn


def test_points_are_seen_on_their_way_and_stop_where_they_are_told_to(held):
    job = held.begun(held.ask(30))
    job.stop().result(TIMEOUT)
    held.let_go(job)
    assert job.future.result(TIMEOUT).steps == (5,)
    assert job.points.shape == job.future.result().points.shape
    assert not held.is_kept()


def test_who_stops_points_gets_them_and_others_get_all_of_their_way(held, turn, monkeypatch):
    one, other, tsne = Memory(), Memory(), {"method": "tsne", "perplexity": 30}
    job = turn(one, **tsne)
    assert turn(other, **tsne) is held.begun(job)
    turn(one, **tsne)
    with monkeypatch.context() as patch:
        patch.setattr(projected.st, "button", lambda *arguments, **options: True)
        patch.setattr(projected, "cloud", lambda *arguments, **options: None)
        shadow = SimpleNamespace(points=job.points, looked_at=len(job.points), labels=None, samples=np.zeros((0, 64)))
        projected._on_their_way(held.engine.store.get(held.run), shadow, job, "tsne", "held-out")
    whole = held.begun(turn(other, **tsne))
    assert whole is not job
    assert turn(one, **tsne) is job
    for each in (job, whole):
        held.let_go(each)
    assert job.future.result(TIMEOUT).steps == (5,)
    assert whole.future.result(TIMEOUT).steps == (5, 10)
    assert held.is_kept()


def test_who_turns_to_another_picture_takes_the_last_from_nobody_else(held, turn):
    one, other, tsne = Memory(), Memory(), {"method": "tsne", "perplexity": 30}
    job = turn(one, **tsne)
    assert turn(other, **tsne) is held.begun(job)
    turn(one, method="pca").future.result(TIMEOUT)
    held.let_go(job)
    assert job.future.result(TIMEOUT).steps == (5, 10)
    assert turn(other, **tsne) is job


def test_who_comes_back_to_what_was_given_up_gets_all_of_it(held, turn):
    tab, tsne = Memory(), {"method": "tsne", "perplexity": 30}
    given_up = held.begun(turn(tab, **tsne))
    turn(tab, method="pca").future.result(TIMEOUT)
    again = held.begun(turn(tab, **tsne))
    for job in (given_up, again):
        held.let_go(job)
    assert again.future.result(TIMEOUT).steps == (5, 10)


def test_who_asks_for_a_newer_checkpoint_gives_up_the_older_and_gets_another(held, turn):
    tab, tsne = Memory(), {"method": "tsne", "perplexity": 30}
    older = held.begun(turn(tab, **tsne))
    os.utime(held.engine.home.runs / held.run / "state.safetensors")
    other = held.begun(held.ask(30))
    assert other is not older
    analyses.forget_all_of(held.run)
    assert older.future.cancelled()
    assert not other.future.done()
    for job in (older, other):
        held.let_go(job)
    assert other.future.result(TIMEOUT).steps == (5, 10)


def test_no_more_than_a_few_results_are_kept_at_hand_and_all_that_is_under_way(monkeypatch):
    tab, over = Memory(), Job()
    over.future.set_result("found")
    monkeypatch.setattr(analyses, "memory", lambda: tab)
    late = {f"late {i}": Job() for i in range(2 * analyses.REMEMBERED)}
    tab.jobs = dict(late)
    for i in range(2 * analyses.REMEMBERED):
        assert analyses.result_of(f"run {i}", lambda: over, "Points") == "found"
    assert late.items() <= tab.jobs.items()
    assert [*tab.jobs][len(late) :] == [f"run {i}" for i in range(analyses.REMEMBERED, 2 * analyses.REMEMBERED)]


def test_what_nobody_waits_for_ends_and_does_not_begin_where_it_waits_for_a_worker(held):
    # As many as there are workers.
    given_up, other = (held.begun(held.ask(perplexity)) for perplexity in (30, 31))
    queued = held.ask(32)
    for job in (queued, given_up):
        job.leave().result(TIMEOUT)
    for job in (given_up, other):
        held.let_go(job)
    other.future.result(TIMEOUT)
    # One on each worker, behind all that it had to do before.
    last = [held.ask(perplexity) for perplexity in (33, 34)]
    for job in last:
        held.begun(job)
    assert not held.has_begun(queued)
    assert held.end(given_up) == "(5,)"
    for job in last:
        held.let_go(job)
        job.future.result(TIMEOUT)


# Those that take long, of a model and data that know no factors.
LONG = ("few_labels", "augmentation", "two_sample", "copying", "anomaly", "completion", "compression", "likelihood",
        "denoising", "clustering", "cluster_number", "fidelity")  # fmt: skip


@pytest.fixture(scope="module")
def state():
    """A run that has hardly begun: its configuration, and its checkpoint."""
    asked = RunConfig(dataset="digits", model="vae", steps=1, hyperparameters=SMALL)
    training = Training(asked)
    training.advance()
    return asked.model_dump_json(), training.state()


@pytest.mark.parametrize("name", LONG)
def test_what_nobody_waits_for_ends_the_next_time_that_it_says_how_far_it_is(name, state, tmp_path, monkeypatch):
    told = []

    def log_event(topic, said):
        told.append(said)
        analyst.stop(said[0])

    monkeypatch.setattr("distributed.get_worker", lambda: SimpleNamespace(log_event=log_event))
    for module, constant, value in (("judge", "LEARNED", 200), ("data", "SHOWN", 60), ("data", "FITTED", 300)):
        monkeypatch.setattr(import_module(f"core.analysis.{module}"), constant, value)
    found = analyst.run_analysis(name, *state, {}, Home(tmp_path), name)
    assert isinstance(found, Stopped)
    assert len(told) == 1


def test_what_is_told_to_stop_while_it_comes_from_the_queue_does_not_begin(state, tmp_path):
    analyst.stop("left")
    # Here is no worker: it would fail if it began.
    assert isinstance(analyst.run_analysis("few_labels", *state, {}, Home(tmp_path), "left"), Stopped)


def page(moves):
    from types import SimpleNamespace

    from core.analysis.few_labels import few_labels
    from pages.ui.analyses import analysed

    meanwhile = (lambda job: None) if moves else None
    analysed(SimpleNamespace(id="run"), few_labels, "Counting", meanwhile=meanwhile)


@pytest.mark.parametrize("moves", [False, True])
def test_what_takes_long_stops_at_a_press_and_begins_anew_at_another(moves, monkeypatch):
    asked, left = [], []

    def analyse(*_):
        job = Job(started=0.0)
        job.leave = lambda: left.append(job)
        asked.append(job)
        return job

    store = SimpleNamespace(checkpoint=lambda run: 1)
    monkeypatch.setattr(Laboratory, "engine", SimpleNamespace(live=lambda run: None, analyse=analyse, store=store))
    monkeypatch.setattr(analyses, "PATIENCE", 0)
    app = AppTest.from_function(page, args=(moves,)).run()
    app.button(key="stop Counting").click().run()
    assert left == asked
    # Nor does the page ask for it by itself.
    for _ in range(2):
        assert "stopped before its end" in app.caption[0].value
        assert len(asked) == 1
        app.run()
    app.button(key="start Counting").click().run()
    assert len(asked) == 2
    assert len(left) == 1
    assert not app.caption
    assert app.button(key="stop Counting")
    # As soon as points are on their way, they stop where they stand.
    asked[-1].points = np.zeros((3, 2))
    assert bool([each for each in app.run().button if each.key == "stop Counting"]) is not moves
