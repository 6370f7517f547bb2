"""Asking for analyses: each once, its progress heard on the way, its result kept with the run."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.analysis import Result
from core.config import RunConfig
from core.datasets import find
from core.engine.store import RunStore
from core.engine.thread import EngineThread
from core.errors import DownloadFailed, LatentLabError

if TYPE_CHECKING:
    from distributed import Client


@dataclass
class Analysis:
    """An analysis under way: `future` gives its bytes.

    `started` is wall-clock time in seconds; `done` is the share that is done, 0 to 1, and 0 as long as nobody knows.
    """

    future: Future[bytes]
    started: float = field(default_factory=time.time)
    done: float = 0.0


class Analyses:
    """All analyses under way, each a task on a worker."""

    def __init__(self, store: RunStore, link: EngineThread) -> None:
        self._store = store
        self._link = link
        self._under_way: dict[tuple[str, str], Analysis] = {}
        self._lock = threading.Lock()

    def of_run(self, run: str, name: str, parameters: dict[str, Any]) -> Analysis:
        """The analysis called `name` of the run's last checkpoint, from a worker or from what was kept.

        Raises:
            UnknownRun: no such run.
        """
        record = self._store.get(run)
        # Only a checkpoint is analysed, so a moving run's picture changes every few seconds, not every frame.
        text = json.dumps([name, parameters], sort_keys=True)
        key = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        kept = self._store.analysis(run, key)
        if kept is not None:
            future: Future[bytes] = Future()
            future.set_result(kept)
            return Analysis(future)
        return self._once((run, key), lambda: self._analyse(run, record.config, key, name, parameters))

    def preview(self, config: RunConfig) -> Analysis:
        """Fixed held-out samples of a configuration's dataset, before anything is trained."""
        key = ("", f"{config.dataset} {config.seed} {config.data.model_dump_json()}")
        return self._once(key, lambda: self._preview(config))

    def fetch(self, dataset: str) -> Analysis:
        """The files that a dataset needs, fetched to where data are read; their result says nothing more."""
        key = ("", f"fetch {dataset}")
        return self._once(key, lambda: self._fetch(dataset, key))

    def _once(self, key: tuple[str, str], work: Callable[[], Coroutine[Any, Any, bytes]]) -> Analysis:
        """The analysis called `key`, started unless it is under way already; whoever asked keeps its result."""
        with self._lock:
            analysis = self._under_way.get(key)
            if analysis is None:
                analysis = Analysis(asyncio.run_coroutine_threadsafe(work(), self._link.loop))
                self._under_way[key] = analysis
                # Called at once if it is done already.
                analysis.future.add_done_callback(lambda _: self._under_way.pop(key, None))
            return analysis

    async def _analyse(
        self, run: str, config: RunConfig | None, key: str, name: str, parameters: dict[str, Any]
    ) -> bytes:
        from core.engine.analyst import run_analysis

        checkpoint = self._store.checkpoint(run)
        state = await asyncio.to_thread(self._store.state, run)
        if state is None or config is None:
            raise LatentLabError("This run has no weights yet. Let it train for a moment.")
        # Asked here, because a worker would write it to the log as an error.
        find(config.dataset, self._store.home)
        client = await self._heard()
        data: bytes = await client.submit(
            run_analysis, name, config.model_dump_json(), state, parameters, self._store.home, (run, key), pure=False
        )
        await asyncio.to_thread(self._store.save_analysis, run, key, data, checkpoint)
        return data

    async def _preview(self, config: RunConfig) -> bytes:
        from core.engine.analyst import run_preview

        client = await self._link.client()
        data: bytes = await client.submit(run_preview, config.model_dump_json(), self._store.home, pure=False)
        return data

    async def _fetch(self, dataset: str, key: tuple[str, str]) -> bytes:
        from core.engine.analyst import run_fetch

        client = await self._heard()
        data: bytes = await client.submit(run_fetch, dataset, self._store.home, key, pure=False)
        problem = Result.from_bytes(data).numbers["problem"]
        if problem:
            raise DownloadFailed(problem)
        return data

    async def _heard(self) -> Client:
        """The cluster's client, with an ear for what its workers say of their progress."""
        from core.engine.analyst import PROGRESS

        client = await self._link.client()
        # Each time anew, because a scheduler that was restarted does not remember; subscribing twice hears once.
        client.subscribe_topic(PROGRESS, self._hear)
        return client

    def _hear(self, event: tuple[float, tuple[str, str, float]]) -> None:
        """Note how far an analysis is: `event` is the scheduler's clock and what the worker said."""
        _, (run, key, share) = event
        analysis = self._under_way.get((run, key))
        # Other servers may use the same cluster, and a last word may come after the result.
        if analysis is not None:
            analysis.done = share
