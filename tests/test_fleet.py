"""Workers as the engine sees them: runs are spread evenly, and one that gives no sign of life is left."""

import asyncio
import errno
from types import SimpleNamespace

import pytest

from core.engine.driver import Driver
from core.engine.fleet import PATIENCE, Fleet
from core.errors import EngineUnavailable
from tests.making import completed, no_bench


def test_runs_are_spread_evenly_over_the_workers_that_give_signs():
    async def scenario():
        fleet = Fleet(no_bench)
        fleet.look({"a": 1.0, "b": 1.0})
        async with fleet.room() as first, fleet.room() as second:
            assert {first.address, second.address} == {"a", "b"}
            # One fails: nobody tries it again before it is known whether it is still there.
            with pytest.raises(OSError, match="reset"):
                async with fleet.room() as failing:
                    raise OSError("reset")
            for _ in range(3):
                async with fleet.room() as another:
                    assert another.address != failing.address
            fleet.look({"a": 1.5, "b": 1.5})
            # One hangs: the other takes the next.
            fallen = [fleet.look({"a": 1.5, "b": 2.0 + i}) for i in range(PATIENCE)]
            assert fallen == [[]] * (PATIENCE - 1) + [["a"]]
            async with fleet.room() as third:
                assert third.address == "b"
        # It gives signs again.
        assert fleet.look({"a": 9.0, "b": 99.0}) == []
        async with fleet.room() as first, fleet.room() as second:
            assert {first.address, second.address} == {"a", "b"}

    completed(scenario())


@pytest.mark.parametrize("signs", [[{}], [{"a": 1.0}] * PATIENCE], ids=["gone", "hanging"])
def test_nobody_waits_for_the_answer_of_a_worker_that_is_lost(signs):
    async def scenario():
        fleet = Fleet(no_bench)
        fleet.look({"a": 1.0})
        async with fleet.room() as worker:
            assert await worker.answer(asyncio.sleep(0, "here")) == "here"
            waiting = asyncio.create_task(worker.answer(asyncio.Event().wait()))
            await asyncio.sleep(0)
            for each in signs:
                fleet.look(each)
            with pytest.raises(OSError, match="no sign of life"):
                await waiting
        # Who comes now waits for another worker.
        coming = asyncio.create_task(fleet.room().__aenter__())
        await asyncio.sleep(0)
        fleet.look({"b": 1.0})
        assert (await coming).address == "b"

    completed(scenario())


def test_a_worker_that_hangs_in_a_slice_gets_no_other_run_though_it_gives_signs():
    async def scenario():
        fleet = Fleet(no_bench)
        fleet.look({"a": 1.0})
        async with fleet.room() as worker:
            others = asyncio.create_task(worker.answer(asyncio.Event().wait()))
            with pytest.raises(OSError, match=r"did not end a slice within 0\.01 s"):
                await worker.answer(asyncio.Event().wait(), within=0.01)
            # Whoever else is on it goes elsewhere, too.
            with pytest.raises(OSError, match="it hung in a slice"):
                await others
        # It is named until it is gone.
        assert fleet.look({"a": 2.0}) == fleet.look({"a": 3.0, "b": 1.0}) == ["a"]
        async with fleet.room() as first, fleet.room() as second:
            assert first.address == second.address == "b"
        assert fleet.look({"b": 2.0}) == []

    completed(scenario())


def test_a_run_ends_with_a_sentence_and_no_worker_is_lost_where_no_more_files_can_be_open():
    fleet = Fleet(no_bench)
    driver = Driver(None, SimpleNamespace(fleet=fleet), None)
    asked = []

    async def fail(live, goal, worker):
        asked.append(worker)
        # It is still there.
        asyncio.get_running_loop().call_soon(fleet.look, {"a": 1.0 + len(asked)})
        raise OSError("Timed out") from OSError(errno.EMFILE, "Too many open files")

    driver._train = fail

    async def scenario():
        fleet.look({"a": 1.0})
        with pytest.raises(EngineUnavailable, match=r"Too many open files\. Close pages"):
            await driver._train_on_any_worker(SimpleNamespace(attempts=0), None)

    completed(scenario())
    assert len(asked) == 1
