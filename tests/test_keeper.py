"""Workers that end or hang before they have joined: each is replaced, and at last it is said that none comes."""

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from core.engine import Engine, keeper
from core.engine.cluster import Cluster
from core.engine.fleet import Fleet
from core.engine.keeper import ATTEMPTS, Keeper
from core.errors import EngineUnavailable
from core.home import Home
from core.protocol import Status
from tests.making import completed, config_of, no_bench
from tests.patience import TIMEOUT

HELLO = {"scheduler": "tls://127.0.0.1:1"}
# Processes that never join: one hangs, the other ends after it has been told where to go.
HANGING, ENDING = (f"import sys; print(sys.stdin.readline(), flush=True); {rest}" for rest in ("sys.stdin.read()", ""))


@pytest.fixture
def spawned(monkeypatch):
    """Makes workers of some code of Python's, and lists those there were."""
    found = []

    def of(code):
        def spawn():
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
            found.append(subprocess.Popen([sys.executable, "-c", code], **pipes))
            return found[-1]

        monkeypatch.setattr(keeper, "_spawn", spawn)
        return found

    yield of
    for process in found:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_worker_that_does_not_join_in_time_is_replaced(spawned, monkeypatch):
    processes = spawned(HANGING)

    async def scenario():
        keeper = Keeper()
        keeping = asyncio.create_task(keeper.keep(HELLO))
        try:
            for turn in range(ATTEMPTS + 1):
                process = keeper.process
                assert json.loads(await asyncio.to_thread(process.stdout.readline)) == HELLO
                # It still has time.
                keeper.look([])
                if turn == 1:
                    keeper.look(["1", keeper.name])
                with monkeypatch.context() as patch:
                    patch.setattr("core.engine.keeper.JOINS_WITHIN", 0.0)
                    keeper.look(["1"])
                if turn == 1:
                    # What becomes of one that has joined is no business of the keeper's until it ends.
                    with pytest.raises(subprocess.TimeoutExpired):
                        process.wait(0)
                    process.kill()
                assert await asyncio.to_thread(process.wait, TIMEOUT) != 0
                while keeper.process is process and not keeper.has_given_up:
                    await asyncio.sleep(0)
            # One of them had joined, so that those before it do not count.
            assert not keeper.has_given_up
            assert len({each.pid for each in processes}) == ATTEMPTS + 2
        finally:
            keeping.cancel()
            keeper.end()

    completed(scenario())


def test_watching_workers_takes_none_of_the_loops_threads(spawned):
    spawned(HANGING)

    async def scenario():
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        keeper = Keeper()
        keeping = asyncio.create_task(keeper.keep(HELLO))
        try:
            await asyncio.sleep(0)
            assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), TIMEOUT) == "free"
        finally:
            keeping.cancel()
            keeper.end()

    completed(scenario())


def test_where_one_after_the_other_ends_no_more_are_started_and_it_is_said(spawned):
    processes = spawned(ENDING)

    async def scenario():
        keeper = Keeper()
        await keeper.keep(HELLO)
        assert len(processes) == ATTEMPTS

        async def identity():
            return {"workers": {}}

        cluster = Cluster(SimpleNamespace(scheduler=SimpleNamespace(identity=identity)), [keeper])
        with pytest.raises(EngineUnavailable, match=f"{ATTEMPTS} in a row ended"):
            await cluster.workers()

    completed(scenario())


def test_whoever_waits_long_is_told_and_whoever_waits_in_vain_too(tmp_path, monkeypatch):
    monkeypatch.setattr("core.engine.thread.LATE", 0.0)
    monkeypatch.setattr("core.engine.thread.LOOK_EVERY", 0.01)
    seen = []

    class Silent(Cluster):
        async def workers(self):
            seen.append((engine.state, engine.problem))
            if len(seen) > 2:
                raise EngineUnavailable("There are none.")
            return {}

    @asynccontextmanager
    async def silent(address, workers):
        yield Silent(None)

    monkeypatch.setattr("core.engine.thread.connect", silent)
    engine = Engine(Home(tmp_path), workers=1)
    run = engine.start(config_of(), "ann", "")
    engine.open()
    assert engine.live(run).over.wait(TIMEOUT)
    state, problem = seen[-1]
    assert state == "starting"
    assert problem.startswith("No worker is ready yet, after 0 s. Start one")
    record = engine.store.get(run)
    assert (record.status, record.reason) == (Status.FAILED, "There are none.")
    assert engine.state == "failed"
    with pytest.raises(EngineUnavailable, match="There are none"):
        engine.start(config_of(), "ann", "")
    engine.close()


def test_a_run_that_waits_for_room_is_told_that_there_will_be_none():
    async def scenario():
        fleet = Fleet(no_bench)
        fleet.look({"a": 1.0})
        async with fleet.room() as worker:
            answering = asyncio.create_task(worker.answer(asyncio.Event().wait()))
            await asyncio.sleep(0)
            fleet.dissolve("There are none.")
            with pytest.raises(OSError, match="no sign of life"):
                await answering
        with pytest.raises(EngineUnavailable, match="There are none"):
            await fleet.room().__aenter__()

    completed(scenario())
