"""What workers do besides training: analyses, previews and downloads, each once, with its progress."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import uuid4

import numpy as np

from core.analysis import ANALYSES, PlottedSamples, Preview, Result, moves
from core.analysis.result import choose
from core.config import RunConfig
from core.engine.repetition import Repetitions, key_of, reseeded
from core.engine.store import RunStore
from core.engine.thread import EngineThread
from core.errors import LatentLabError, StoreUnwritable
from core.protocol import Array
from core.selection import Samples

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
# What a job is known by: the run that it belongs to, or "", and what is done.
Key = tuple[str, str]
REPEAT = "repeat"


@dataclass
class Job(Generic[T]):
    """Something that a worker does: `future` gives what comes of it.

    `started` is wall-clock time in seconds; `done` is the share that is done, 0 to 1, and 0 as long as nobody knows.
    `points` (N, 2 or 3) are where those stand that an analysis moves, which can be told to `stop` there. So many are
    `waiting` for it; who does not any more may `leave`, and what all have left is given up. Workers call it `token`.
    """

    future: Future[T] = field(default_factory=Future)
    started: float = field(default_factory=time.time)
    done: float = 0.0
    points: Array | None = None
    stop: Callable[[], Any] = lambda: None
    leave: Callable[[], Any] = lambda: None
    is_stopped: bool = False
    waiting: int = 0
    token: str = field(default_factory=lambda: uuid4().hex)


class Jobs:
    """All jobs under way, each a task on a worker."""

    def __init__(self, store: RunStore, thread: EngineThread) -> None:
        self._store = store
        self._thread = thread
        self._repetitions = Repetitions(store, thread)
        self._under_way: dict[Key, Job[Any]] = {}
        # A job that ends calls back at once, maybe out of what holds the lock.
        self._lock = threading.RLock()

    def analyse(self, run: str, name: str, parameters: dict[str, Any], seed: int | None = None) -> Job[Any]:
        """The analysis called `name` of the run's last checkpoint, from a worker or from what was kept: its result.

        With a `seed` it is that of the run's repetition with this seed.

        Raises:
            UnknownRun: no such run.
            LatentLabError: no such analysis.
        """
        record = self._store.get(run)
        result = choose("analysis", name, ANALYSES).result
        # Only a checkpoint is analysed, so a moving run's picture changes every few seconds, not every frame.
        text = json.dumps([name, parameters] if seed is None else [name, parameters, seed], sort_keys=True)
        kept_as = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        kept = self._kept(run, kept_as, result)
        if kept is not None:
            future: Future[Result] = Future()
            future.set_result(kept)
            return Job(future)
        # Who asks when there is a newer checkpoint wants that one's.
        key = run, f"{kept_as} {self._store.checkpoint(run)}"
        given = run, kept_as, record.config, name, parameters, result, seed
        job = self._once(key, lambda job: self._analyse(job, *given))
        job.stop, job.leave = partial(self._stop, key, job), partial(self._leave, job)
        return job

    def repeat(self, run: str) -> Job[tuple[int, ...]]:
        """Five models of the run's configuration with other seeds, trained as far as the run is: their seeds.

        Raises:
            UnknownRun: no such run.
        """
        self._store.get(run)
        key = (run, REPEAT)
        # Whoever shut the page finds the job again, and on a new start the models that were finished.
        return self._once(key, lambda job: self._repetitions.repeat(run, partial(setattr, job, "done")))

    def repeated(self, run: str) -> tuple[int, ...]:
        """The seeds of the run's repetitions that are kept."""
        return self._repetitions.kept(run)

    def repeating(self, run: str) -> Job[tuple[int, ...]] | None:
        """The repetition of the run that is under way, or None."""
        return self._under_way.get((run, REPEAT))

    def preview(self, config: RunConfig) -> Job[Preview]:
        """Fixed held-out samples of a configuration's dataset, before anything is trained."""
        key = ("", f"preview {config.dataset} {config.seed} {config.data.model_dump_json()}")
        return self._once(key, lambda _: self._preview(config))

    def plotted(self, samples: Samples) -> Job[PlottedSamples]:
        """The samples that plots draw of a part of a run's data."""
        return self._once(("", f"plotted {samples.key}"), lambda _: self._plotted(samples))

    def fetch(self, dataset: str) -> Job[tuple[Path, ...]]:
        """The files that a dataset needs, fetched to where data are read: their paths."""
        return self._once(("", f"fetch {dataset}"), lambda job: self._fetch(dataset, job.token))

    def _once(self, key: Key, work: Callable[[Job[T]], Coroutine[Any, Any, T]]) -> Job[T]:
        """The job called `key`, started unless it is under way already; whoever asked keeps what comes of it."""
        with self._lock:
            job = self._under_way.get(key)
            if job is None:
                job = self._under_way[key] = Job()
                job.future = asyncio.run_coroutine_threadsafe(work(job), self._thread.loop)
                # Called at once if it is done already.
                job.future.add_done_callback(lambda _: self._over(key, job))
            job.waiting += 1
            return job

    def _over(self, key: Key, job: Job[Any]) -> None:
        """Give this job to nobody else who asks for `key`: another one may have that name by now."""
        with self._lock:
            if self._under_way.get(key) is job:
                del self._under_way[key]

    def _kept(self, run: str, key: str, result: type[Result]) -> Result | None:
        """The result that is kept with the run; None where there is none that can be read, as of another version."""
        data = self._store.analysis(run, key)
        try:
            return None if data is None else result.from_bytes(data)
        except ValueError:
            return None

    async def _analyse(
        self,
        job: Job[Result],
        run: str,
        kept_as: str,
        config: RunConfig | None,
        name: str,
        parameters: dict[str, Any],
        result: type[Result],
        seed: int | None,
    ) -> Result:
        from core.engine.analyst import run_analysis

        checkpoint = self._store.checkpoint(run)
        if seed is None or config is None:
            state = await asyncio.to_thread(self._store.state, run)
        else:
            state, config = await asyncio.to_thread(self._store.analysis, run, key_of(seed)), reseeded(config, seed)
            if state is None:
                raise LatentLabError(f"The repetition with seed {seed} is not kept any more. Repeat this run anew.")
        if state is None or config is None:
            raise LatentLabError("This run has no weights yet. Let it train for a moment.")
        text = config.model_dump_json()
        given = name, text, state, parameters, self._store.home, job.token
        data: bytes = await self._on_worker(run_analysis, *given, priority=-int(moves(name, parameters)))
        # Whoever asks again wants it to its end. And what cannot be kept is still an answer.
        if not job.is_stopped:
            with suppress(StoreUnwritable):
                await asyncio.to_thread(self._store.save_analysis, run, kept_as, data, checkpoint)
        return result.from_bytes(data)

    async def _preview(self, config: RunConfig) -> Preview:
        from core.engine.analyst import run_preview

        return Preview.from_bytes(await self._on_worker(run_preview, config.model_dump_json(), self._store.home))

    async def _plotted(self, samples: Samples) -> PlottedSamples:
        from core.engine.analyst import run_plotted

        config = samples.config.model_dump_json()
        return PlottedSamples.from_bytes(await self._on_worker(run_plotted, config, samples.part, self._store.home))

    async def _fetch(self, dataset: str, token: str) -> tuple[Path, ...]:
        from core.engine.analyst import run_fetch

        paths: tuple[Path, ...] = await self._on_worker(run_fetch, dataset, self._store.home, token)
        return paths

    async def _on_worker(self, function: Callable[..., Any], *arguments: Any, priority: int = 0) -> Any:
        """What `function` returns on a worker; what has a higher priority leaves the queue first.

        Raises:
            LatentLabError: it returned one, as the functions of `core.engine.analyst` do.
        """
        answer = await (await self._client()).submit(function, *arguments, pure=False, priority=priority)
        if isinstance(answer, LatentLabError):
            raise answer
        return answer

    async def _client(self) -> Client:
        """The cluster's client, subscribed to what its workers say of their progress."""
        from core.engine.analyst import MOVED, PROGRESS

        client = await self._thread.client()
        # Each time anew, because a scheduler that was restarted does not remember; subscribing twice counts once.
        client.subscribe_topic(PROGRESS, self._note_progress)
        client.subscribe_topic(MOVED, self._note_points)
        return client

    def _stop(self, key: Key, job: Job[Any]) -> Future[None]:
        """Have an analysis stop where its points stand; whoever asks from now on wants another, to its end."""
        job.is_stopped = True
        self._over(key, job)
        return asyncio.run_coroutine_threadsafe(self._tell(job.token), self._thread.loop)

    def _leave(self, job: Job[Any]) -> Future[None] | None:
        """Have one fewer wait for an analysis; the last one gives it up."""
        with self._lock:
            job.waiting -= 1
            if job.waiting > 0:
                return None
            # What no worker has begun is taken from the queue; who has begun it is told.
            job.future.cancel()
        return asyncio.run_coroutine_threadsafe(self._tell(job.token), self._thread.loop)

    async def _tell(self, token: str) -> None:
        """Tell all workers that an analysis is to stop: only its own will know it."""
        from core.engine.analyst import stop

        await (await self._client()).run(stop, token)

    def _note_progress(self, event: tuple[float, tuple[str, float]]) -> None:
        """Note how far a job is: `event` is the scheduler's clock and what the worker said."""
        _, (token, share) = event
        if (job := self._called(token)) is not None:
            job.done = share

    def _note_points(self, event: tuple[float, tuple[str, tuple[int, int], bytes]]) -> None:
        """Note where the points of a job stand."""
        _, (token, shape, values) = event
        if (job := self._called(token)) is not None:
            job.points = np.frombuffer(values, np.float32).reshape(shape)

    def _called(self, token: str) -> Job[Any] | None:
        """The job under way that workers call so; None where it is over, or another server's on the same cluster."""
        return next((job for job in list(self._under_way.values()) if job.token == token), None)
