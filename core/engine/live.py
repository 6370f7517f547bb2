"""The runs that are moving or waiting: whose turn it is, and who listens to them."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from core.config import RunConfig
from core.errors import TooManyRuns
from core.protocol import Status

LIVE_PER_WORKER = 4
LIVE_PER_SESSION = 3
QUEUE = 60
# Seconds of a slice without anybody asking for more, and the shortest of a sweep's.
SLICE = 0.25
SHORTEST_SLICE = 0.1
# A sweep's slices that are on a worker or on their way to it: one trains while the other is underway.
SLICES_PER_WORKER = 2


@dataclass(eq=False)
class Share:
    """Runs that count as one towards what a `session` may have, and take one turn: a single run, or all of a `sweep`.

    `inside` of them move or wait. No more than its `places` are in memory, and no more than its `slices` are with the
    workers, so that others' runs get theirs.
    """

    session: str
    sweep: str = ""
    has_turn: bool = False
    inside: int = 0
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    slices: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


@dataclass(eq=False)
class LiveRun:
    """A run that is moving or waiting for its turn, as the views see it."""

    id: str
    config: RunConfig
    share: Share
    status: Status = Status.WAITING
    reason: str = ""
    step: int = 0
    seconds: float = 0.0
    rate: float = 0.0
    snapshot: bytes = b""
    slice: float = SLICE
    stopping: Status | None = None
    # Whether nothing of it is kept once it has ended.
    is_unwanted: bool = False
    attempts: int = 0
    its_turn: asyncio.Event = field(default_factory=asyncio.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def session(self) -> str:
        """Whose run it is."""
        return self.share.session


class LiveRuns:
    """All live runs by id, from any thread; only `turn` belongs to the event loop `loop`."""

    def __init__(self, workers: int, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._workers = workers
        self._live: dict[str, LiveRun] = {}
        self._waiting: deque[LiveRun] = deque()
        self._turns = LIVE_PER_WORKER * workers
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._lock = threading.RLock()

    def admit(self, session: str) -> None:
        """Let a session have one more run, or one more sweep.

        Raises:
            TooManyRuns: the session's share or the whole queue is full.
        """
        with self._lock:
            # One that was asked to end does so within a slice.
            mine = len(
                {live.share for live in self._live.values() if live.session == session and live.stopping is None}
            )
            if mine >= LIVE_PER_SESSION:
                raise TooManyRuns(f"{mine} of your runs and sweeps are live already. Pause or stop one of them first.")
            waiting = len(self._queue())
            if waiting >= QUEUE:
                raise TooManyRuns(f"{waiting} runs are waiting already. Try again in a minute.")

    def share_of(self, sweep: str, session: str, places: int) -> Share:
        """The share that a sweep's runs have now, or a new one of this session with so many places.

        Raises:
            TooManyRuns: the session's share or the whole queue is full.
        """
        with self._lock:
            for live in self._live.values():
                if live.share.sweep == sweep:
                    return live.share
            self.admit(session)
            slices = SLICES_PER_WORKER * self._workers
            return Share(session, sweep, places=asyncio.Semaphore(places), slices=asyncio.Semaphore(slices))

    def slice_of(self, live: LiveRun) -> float:
        """Seconds of a run's next slice: the runs of a sweep take short ones, so that all are seen to move."""
        return max(SHORTEST_SLICE, live.slice * min(1.0, self._workers / max(1, live.share.inside)))

    def add(self, live: LiveRun) -> None:
        """Count a run among the live ones."""
        with self._lock:
            self._live[live.id] = live

    def end(self, live: LiveRun, status: Status) -> None:
        """Count it no more, and tell whoever waits for its end; of one that nobody wants any more there is no news."""
        with self._lock:
            live.status = status
            self._live.pop(live.id, None)
        live.over.set()
        if not live.is_unwanted:
            self.notify(live.id)

    def all(self) -> list[LiveRun]:
        """Every live run."""
        with self._lock:
            return list(self._live.values())

    def get(self, run: str) -> LiveRun | None:
        """The run if it is moving or waiting, else None."""
        with self._lock:
            return self._live.get(run)

    def place(self, run: str) -> int:
        """The run's place in the queue, from 1, a sweep having one place; 0 when it is not waiting."""
        with self._lock:
            live = self._live.get(run)
            return self._queue().index(live.share) + 1 if live in self._waiting and live is not None else 0

    def stop(self, live: LiveRun, status: Status) -> None:
        """Ask a run to end with `status` after its current slice, or at once if it is still waiting."""
        live.stopping = status
        with self._lock:
            if live in self._waiting:
                self._waiting.remove(live)
                self._loop.call_soon_threadsafe(live.its_turn.set)

    @asynccontextmanager
    async def turn(self, live: LiveRun) -> AsyncIterator[None]:
        """A place among the moving runs, waited for in the queue; a run asked to stop meanwhile gets in at once."""
        share = live.share
        with self._lock:
            share.inside += 1
            if not share.has_turn and self._turns > 0:
                self._turns, share.has_turn = self._turns - 1, True
            if not share.has_turn:
                self._waiting.append(live)
        if live in self._waiting:
            self.notify(live.id)
            await live.its_turn.wait()
        try:
            yield
        finally:
            with self._lock:
                share.inside -= 1
                if share.inside == 0 and share.has_turn:
                    share.has_turn = False
                    self._turns += 1
                    self._let_in()

    def _queue(self) -> list[Share]:
        """Those who wait for a turn, in order."""
        return list(dict.fromkeys(live.share for live in self._waiting))

    def _let_in(self) -> None:
        """Give the free turns to the first in the queue."""
        for share in self._queue()[: self._turns]:
            self._turns, share.has_turn = self._turns - 1, True
            for live in [live for live in self._waiting if live.share is share]:
                self._waiting.remove(live)
                live.its_turn.set()

    def listen(self, run: str, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` whenever the run moved; returns what stops that."""
        with self._lock:
            self._listeners.setdefault(run, []).append(callback)

        def leave() -> None:
            with self._lock:
                self._listeners[run].remove(callback)
                if not self._listeners[run]:
                    del self._listeners[run]

        return leave

    def notify(self, run: str) -> None:
        """Call all callbacks that listen to the run."""
        with self._lock:
            listeners = list(self._listeners.get(run, ()))
        for callback in listeners:
            callback()
