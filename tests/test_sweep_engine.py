"""Sweeps on workers: every run is what `fit` gives, all move at once, and nobody else waits for them."""

import asyncio
import threading

import pytest
import torch

from core import RunConfig, Sweep, fit
from core.engine.budget import budget
from core.engine.live import LiveRun, LiveRuns, Share
from core.engine.sweep_store import SweepStore
from core.engine.sweeps import _room_for
from core.errors import LatentLabError, TooManyRuns, UnknownSweep
from core.home import Home
from core.protocol import Status
from core.training.checkpoint import model_of
from tests.making import completed, config_of, new_record
from tests.patience import TIMEOUT

pytestmark = pytest.mark.xdist_group("engine")

LONG = 200_000


def sweep(steps=40, seeds=1, **axes):
    base = config_of(steps=steps, hidden_sizes=(16,), batch_size=32)
    return Sweep(base=base, axes=axes or {"latent_size": [1, 2, 3]}, seeds=seeds)


def over(engine, id):
    """Wait until no run of the sweep moves, and return their records."""
    record = engine.sweeps.kept.get(id)
    for live in engine.sweeps.moving(record):
        assert live.over.wait(TIMEOUT)
    return engine.sweeps.runs(record)


def until(engine, run, condition):
    """Wait until `condition(live)` holds at one of the run's signs of life; `live` is None when it is over."""
    met = threading.Event()

    def look():
        if condition(engine.live(run)):
            met.set()

    leave = engine.listen(run, look)
    look()
    assert met.wait(TIMEOUT)
    leave()


def all_move(engine, runs):
    """Wait until every one of these runs has taken a step."""
    for run in runs:
        until(engine, run, lambda live: live is None or live.step > 0)


def test_every_run_is_what_fit_gives_bit_for_bit(engine):
    wanted = sweep(seeds=2, learning_rate=[0.002, 0.02])
    id = engine.sweeps.start(wanted, "a", "Autoencoder on digits")
    records = over(engine, id)
    assert [record.status for record in records] == [Status.FINISHED] * 4
    assert [record.config for record in records] == wanted.configs()
    assert records[1].name == "Autoencoder on digits · Learning rate: 0.02, seed 1"
    for record in (records[1], records[2]):
        found = model_of(record.config, record.spec, engine.store.state(record.id)).state_dict()
        for name, value in fit(record.config).model.state_dict().items():
            assert torch.equal(found[name], value), name
    # What is finished is not trained once more.
    again = engine.sweeps.start(wanted, "a", "Again")
    assert engine.sweeps.kept.get(again).runs == engine.sweeps.kept.get(id).runs
    assert engine.sweeps.moving(engine.sweeps.kept.get(again)) == []


def test_a_sweep_moves_as_a_whole_counts_as_one_and_is_cancelled(engine):
    id = engine.sweeps.start(sweep(LONG, latent_size=list(range(1, 11))), "me", "")
    # More runs than there are turns, and all of them move.
    all_move(engine, engine.sweeps.kept.get(id).runs)
    others = [engine.start(config_of(steps=LONG), "me", "") for _ in range(2)]
    with pytest.raises(TooManyRuns, match="3 of your runs and sweeps"):
        engine.sweeps.start(sweep(LONG), "me", "")
    all_move(engine, others)
    assert engine.place(others[0]) == 0
    for run in others:
        engine.stop(run)
    engine.sweeps.cancel(id)
    records = over(engine, id)
    assert {record.status for record in records} == {Status.STOPPED}
    assert all(record.step > 0 and engine.store.state(record.id) for record in records)


def test_a_sweep_waits_in_one_place_and_gets_in_as_a_whole():
    async def scenario():
        runs = LiveRuns(1, asyncio.get_running_loop())
        leaving, inside = {}, []

        async def move(live):
            async with runs.turn(live):
                inside.append(live.id)
                await leaving[live.id].wait()

        def enter(name, share):
            live = LiveRun(name, config_of(), share)
            runs.add(live)
            leaving[name] = asyncio.Event()
            return live, asyncio.create_task(move(live))

        singles = [enter(name, Share("guest")) for name in "abcd"]
        share = runs.share_of("sweep", "late", 3)
        swept = [enter(name, share) for name in "xyz"]
        last = enter("last", Share("later"))
        await asyncio.sleep(0)
        assert inside == ["a", "b", "c", "d"]
        assert [runs.place(name) for name in ("a", "x", "y", "z", "last")] == [0, 1, 1, 1, 2]
        assert runs.share_of("sweep", "late", 3) is share
        # One that is stopped while it waits gets in at once, to end.
        runs.stop(swept[1][0], Status.STOPPED)
        leaving["y"].set()
        await swept[1][1]
        assert [runs.place(name) for name in ("x", "y", "last")] == [1, 0, 2]
        leaving["b"].set()
        await singles[1][1]
        await asyncio.sleep(0)
        assert inside == ["a", "b", "c", "d", "y", "x", "z"]
        # The sweep's turn is free when the last of its runs has ended.
        leaving["x"].set()
        await swept[0][1]
        assert runs.place("last") == 1
        for event in leaving.values():
            event.set()
        await asyncio.gather(*(task for _, task in (*singles, *swept, last)))
        assert inside[-1] == "last"

    completed(scenario())


def test_wide_networks_are_in_memory_a_few_at_once():
    wide = Sweep(base=config_of(hidden_sizes=(2048,) * 6), axes={"latent_size": [1, 2]})
    narrow, wider = (new_record(each.configs()[0]) for each in (sweep(), wide))
    assert _room_for(narrow) > 60
    assert 1 <= _room_for(wider) < 10


def test_a_cancelled_sweep_goes_on_and_is_extended(engine):
    id = engine.sweeps.start(sweep(500, latent_size=[5, 7]), "a", "")
    all_move(engine, engine.sweeps.kept.get(id).runs)
    engine.sweeps.cancel(id)
    before = engine.sweeps.kept.get(id)
    engine.sweeps.go_on(id, "a")
    engine.sweeps.extend(id, "a", "latent_size", [6])
    record = engine.sweeps.kept.get(id)
    assert record.sweep.axes == {"latent_size": (5, 6, 7)}
    assert (record.runs[0], record.runs[2]) == before.runs
    # One share, so that its runs take turns among themselves.
    assert len({live.share for live in engine.sweeps.moving(record)}) <= 1
    assert [run.status for run in over(engine, id)] == [Status.FINISHED] * 3
    with pytest.raises(LatentLabError, match="too small"):
        engine.sweeps.extend(id, "a", "latent_size", [0])


def test_a_diverged_run_says_so_and_a_deleted_one_is_a_hole(engine):
    base = RunConfig(dataset="digits", model="vae", steps=100, hyperparameters={"hidden_sizes": (16,)})
    id = engine.sweeps.start(Sweep(base=base, axes={"learning_rate": [0.001, 10.0]}), "a", "")
    fine, bad = over(engine, id)
    assert (fine.status, bad.status) == (Status.FINISHED, Status.DIVERGED)
    assert "Diverged at step" in bad.reason
    engine.store.delete(fine.id)
    assert engine.sweeps.runs(engine.sweeps.kept.get(id))[0] is None
    engine.sweeps.go_on(id, "a")
    assert engine.sweeps.moving(engine.sweeps.kept.get(id)) == []


def test_sweeps_are_kept_renamed_deleted_and_restored(tmp_path):
    store, wanted = SweepStore(Home(tmp_path)), sweep()
    first, second = (store.save(name, wanted, ["a", "b", "c"]) for name in ("first", "second"))
    store.rename(first, "renamed")
    again = SweepStore(Home(tmp_path))
    assert [(record.id, record.name) for record in again.all()] == [(second, "second"), (first, "renamed")]
    assert (again.get(first).sweep, again.get(first).runs) == (wanted, ("a", "b", "c"))
    again.delete(first)
    assert [record.id for record in again.all()] == [second]
    assert [record.id for record in again.deleted()] == [first]
    for gone in (first, "../runs", "nothing"):
        with pytest.raises(UnknownSweep):
            again.get(gone)
    again.restore(first)
    assert again.get(first).name == "renamed"


@pytest.mark.parametrize("content", ["", "{}", '{"name": "x"}', "\0" * 50])
def test_a_damaged_sweep_is_listed_with_a_sentence(tmp_path, content):
    store = SweepStore(Home(tmp_path))
    fine, damaged = (store.save(name, sweep(), ["a", "b", "c"]) for name in ("fine", "damaged"))
    (tmp_path / "sweeps" / damaged / "sweep.json").write_text(content)
    assert [(record.id, record.sweep is None) for record in store.all()] == [(fine, False), (damaged, True)]
    assert store.get(damaged).reason.startswith("This sweep is damaged: ")
    with pytest.raises(UnknownSweep, match="damaged"):
        store.rename(damaged, "x")


def test_the_budget_is_judged_by_earlier_runs():
    configs = sweep(1000, latent_size=[1, 2, 3, 4]).configs()
    assert budget(configs, 0, [], 2).text == (
        "4 runs, together about 4,000 steps: the first such run will tell how long they take."
    )
    earlier = [new_record(config_of(steps=500)), new_record(config_of("vae"))]
    for record, step in zip(earlier, (500, 10), strict=True):
        object.__setattr__(record, "step", step)
        object.__setattr__(record, "seconds", 5.0)
    assert budget(configs, 1, earlier, 2).text == "4 runs × 10 s on 2 workers: about 20 s. 1 more is here already."
    assert budget(configs[:1], 0, earlier, 2).text == "1 run × 10 s on 2 workers: about 10 s."
    assert budget([], 4, earlier, 2).text == "Nothing to train: all 4 runs are here already."
