"""The engine: what goes through workers is what `core.fit` computes, whatever happens on the way."""

import threading

import psutil
import pytest
import torch

from core import MODELS, RunConfig, Snapshot, fit
from core.engine import run_files
from core.engine.live import LiveRun
from core.engine.record import WENT_BACK
from core.engine.turns import Share
from core.errors import LatentLabError, TooManyRuns, UnknownDataset, UnknownRun
from core.protocol import Status
from core.training.loop import Training
from tests.engines import LONG, SMALL, assert_same, config, model, over, until, weights, workers_of
from tests.making import bring, first_dataset
from tests.model_cases import config_of
from tests.patience import TIMEOUT

pytestmark = pytest.mark.xdist_group("engine")


@pytest.mark.parametrize("model", MODELS)
def test_the_engine_and_fit_give_the_same_weights_bit_for_bit(engine, model):
    wanted = config_of(model, first_dataset(model), steps=8)
    run = engine.start(wanted, "a", "same")
    assert over(engine, run).status is Status.FINISHED
    assert_same(weights(engine, run), fit(wanted).model.state_dict())


def test_pause_step_and_resume_change_nothing(engine):
    wanted = config(dataset="ring", model="gan", steps=60, hyperparameters={"hidden_sizes": (8,)})
    run = engine.start(wanted, "a", "", steps=7)
    assert (over(engine, run).status, engine.store.get(run).step) == (Status.PAUSED, 7)
    engine.resume(run, "a", steps=1)
    assert over(engine, run).step == 8
    engine.resume(run, "a")
    assert over(engine, run).status is Status.FINISHED
    assert_same(weights(engine, run), fit(wanted).model.state_dict())


def test_a_run_knows_how_far_its_scaled_samples_reach_once_they_are_read(engine):
    wanted = config(steps=1, data={"preprocessing": "standardise"})
    record = over(engine, engine.start(wanted, "a", ""))
    assert record.spec == Training(wanted).dataset.spec
    assert record.spec.value_range[0] < 0 < 1 < record.spec.value_range[1] < 3


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


def test_two_who_turn_knobs_of_a_run_at_once_both_turn_them(engine, monkeypatch):
    run = engine.start(config(model="vae", steps=200_000), "me", "turned by two")
    until(engine, run, lambda live: live.step > 0)
    save, other = engine.store.save_config, threading.Thread(target=engine.change, args=(run, "me", {"beta": 2.0}))

    def save_slowly(*arguments):
        monkeypatch.setattr(engine.store, "save_config", save)
        other.start()
        # If it were let through, it would be done by now.
        other.join(0.5)
        save(*arguments)

    monkeypatch.setattr(engine.store, "save_config", save_slowly)
    engine.change(run, "me", {"learning_rate": 1e-4})
    other.join(TIMEOUT)
    # What moves is what is written down.
    assert {change.name for change in engine.live(run).config.changes} == {"learning_rate", "beta"}
    assert engine.store.get(run).config == engine.live(run).config
    engine.discard(run)


def test_a_run_that_is_let_go_on_twice_moves_once(engine):
    run = engine.start(config(steps=200_000), "me", "")
    until(engine, run, lambda live: live.step > 0)
    live = engine.live(run)
    engine._driver.launch(LiveRun(run, live.config, Share("me")), None)
    assert engine.live(run) is live
    engine.discard(run)


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
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_files, "write", full)
    record = over(engine, engine.start(config(), "a", ""))
    assert record.status is Status.FAILED
    assert "could not be written to disk: No space left on device. Make room" in record.reason
    assert "worker" not in record.reason


def test_after_a_divergence_the_last_picture_is_that_of_the_kept_weights(engine):
    run = engine.start(config(model="vae", hyperparameters={**SMALL, "learning_rate": 10.0}), "a", "")
    record = over(engine, run)
    assert engine.store.snapshots(run)[-1] == record.step == engine.store.history(run)[-1][0]


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


def test_a_slow_disk_keeps_no_picture_waiting(engine, monkeypatch):
    is_free, add = threading.Event(), engine.store.add_snapshot

    def slow(*arguments):
        assert is_free.wait(TIMEOUT)
        add(*arguments)

    monkeypatch.setattr(engine.store, "add_snapshot", slow)
    run = engine.start(config(), "a", "")
    until(engine, run, lambda live: live.step > 0)
    assert engine.store.snapshots(run) == []
    is_free.set()
    assert over(engine, run).status is Status.FINISHED
    # All is written before it counts as over.
    for steps in (engine.store.snapshots(run), [step for step, _ in engine.store.history(run)]):
        assert (steps[0], steps[-1]) == (0, 400)


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
