"""The engine: takes runs, gives each its turn on the workers, and tells whoever listens.

It lives in a thread of its own with an event loop of its own; every public method may be called from any thread.
A run that is not moving has no worker: pausing writes a checkpoint, and going on starts from it. So pause, step,
stop, resume, a lost worker and a restarted server are all the same thing.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.config import RunConfig
from core.engine.cluster import connect
from core.engine.store import INTERRUPTED, RunStore, Status
from core.engine.trainer import Slice, Trainer
from core.errors import CorruptRun, EngineUnavailable, LatentLabError, StoreUnwritable, TooManyRuns

if TYPE_CHECKING:
    from distributed import Client

# Seconds: a slice without anybody asking for more, the first slices of a run, and between two checkpoints.
SLICE, FIRST_SLICE, CHECKPOINT_EVERY = 0.25, 0.05, 3.0
LIVE_PER_WORKER, LIVE_PER_SESSION, QUEUE = 4, 3, 60
# A run whose worker died this often in a row is given up.
ATTEMPTS = 3
# Seconds that a button waits for the run to obey; a slice is far shorter unless its worker hangs.
PATIENCE = 5.0

State = Literal["starting", "ready", "failed", "closed"]


@dataclass(eq=False)
class LiveRun:
    """A run that is moving or waiting for its turn, as the views see it."""

    id: str
    config: RunConfig
    session: str
    status: Status = "waiting"
    reason: str = ""
    step: int = 0
    seconds: float = 0.0
    rate: float = 0.0
    frame: bytes = b""
    slice: float = SLICE
    stopping: Status | None = None
    attempts: int = 0
    called: asyncio.Event = field(default_factory=asyncio.Event)
    over: threading.Event = field(default_factory=threading.Event)


@dataclass
class Analysis:
    """An analysis under way: `future` gives its bytes; `started` is wall-clock time in seconds."""

    future: Future[bytes]
    started: float = field(default_factory=time.time)


class Engine:
    """Runs on workers, as seen from the server."""

    def __init__(self, home: Path, workers: int, address: str | None = None) -> None:
        self.store = RunStore(home)
        self.state: State = "starting"
        self.problem = ""
        self._workers = workers
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._closing = asyncio.Event()
        self._up = asyncio.Event()
        self._client: Client | None = None
        self._live: dict[str, LiveRun] = {}
        self._waiting: deque[LiveRun] = deque()
        self._turns = LIVE_PER_WORKER * self._workers
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._analyses: dict[tuple[str, str], Analysis] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._lock = threading.RLock()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def open(self) -> None:
        """Start the workers in the background."""
        self._thread.start()

    def close(self) -> None:
        """Write checkpoints of all that runs, end the workers and close the store."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closing.set)
            self._thread.join(timeout=15)
        self.store.close()

    def wait_until_ready(self, timeout: float) -> None:
        """Block until a worker has joined.

        Raises:
            EngineUnavailable: none did within `timeout` seconds.
        """
        future = asyncio.run_coroutine_threadsafe(self._up.wait(), self._loop)
        try:
            future.result(timeout)
        except TimeoutError:
            raise EngineUnavailable(f"No worker joined within {timeout:g} s. {self.problem}".strip()) from None

    # Runs

    def start(self, config: RunConfig, session: str, name: str, steps: int | None = None) -> str:
        """Take a new run and return its id; with `steps` it pauses after that many.

        Raises:
            TooManyRuns: the session's share or the whole queue is full.
        """
        self._admit(session)
        run = self.store.create(config, name)
        self._launch(LiveRun(run, config, session), steps)
        return run

    def resume(self, run: str, session: str, steps: int | None = None) -> None:
        """Let a run go on from its last checkpoint; with `steps` it pauses after that many.

        Raises:
            TooManyRuns: the session's share or the whole queue is full.
            UnknownRun: no such run.
            LatentLabError: it cannot go on.
        """
        if self.live(run) is not None:
            return
        record = self.store.get(run)
        if record.config is None or record.status in ("finished", "diverged"):
            raise LatentLabError(f"This run cannot go on: it is {record.status}. {record.reason}".strip())
        self._admit(session)
        self._launch(LiveRun(run, record.config, session, step=record.step, seconds=record.seconds), steps)

    def pause(self, run: str) -> None:
        """Let a run pause after its current slice; returns when it has."""
        self._ask(run, "paused")

    def stop(self, run: str) -> None:
        """Let a run end after its current slice, what it has learned kept; returns when it has."""
        self._ask(run, "stopped")

    def live(self, run: str) -> LiveRun | None:
        """The run if it is moving or waiting, else None."""
        with self._lock:
            return self._live.get(run)

    def place(self, run: str) -> int:
        """The run's place in the queue, from 1; 0 when it is not waiting."""
        with self._lock:
            waiting = [live.id for live in self._waiting]
        return waiting.index(run) + 1 if run in waiting else 0

    def set_frame_rate(self, run: str, per_second: float) -> None:
        """Ask for this many pictures a second (1 to 20) while the run is live."""
        live = self.live(run)
        if live is not None:
            live.slice = 1 / min(20.0, max(1.0, per_second))

    def listen(self, run: str, heard: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` (from the engine's thread) whenever the run moved; returns what stops that."""
        with self._lock:
            self._listeners.setdefault(run, []).append(heard)

        def leave() -> None:
            with self._lock:
                self._listeners[run].remove(heard)
                if not self._listeners[run]:
                    del self._listeners[run]

        return leave

    # Analyses

    def analyse(self, run: str, name: str, parameters: dict[str, Any]) -> Analysis:
        """Analyse the run's last checkpoint on a worker, or find the result that was kept.

        Raises:
            UnknownRun: no such run.
        """
        record = self.store.get(run)
        # Only a checkpoint is analysed, so a moving run's picture changes every few seconds, not every frame.
        text = json.dumps([name, parameters], sort_keys=True)
        key = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        kept = self.store.analysis(run, key)
        if kept is not None:
            future: Future[bytes] = Future()
            future.set_result(kept)
            return Analysis(future)
        return self._once((run, key), lambda: self._analyse(run, record.config, key, name, parameters))

    def preview(self, config: RunConfig) -> Analysis:
        """Fixed held-out samples of a configuration's dataset, before anything is trained."""
        key = ("", f"{config.dataset} {config.seed} {config.data.model_dump_json()}")
        return self._once(key, lambda: self._preview(config))

    def _once(self, key: tuple[str, str], work: Callable[[], Coroutine[Any, Any, bytes]]) -> Analysis:
        """The analysis called `key`, started unless it is under way already; whoever asked keeps its result."""
        with self._lock:
            if key not in self._analyses:
                future = asyncio.run_coroutine_threadsafe(work(), self._loop)
                self._analyses[key] = Analysis(future)
                future.add_done_callback(lambda _: self._analyses.pop(key, None))
                # Done before it was looked up, it is not in the table any more.
                return self._analyses.get(key) or Analysis(future)
            return self._analyses[key]

    # The engine's own thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        try:
            async with connect(self._address, self._workers) as client:
                self._client = client
                up = asyncio.create_task(self._announce(client))
                await self._closing.wait()
                up.cancel()
                for live in list(self._live.values()):
                    self._stop(live, "interrupted")
                if self._tasks:
                    await asyncio.wait(self._tasks, timeout=5)
                self.state = "closed"
        except Exception as error:
            self.state, self.problem = "failed", f"The workers could not be started: {error} Restart Latent Lab."
            # Whoever waits for a worker is told instead of left waiting.
            self._client = None
            self._up.set()
            await self._closing.wait()

    async def _announce(self, client: Client) -> None:
        await client.wait_for_workers(1)  # type: ignore[misc, func-returns-value]
        self.state = "ready"
        self._up.set()

    def _launch(self, live: LiveRun, steps: int | None) -> None:
        with self._lock:
            self._live[live.id] = live

        def begin() -> None:
            task = asyncio.create_task(self._drive(live, steps))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        self._loop.call_soon_threadsafe(begin)

    async def _drive(self, live: LiveRun, steps: int | None) -> None:
        """See one run through: wait for a turn, train slice by slice, leave a checkpoint."""
        goal = None if steps is None else min(live.config.steps, live.step + steps)
        status: Status = "failed"
        try:
            async with self._turn(live):
                status = live.stopping or await self._train_on_any_worker(live, goal)
        except CorruptRun as error:
            status, live.reason = "quarantined", str(error)
        except LatentLabError as error:
            live.reason = str(error)
        except Exception as error:
            live.reason = f"Training stopped on an error of ours: {type(error).__name__}: {error}"
        try:
            await asyncio.to_thread(self.store.update, live.id, status=status, reason=live.reason)
        finally:
            with self._lock:
                live.status = status
                self._live.pop(live.id, None)
            live.over.set()
            self._tell(live.id)

    async def _train_on_any_worker(self, live: LiveRun, goal: int | None) -> Status:
        """Train; when the worker goes away, go on from the last checkpoint on another."""
        from distributed import KilledWorker

        while True:
            try:
                return await self._train(live, goal)
            except (OSError, RuntimeError, KilledWorker) as error:
                live.attempts += 1
                if live.attempts >= ATTEMPTS:
                    raise EngineUnavailable(
                        f"Its worker was lost {ATTEMPTS} times in a row ({error}). Resume to try again."
                    ) from error

    async def _train(self, live: LiveRun, goal: int | None) -> Status:
        client = await self._connected()
        state = await asyncio.to_thread(self.store.state, live.id)
        config = live.config.model_dump_json()
        # `key` keeps two runs of one configuration two actors.
        future = client.submit(Trainer, config, state, actor=True, key=f"trainer-{live.id}-{time.monotonic_ns()}")
        trainer = await future
        live.status = "running"
        await asyncio.to_thread(self.store.update, live.id, status="running", reason="")
        # The first slice only looks: it shows where the checkpoint is, and how things stood before the first step.
        pause = 0.0
        saved = clock = time.monotonic()
        while True:
            before = live.step
            left = None if goal is None else goal - live.step
            piece: Slice = await trainer.advance(pause, left)
            now = time.monotonic()
            if pause and piece.diverged is None:
                live.rate = _smooth(live.rate, (piece.step - before) / (now - clock))
            clock = now
            ended = self._ended(live, piece, goal)
            live.step, live.seconds, live.frame = piece.step, piece.seconds, piece.frame
            self._tell(live.id)
            back = pause == 0 or piece.diverged is not None
            await asyncio.to_thread(self._keep, live, piece, ended is not None, back)
            if ended is not None or now - saved > CHECKPOINT_EVERY:
                await asyncio.to_thread(self._save, live, await trainer.state())
                saved = now
            if ended is not None:
                return ended
            # Short slices first: the first moving picture should not wait for a whole one.
            pause = min(live.slice, max(FIRST_SLICE, 2 * pause))

    def _ended(self, live: LiveRun, piece: Slice, goal: int | None) -> Status | None:
        if piece.diverged is not None:
            live.reason = piece.diverged
            return "diverged"
        if piece.done:
            return "finished"
        if live.stopping == "interrupted":
            live.reason = INTERRUPTED
        return live.stopping or ("paused" if goal is not None and piece.step >= goal else None)

    def _keep(self, live: LiveRun, piece: Slice, last: bool, back: bool) -> None:
        """Write down what came of a slice; `back`: the run stands where it once stood before."""
        with _writing():
            if back:
                self.store.cut(live.id, piece.step)
            self.store.add_frame(live.id, piece.step, piece.metrics, piece.frame, last)
            self.store.update(live.id, step=piece.step, seconds=piece.seconds, metrics=piece.metrics)

    def _save(self, live: LiveRun, state: bytes) -> None:
        with _writing():
            self.store.save_state(live.id, state)
        live.attempts = 0

    @asynccontextmanager
    async def _turn(self, live: LiveRun) -> AsyncIterator[None]:
        """A place among the moving runs, waited for in the queue; a run asked to stop meanwhile gets in at once."""
        await self._up.wait()
        with self._lock:
            self._turns -= 1
            if self._turns < 0:
                self._waiting.append(live)
        if live in self._waiting:
            self._tell(live.id)
            await live.called.wait()
        try:
            yield
        finally:
            with self._lock:
                self._turns += 1
                # Of those that entered, some wait: there is room if the others are fewer than there are turns.
                if self._waiting and self._turns + len(self._waiting) > 0:
                    self._waiting.popleft().called.set()

    async def _analyse(
        self, run: str, config: RunConfig | None, key: str, name: str, parameters: dict[str, Any]
    ) -> bytes:
        from core.engine.analyst import run_analysis

        checkpoint = self.store.checkpoint(run)
        state = await asyncio.to_thread(self.store.state, run)
        if state is None or config is None:
            raise LatentLabError("This run has no weights yet. Let it train for a moment.")
        client = await self._connected()
        data: bytes = await client.submit(run_analysis, name, config.model_dump_json(), state, parameters, pure=False)
        await asyncio.to_thread(self.store.save_analysis, run, key, data, checkpoint)
        return data

    async def _preview(self, config: RunConfig) -> bytes:
        from core.engine.analyst import run_preview

        client = await self._connected()
        data: bytes = await client.submit(run_preview, config.model_dump_json(), pure=False)
        return data

    # Small things

    def _admit(self, session: str) -> None:
        if self.state in ("failed", "closed"):
            raise EngineUnavailable(self.problem or "The server is shutting down.")
        with self._lock:
            mine = sum(live.session == session for live in self._live.values())
            if mine >= LIVE_PER_SESSION:
                raise TooManyRuns(f"{mine} of your runs are live already. Pause or stop one of them first.")
            if len(self._waiting) >= QUEUE:
                raise TooManyRuns(f"{len(self._waiting)} runs are waiting already. Try again in a minute.")

    def _ask(self, run: str, status: Status) -> None:
        live = self.live(run)
        if live is not None:
            self._stop(live, status)
            live.over.wait(PATIENCE)
        elif status == "stopped" and self.store.get(run).status in ("paused", "interrupted"):
            self.store.update(run, status=status)

    def _stop(self, live: LiveRun, status: Status) -> None:
        live.stopping = status
        with self._lock:
            if live in self._waiting:
                self._waiting.remove(live)
                self._loop.call_soon_threadsafe(live.called.set)

    def _tell(self, run: str) -> None:
        with self._lock:
            listeners = list(self._listeners.get(run, ()))
        for heard in listeners:
            heard()

    async def _connected(self) -> Client:
        """The cluster's client, once a worker has joined."""
        await self._up.wait()
        if self._client is None:
            raise EngineUnavailable(self.problem)
        return self._client


@contextmanager
def _writing() -> Iterator[None]:
    """A full disk is no lost worker: the run ends with a sentence, its last checkpoint untouched."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StoreUnwritable(f"The run could not be written to disk: {error}. Make room, then resume.") from error


def _smooth(before: float, now: float) -> float:
    return now if before == 0 else 0.7 * before + 0.3 * now
