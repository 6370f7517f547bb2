"""What workers do besides training: analyses, repetitions and downloads."""

import os
import threading
from types import SimpleNamespace

import pytest
import torch

from core.analysis.data import shown_of
from core.engine import Job
from core.engine.jobs import Jobs
from core.errors import LatentLabError
from core.training.checkpoint import model_of
from core.training.loop import Training
from tests.engines import assert_same, config, over
from tests.making import completed
from tests.patience import TIMEOUT

pytestmark = pytest.mark.xdist_group("engine")


def test_analyses_run_on_workers_and_are_kept_with_the_run(engine):
    run = engine.start(config(), "a", "")
    over(engine, run)
    found = engine.analyse(run, "reconstruction", {}).future.result(TIMEOUT)
    assert found.model_mse > 0
    (kept,) = (engine.home.runs / run / "analyses").iterdir()
    assert engine.analyse(run, "reconstruction", {}).future.result(0).model_mse == found.model_mse
    # What cannot be read, as of an earlier version, is computed anew.
    written = kept.stat().st_mtime_ns
    kept.write_bytes(b"another version's")
    os.utime(kept, ns=(written, written))
    assert engine.analyse(run, "reconstruction", {}).future.result(TIMEOUT).model_mse == found.model_mse
    assert len(kept.read_bytes()) > 1000


def test_a_run_is_repeated_with_five_other_seeds_as_far_as_it_has_come(engine):
    run = engine.start(config(), "a", "", steps=20)
    over(engine, run)
    assert engine.repeated(run) == ()
    # One that is stopped leaves room for the next.
    engine.store.update(run, step=200_000)
    stopped = engine.repeat(run)
    assert engine.repeating(run) is stopped
    stopped.future.cancel()
    assert engine.repeating(run) is None
    engine.store.update(run, step=20)
    seeds = engine.repeat(run).future.result(TIMEOUT)
    assert seeds == engine.repeated(run) == (1, 2, 3, 4, 5)
    fresh = Training(config(seed=3))
    fresh.advance(20)
    record, state = engine.store.get(run), engine.store.analysis(run, "seed-3")
    assert_same(model_of(config(seed=3), record.spec, state).state_dict(), fresh.model.state_dict())
    # Each is analysed like the run itself, on the split of its own seed.
    own, other = (engine.analyse(run, "reconstruction", {}, seed).future.result(TIMEOUT) for seed in (None, 3))
    assert not torch.equal(torch.tensor(own.originals[:5]), torch.tensor(other.originals[:5]))
    assert torch.equal(torch.tensor(other.originals[:5]), shown_of(fresh.dataset).x[:5])
    # They belong to this checkpoint only.
    engine.resume(run, "a", steps=5)
    over(engine, run)
    assert engine.repeated(run) == ()


def test_an_analysis_that_cannot_be_done_is_a_sentence(engine):
    run = engine.start(config(), "a", "", steps=5)
    over(engine, run)
    with pytest.raises(LatentLabError, match="likelihood"):
        engine.analyse(run, "likelihood", {}).future.result(TIMEOUT)


def test_a_dataset_that_lacks_nothing_is_fetched_at_once(engine):
    assert engine.fetch("digits").future.result(TIMEOUT) == ()


def test_how_far_an_analysis_is_can_be_seen_before_it_is_over(engine, tmp_path, monkeypatch):
    run = engine.start(config(), "a", "", steps=5)
    over(engine, run)
    gate = tmp_path / "gate"
    os.mkfifo(gate)

    def held(*arguments):
        """On the worker: an analysis that is done by a quarter and goes on when the gate opens."""
        from core.engine.analyst import reporter, run_analysis

        reporter(arguments[-1])(0.25)
        gate.read_text()
        return run_analysis(*arguments)

    told = threading.Event()

    class Watched(Job):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "done" and value > 0:
                told.set()

    monkeypatch.setattr("core.engine.analyst.run_analysis", held)
    monkeypatch.setattr("core.engine.jobs.Job", Watched)
    job = engine.analyse(run, "reconstruction", {})
    assert told.wait(TIMEOUT)
    assert job.done == 0.25
    assert not job.future.done()
    # Whoever asks for it meanwhile sees the same.
    assert engine.analyse(run, "reconstruction", {}) is job
    gate.write_text("open")
    assert job.future.result(TIMEOUT).model_mse > 0


def test_what_comes_at_once_leaves_the_queue_before_points_that_move(monkeypatch):
    given = []

    class Client:
        async def submit(self, *_, pure, priority):
            given.append(priority)
            return b""

    async def client(_):
        return Client()

    monkeypatch.setattr(Jobs, "_client", client)
    kept = SimpleNamespace(checkpoint=lambda _: 1, state=lambda _: b"", home=None, save_analysis=lambda *_: None)
    jobs, result = Jobs(kept, None), SimpleNamespace(from_bytes=bytes)
    for name, parameters in [("projection", {"method": "umap"}), ("projection", {"method": "pca"}), ("units", {})]:
        completed(jobs._analyse(Job(), "run", "kept", config(), name, parameters, result, None))
    moving, *others = given
    assert all(moving < other for other in others)
