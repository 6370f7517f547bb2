"""What a viewer is sent over the socket that follows a run, and when."""

import asyncio
import json
from types import SimpleNamespace

import pytest

from core import DATASETS
from core.engine import RunStore
from core.engine.live import LiveRun
from core.engine.turns import Share
from core.home import Home
from core.protocol import Status
from pages.ui import live
from pages.ui.laboratory import Laboratory
from tests.making import completed, config_of
from tests.patience import TIMEOUT


class Socket:
    """A browser that never says anything, and the statuses that it was sent."""

    def __init__(self, run):
        self.path_params, self.query_params = {"run": run}, {}
        self.statuses, self.told = [], asyncio.Event()

    async def accept(self):
        pass

    async def receive_text(self):
        await asyncio.Event().wait()

    async def send_bytes(self, snapshot):
        pass

    async def send_text(self, text):
        message = json.loads(text)
        if message["type"] == "status":
            self.statuses.append(message["status"])
            self.told.set()


@pytest.fixture
def store(tmp_path):
    store = RunStore(Home(tmp_path))
    yield store
    store.close()


def test_the_end_of_a_run_is_told_at_once_however_few_pictures_are_wanted(store, monkeypatch):
    config = config_of()
    run = store.create(config, "", DATASETS["digits"].spec)
    moving, listening = {run: LiveRun(run, config, Share("a"), Status.RUNNING, snapshot=b"seen")}, []
    engine = SimpleNamespace(store=store, live=moving.get, problem="", place=lambda run: 0, others=lambda run: 0)
    engine.listen = lambda run, moved, rate, panels: listening.append(moved) or (lambda: None)
    monkeypatch.setattr(Laboratory, "engine", engine)
    # So few that a test would never see the next one.
    monkeypatch.setattr(live, "Viewer", lambda: SimpleNamespace(rate=1 / (10 * TIMEOUT)))

    async def scenario():
        socket = Socket(run)

        async def next_status():
            await asyncio.wait_for(socket.told.wait(), TIMEOUT)
            socket.told.clear()
            return socket.statuses[-1]

        following = asyncio.create_task(live.live(socket))
        assert await next_status() == Status.RUNNING
        # The picture after the first comes at once.
        listening[0]()
        assert await next_status() == Status.RUNNING
        # All others have time, and are waited for when it ends.
        listening[0]()
        for _ in range(10):
            await asyncio.sleep(0)
        del moving[run]
        store.update(run, status=Status.PAUSED)
        listening[0]()
        assert await next_status() == Status.PAUSED
        following.cancel()

    completed(scenario())
