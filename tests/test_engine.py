"""The engine: what goes through workers is what `core.fit` computes, whatever happens on the way."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest
import torch

from core import MODELS, RunConfig, Snapshot, fit
from core.analysis.data import shown_of
from core.engine import Engine, Job, RunStore
from core.engine.cluster import FOLDER, remove_left_behind
from core.engine.record import WENT_BACK
from core.errors import EngineUnavailable, LatentLabError, TooManyRuns, UnknownDataset, UnknownRun
from core.home import Home
from core.protocol import Status
from core.training.checkpoint import model_of
from core.training.loop import Training
from tests.making import bring, first_dataset

pytestmark = pytest.mark.xdist_group("engine")

TIMEOUT = 60.0
SMALL = {"hidden_sizes": (16,), "batch_size": 32}
LONG = RunConfig(dataset="digits", model="vae", steps=200_000)


def config(**changes):
    return RunConfig(**{"dataset": "digits", "model": "autoencoder", "steps": 400, "hyperparameters": SMALL, **changes})


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = Engine(Home(tmp_path_factory.mktemp("home")), workers=2)
    engine.open()
    engine.wait_until_ready(TIMEOUT)
    yield engine
    engine.close()


def over(engine, run):
    """Wait until the run moves no more, and return its record."""
    live = engine.live(run)
    if live is not None:
        assert live.over.wait(TIMEOUT)
    return engine.store.get(run)


def until(engine, run, condition):
    """Wait until `condition(live)` holds at one of the run's signs of life."""
    met = threading.Event()

    def look():
        live = engine.live(run)
        if live is not None and condition(live):
            met.set()

    leave = engine.listen(run, look)
    look()
    assert met.wait(TIMEOUT)
    leave()


def workers_of(process):
    """The worker processes of a server."""
    return [child for child in process.children() if "engine/worker.py" in " ".join(child.cmdline())]


def weights(engine, run):
    return model(engine.store, run).state_dict()


def model(store, run):
    record = store.get(run)
    return model_of(record.config, record.spec, store.state(run))


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name in expected:
        assert torch.equal(found[name], expected[name]), name


@pytest.mark.parametrize("model", MODELS)
def test_the_engine_and_fit_give_the_same_weights_bit_for_bit(engine, model):
    wanted = RunConfig(dataset=first_dataset(model), model=model, steps=8)
    run = engine.start(wanted, "a", "same")
    assert over(engine, run).status is Status.FINISHED
    assert_same(weights(engine, run), fit(wanted).model.state_dict())


def test_pause_step_and_resume_change_nothing(engine):
    wanted = config(dataset="ring", model="gan", steps=300, hyperparameters={"hidden_sizes": (8,)})
    run = engine.start(wanted, "a", "", steps=7)
    assert (over(engine, run).status, engine.store.get(run).step) == (Status.PAUSED, 7)
    engine.resume(run, "a", steps=1)
    assert over(engine, run).step == 8
    engine.resume(run, "a")
    assert over(engine, run).status is Status.FINISHED
    assert_same(weights(engine, run), fit(wanted).model.state_dict())


def test_a_run_that_does_not_answer_is_not_changed_and_says_so(engine, monkeypatch):
    run = engine.start(LONG, "me", "deaf")
    monkeypatch.setattr("core.engine.engine.PATIENCE_TO_CHANGE", 0.0)
    with pytest.raises(LatentLabError, match="does not answer yet"):
        engine.change(run, "me", {"learning_rate": 1e-4})
    record = over(engine, run)
    assert (record.status, record.config.changes) == (Status.PAUSED, ())


def test_a_knob_turned_while_it_trains_is_in_its_configuration_from_that_step_on(engine):
    run = engine.start(config(steps=200_000), "me", "turned")
    until(engine, run, lambda live: live.step > 0)
    engine.change(run, "me", {"learning_rate": 1e-4})
    # A run that was moving goes on.
    until(engine, run, lambda live: live.config.changes and live.step > live.config.changes[0].step)
    engine.pause(run)
    record = engine.store.get(run)
    (change,) = record.config.changes
    assert (change.name, change.value) == ("learning_rate", 1e-4)
    assert 0 < change.step < record.step
    again = Training(record.config)
    again.advance(record.step)
    assert_same(weights(engine, run), again.model.state_dict())
    # One that rests is changed where it rests, and a knob that is not live stays as it is.
    engine.change(run, "me", {"learning_rate": 1e-3})
    assert engine.live(run) is None
    assert engine.store.get(run).config.changes[1].step == record.step
    with pytest.raises(LatentLabError, match="latent_size cannot be changed while a run goes on"):
        engine.change(run, "me", {"latent_size": 3})


def test_pause_takes_effect_before_it_returns_and_stop_ends(engine):
    run = engine.start(LONG, "a", "")
    until(engine, run, lambda live: live.step > 0)
    engine.pause(run)
    assert engine.live(run) is None
    paused = engine.store.get(run)
    assert paused.status is Status.PAUSED
    assert engine.store.state(run) is not None
    engine.resume(run, "a")
    until(engine, run, lambda live: live.step > paused.step)
    engine.stop(run)
    assert engine.store.get(run).status is Status.STOPPED


def test_nothing_is_kept_of_a_run_that_is_discarded_while_it_moves(engine):
    run = engine.start(LONG, "dragging", "")
    until(engine, run, lambda live: live.step > 0)
    live = engine.live(run)
    engine.discard(run)
    assert live.over.wait(TIMEOUT)
    with pytest.raises(UnknownRun):
        engine.store.get(run)
    assert not (engine.home.runs / run).exists()
    # One that has ended is work that somebody may want.
    done = engine.start(config(steps=5), "dragging", "")
    assert over(engine, done).status is Status.FINISHED
    engine.discard(done)
    assert engine.store.get(done).status is Status.FINISHED


def test_a_lost_worker_and_one_that_hangs_cost_nothing_but_time(engine, monkeypatch):
    monkeypatch.setattr("core.engine.driver.CHECKPOINT_EVERY", 0.1)
    monkeypatch.setattr("core.engine.fleet.PATIENCE", 4)
    wanted = config(steps=2000)
    first = engine.start(LONG, "a", "")
    until(engine, first, lambda _: len(engine._thread.fleet) == 2)
    engine.stop(first)
    # One on each worker.
    runs = [engine.start(wanted, "a", "") for _ in range(2)]
    # From a checkpoint in the middle, not from the start.
    for run in runs:
        until(engine, run, lambda live: live.step > 100 and engine.store.state(live.id) is not None)
    killed, hanging = workers_of(psutil.Process())
    killed.kill()
    hanging.suspend()
    expected = fit(wanted).model.state_dict()
    for run in runs:
        assert over(engine, run).status is Status.FINISHED
        assert_same(weights(engine, run), expected)
    # Others have taken their places.
    assert not hanging.is_running()


def test_a_diverging_run_says_so_and_keeps_finite_weights(engine):
    run = engine.start(config(model="vae", hyperparameters={**SMALL, "learning_rate": 10.0}), "a", "")
    record = over(engine, run)
    assert record.status is Status.DIVERGED
    assert "Diverged at step" in record.reason
    assert "learning rate" in record.reason
    assert all(torch.isfinite(value).all() for value in weights(engine, run).values())
    with pytest.raises(LatentLabError, match="diverged"):
        engine.resume(run, "a")


def test_a_full_disk_ends_the_run_with_a_sentence(engine, monkeypatch):
    def full(run, state):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(engine.store, "save_state", full)
    record = over(engine, engine.start(config(), "a", ""))
    assert record.status is Status.FAILED
    assert "No space left" in record.reason


def test_after_a_divergence_the_last_picture_is_that_of_the_kept_weights(engine):
    run = engine.start(config(model="vae", hyperparameters={**SMALL, "learning_rate": 10.0}), "a", "")
    record = over(engine, run)
    assert engine.store.snapshots(run)[-1] == record.step == engine.store.history(run)[-1][0]


def test_without_workers_whoever_waits_is_told(tmp_path, monkeypatch):
    @asynccontextmanager
    async def nobody(address, workers):
        raise OSError("nobody answers")
        yield

    monkeypatch.setattr("core.engine.thread.connect", nobody)
    engine = Engine(Home(tmp_path), workers=1)
    # Asked for before it is known that nobody will come.
    run = engine.start(config(), "a", "")
    engine.open()
    assert over(engine, run).status is Status.FAILED
    assert "workers could not be started" in engine.store.get(run).reason
    with pytest.raises(EngineUnavailable):
        engine.preview(config()).future.result(TIMEOUT)
    with pytest.raises(EngineUnavailable):
        engine.start(config(), "a", "")
    engine.close()


def test_everyone_gets_a_turn_and_nobody_more_than_a_share(engine, monkeypatch):
    monkeypatch.setattr("core.engine.turns.TURN", 0.1)
    monkeypatch.setattr("core.engine.turns.FIRST_TURN", 0.05)
    mine = [engine.start(LONG, "greedy", "") for _ in range(3)]
    with pytest.raises(TooManyRuns, match="3 of your runs"):
        engine.start(LONG, "greedy", "")
    wanted = config(steps=300)
    runs = [*mine, *(engine.start(LONG, f"guest {i}", "") for i in range(7)), engine.start(wanted, "short", "")]
    # Four runs move on each of two workers, and hand over to the others, who do not end.
    for run in runs:
        until(engine, run, lambda live: live is None or live.step > 0)
    assert over(engine, runs[-1]).status is Status.FINISHED
    assert_same(weights(engine, runs[-1]), fit(wanted).model.state_dict())
    assert engine.others(runs[0]) == 9
    # One that handed over still runs, and where it waits it pauses at once, on the picture of its checkpoint.
    rest = [engine.live(run) for run in runs[1:-1]]
    until(engine, runs[0], lambda _: any(live.status is Status.RUNNING and engine.place(live.id) for live in rest))
    for run in runs[:-1]:
        engine.pause(run)
    for record in map(engine.store.get, runs[:-1]):
        assert record.status is Status.PAUSED
        assert record.step == engine.store.snapshots(record.id)[-1] == engine.store.history(record.id)[-1][0]
        model(engine.store, record.id)
    # Every turn was given back.
    assert over(engine, engine.start(config(steps=5), "a", "")).status is Status.FINISHED


def test_a_run_whose_data_are_gone_opens_as_before_and_goes_on_bit_for_bit_when_they_are_back(engine):
    data = bring("vector", (3,), 60, engine.home, label_names=("oak", "ash"))
    spec = engine.home.shelf.source(data).spec
    wanted = RunConfig.for_data(spec, dataset=data, model="vae", steps=40, hyperparameters=SMALL)
    run = engine.start(wanted, "a", "", steps=20)
    over(engine, run)
    kept = engine.analyse(run, "reconstruction", {}).future.result(TIMEOUT)
    before, state = engine.store.get(run), engine.store.state(run)
    engine.home.shelf.delete(data)
    # Whatever needs the data says so, and nothing changes.
    for go_on in (lambda: engine.resume(run, "a"), lambda: engine.resume(run, "a", steps=1)):
        with pytest.raises(UnknownDataset, match="restore them on the Data page"):
            go_on()
    with pytest.raises(UnknownDataset, match="restore them on the Data page"):
        engine.analyse(run, "projection", {}).future.result(TIMEOUT)
    with pytest.raises(UnknownDataset):
        engine.start(wanted, "a", "")
    assert engine.live(run) is None
    assert engine.store.get(run) == before
    # What does not need them is there.
    assert (before.status, before.spec) == (Status.PAUSED, spec)
    steps = [step for step, _ in engine.store.history(run)]
    assert steps[-1] == Snapshot.from_bytes(engine.store.snapshot(run, engine.store.snapshots(run)[-1])).step == 20
    assert engine.store.state(run) == state
    assert model(engine.store, run).shape == (3,)
    again = engine.analyse(run, "reconstruction", {}).future.result(0)
    assert again.model_mse == kept.model_mse
    engine.home.shelf.restore(data)
    engine.resume(run, "a")
    assert over(engine, run).status is Status.FINISHED
    assert_same(weights(engine, run), fit(wanted, home=engine.home).model.state_dict())


def test_each_engine_has_a_home_of_its_own(engine, tmp_path):
    # The ambient home is nobody's business: workers use that of the engine that asks.
    assert str(engine.home.path) != os.environ["LATENT_LAB_HOME"]
    mine, deleted = bring("vector", (3,), 60, engine.home), bring("vector", (2,), 60, engine.home)
    engine.home.shelf.delete(deleted)
    wanted = RunConfig(dataset=mine, model="autoencoder", steps=5, hyperparameters=SMALL)
    other = Engine(Home(tmp_path), workers=1)
    assert other.home.shelf.everything() == []
    with pytest.raises(UnknownDataset):
        other.start(wanted, "a", "")
    # Starting the other, and deleting there, left the first as it was.
    assert bring("vector", (3,), 60, other.home) == mine
    other.home.shelf.delete(mine)
    assert mine in [kept.id for kept in engine.home.shelf.everything()]
    assert [kept.id for kept in engine.home.shelf.deleted()] == [deleted]
    run = engine.start(wanted, "a", "")
    assert over(engine, run).status is Status.FINISHED
    assert_same(weights(engine, run), fit(wanted, home=engine.home).model.state_dict())
    assert engine.analyse(run, "reconstruction", {}).future.result(TIMEOUT).model_mse > 0
    other.close()


def test_damaged_weights_quarantine_the_run(engine):
    run = engine.start(config(), "a", "", steps=5)
    over(engine, run)
    engine.store.save_state(run, b"\0" * 64)
    engine.store.save_state(run, b"\0" * 64)
    engine.resume(run, "a")
    record = over(engine, run)
    assert record.status is Status.QUARANTINED
    assert "weights are damaged" in record.reason


def test_a_run_goes_on_from_the_checkpoint_before_a_damaged_one(engine):
    run = engine.start(config(), "a", "", steps=5)
    over(engine, run)
    engine.resume(run, "a", steps=5)
    over(engine, run)
    engine.store.state_path(run).write_bytes(b"\0" * 64)
    engine.resume(run, "a")
    record = over(engine, run)
    assert (record.status, record.reason) == (Status.FINISHED, WENT_BACK.format(step=5))
    assert [step for step, _ in engine.store.history(run)] == sorted({step for step, _ in engine.store.history(run)})
    assert_same(weights(engine, run), fit(config()).model.state_dict())


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


def test_a_killed_server_leaves_no_process_and_no_unreadable_run(tmp_path):
    script = (
        "import sys, time, psutil; from pathlib import Path\n"
        "from core import RunConfig; from core.engine import Engine\n"
        "from core.home import Home\n"
        "engine = Engine(Home(Path(sys.argv[1])), workers=1); engine.open(); engine.wait_until_ready(60)\n"
        "run = engine.start(RunConfig(dataset='digits', model='autoencoder', steps=100_000), 'a', 'killed')\n"
        "engine.listen(run, lambda: engine.store.state(run) and print(run, *[c.pid for c in "
        "psutil.Process().children()], flush=True))\n"
        "time.sleep(600)\n"
    )
    server = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    run, *pids = server.stdout.readline().split()
    workers = [psutil.Process(int(pid)) for pid in pids]
    assert workers
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    _, alive = psutil.wait_procs(workers, timeout=TIMEOUT)
    assert not alive
    folders = Path(tempfile.gettempdir())
    assert [*folders.glob(f"{FOLDER}{server.pid}-*")]
    remove_left_behind()
    assert not [*folders.glob(f"{FOLDER}{server.pid}-*")]
    store = RunStore(Home(tmp_path))
    assert [(record.id, record.status) for record in store.all()] == [(run, Status.INTERRUPTED)]
    model(store, run)
    store.close()


def test_nothing_answers_to_http(engine):
    listening = {
        connection.laddr.port
        for process in (psutil.Process(), *psutil.Process().children())
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert len(listening) >= 2
    for port in listening:
        for path in ("/info", "/json/identity.json", "/health", "/metrics"):
            with socket.create_connection(("127.0.0.1", port), TIMEOUT) as asking, suppress(ConnectionError):
                asking.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
                assert b" 200 " not in asking.recv(100)


def test_closing_writes_a_checkpoint_and_ends_the_workers(tmp_path):
    engine = Engine(Home(tmp_path), workers=1)
    engine.open()
    engine.wait_until_ready(TIMEOUT)
    before = psutil.Process().children()
    run = engine.start(LONG, "a", "")
    until(engine, run, lambda live: live.step > 0)
    engine.close()
    assert len(psutil.Process().children()) < len(before)
    store = RunStore(Home(tmp_path))
    assert store.get(run).status is Status.INTERRUPTED
    assert store.get(run).step > 0
    assert store.state(run) is not None
    store.close()
