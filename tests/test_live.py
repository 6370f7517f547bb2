"""What a viewer is sent over the socket that follows a run, and when."""

import asyncio
import json
from functools import partial
from types import SimpleNamespace

import pytest

from core import DATASETS
from core.engine import RunStore
from core.engine.live import LiveRun
from core.engine.turns import Share
from core.home import Home
from core.protocol import Status
from pages.ui import live, successors
from pages.ui.laboratory import Laboratory
from tests.disks import no_more_files
from tests.making import completed, config_of
from tests.patience import TIMEOUT
from tests.stores import create, snapshot_at


class Socket:
    """A browser that says what it is told to, and what it was sent: pictures, kinds of messages, and statuses."""

    def __init__(self, run, page=""):
        self.path_params, self.query_params = {"run": run}, {"page": page}
        self.kinds, self.statuses, self.reasons, self.pictures = [], [], [], asyncio.Queue()
        self.told, self.questions = asyncio.Event(), asyncio.Queue(maxsize=1)

    async def accept(self):
        pass

    async def receive_text(self):
        return await self.questions.get()

    async def says(self, text):
        """Say something as soon as what was said before is heard."""
        await asyncio.wait_for(self.questions.put(text), TIMEOUT)

    async def send_bytes(self, snapshot):
        await self.pictures.put(snapshot)

    async def next_picture(self):
        return await asyncio.wait_for(self.pictures.get(), TIMEOUT)

    async def send_text(self, text):
        message = json.loads(text)
        self.kinds.append(message["type"])
        if message["type"] == "status":
            self.statuses.append(message["status"])
            self.reasons.append(message["reason"])
            self.told.set()

    async def next_status(self):
        await asyncio.wait_for(self.told.wait(), TIMEOUT)
        self.told.clear()
        return self.statuses[-1]


@pytest.fixture
def store(tmp_path):
    store = RunStore(Home(tmp_path))
    yield store
    store.close()


@pytest.fixture
def engine(store, monkeypatch):
    """An engine of the store's runs, those that move in `moving`, and in `listening` what is called to hear of each."""
    moving, listening = {}, {}
    engine = SimpleNamespace(store=store, moving=moving, listening=listening, problem="")
    engine.live, engine.place, engine.others = moving.get, lambda run: 0, lambda run: 0
    engine.listen = lambda run, moved, rate, panels: listening.update({run: moved}) or (lambda: listening.pop(run))
    monkeypatch.setattr(Laboratory, "engine", engine)
    return engine


def moves(engine, status=Status.RUNNING):
    """A new run that moves, or waits."""
    config = config_of()
    run = engine.store.create(config, "", DATASETS["digits"].spec)
    engine.moving[run] = LiveRun(run, config, Share("a"), status, snapshot=b"seen")
    return run


def test_the_end_of_a_run_is_told_at_once_however_few_pictures_are_wanted(engine, monkeypatch):
    run, listening = moves(engine), engine.listening
    # So few that a test would never see the next one.
    monkeypatch.setattr(live, "Viewer", partial(live.Viewer, rate=1 / (10 * TIMEOUT)))

    async def scenario():
        socket = Socket(run)
        following = asyncio.create_task(live.live(socket))
        assert await socket.next_status() == Status.RUNNING
        # The picture after the first comes at once.
        listening[run]()
        assert await socket.next_status() == Status.RUNNING
        # All others have time, and are waited for when it ends.
        listening[run]()
        for _ in range(10):
            await asyncio.sleep(0)
        del engine.moving[run]
        engine.store.update(run, status=Status.PAUSED)
        listening[run]()
        assert await socket.next_status() == Status.PAUSED
        following.cancel()

    completed(scenario())


def test_a_picture_that_cannot_be_read_for_a_moment_is_said_and_comes_later(engine):
    run = create(engine.store)

    async def scenario():
        socket = Socket(run)
        following = asyncio.create_task(live.live(socket))
        await socket.next_status()
        engine.store.add_snapshot(run, 8, 0.8, {}, snapshot_at(8), last=True)
        with no_more_files():
            engine.listening[run]()
            await socket.next_status()
        assert "cannot be read now: Too many open files. Close pages" in socket.reasons[-1]
        assert socket.pictures.empty()
        engine.listening[run]()
        assert await socket.next_picture() == snapshot_at(8)
        await socket.next_status()
        assert socket.reasons[-1] == ""
        following.cancel()

    completed(scenario())


def test_a_picture_that_was_asked_for_and_cannot_be_read_now_ends_nothing(engine):
    run = moves(engine)

    async def scenario():
        socket = Socket(run)
        following = asyncio.create_task(live.live(socket))
        assert await socket.next_picture() == b"seen"
        engine.store.add_snapshot(run, 8, 0.8, {}, snapshot_at(8), last=True)
        with no_more_files():
            # The third is heard of when the first is done with.
            for _ in range(3):
                await socket.says('{"snapshot": 8}')
        await socket.says('{"snapshot": 8}')
        assert await socket.next_picture() == snapshot_at(8)
        following.cancel()

    completed(scenario())


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_run_that_takes_its_place_is_followed_on_the_same_socket(engine, is_kept):
    run, other, last = moves(engine), moves(engine), moves(engine, Status.WAITING)

    def replace(run_to_look_at=None):
        # Two in turn, before the first of them is seen.
        successors.announce("a", other)
        successors.announce("a", last)
        if not is_kept:
            engine.live = engine.moving.get
            engine.store.delete(run)

    async def scenario():
        socket = Socket(run, page="a")
        following = asyncio.create_task(live.live(socket))
        assert await socket.next_status() == Status.RUNNING
        if is_kept:
            replace()
        else:
            # It is gone while it is looked at.
            engine.live = replace
            engine.listening[run]()
        while await socket.next_status() != Status.WAITING:
            pass
        assert [*engine.listening] == [last]
        told = [kind for kind in socket.kinds if kind != "status"]
        assert told == ["history", "next", "history", "next", "history"]
        following.cancel()

    completed(scenario())
