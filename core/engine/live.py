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
# Seconds of a slice without anybody asking for more.
SLICE = 0.25


@dataclass(eq=False)
class LiveRun:
    """A run that is moving or waiting for its turn, as the views see it."""

    id: str
    config: RunConfig
    session: str
    status: Status = Status.WAITING
    reason: str = ""
    step: int = 0
    seconds: float = 0.0
    rate: float = 0.0
    snapshot: bytes = b""
    slice: float = SLICE
    stopping: Status | None = None
    attempts: int = 0
    its_turn: asyncio.Event = field(default_factory=asyncio.Event)
    over: threading.Event = field(default_factory=threading.Event)


class LiveRuns:
    """All live runs by id, from any thread; only `turn` belongs to the event loop `loop`."""

    def __init__(self, workers: int, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._live: dict[str, LiveRun] = {}
        self._waiting: deque[LiveRun] = deque()
        self._turns = LIVE_PER_WORKER * workers
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._lock = threading.RLock()

    def admit(self, session: str) -> None:
        """Let a session have one more run.

        Raises:
            TooManyRuns: the session's share or the whole queue is full.
        """
        with self._lock:
            mine = sum(live.session == session for live in self._live.values())
            if mine >= LIVE_PER_SESSION:
                raise TooManyRuns(f"{mine} of your runs are live already. Pause or stop one of them first.")
            if len(self._waiting) >= QUEUE:
                raise TooManyRuns(f"{len(self._waiting)} runs are waiting already. Try again in a minute.")

    def add(self, live: LiveRun) -> None:
        """Count a run among the live ones."""
        with self._lock:
            self._live[live.id] = live

    def end(self, live: LiveRun, status: Status) -> None:
        """Count it no more, and tell whoever waits for its end."""
        with self._lock:
            live.status = status
            self._live.pop(live.id, None)
        live.over.set()
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
        """The run's place in the queue, from 1; 0 when it is not waiting."""
        with self._lock:
            waiting = [live.id for live in self._waiting]
        return waiting.index(run) + 1 if run in waiting else 0

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
        with self._lock:
            self._turns -= 1
            if self._turns < 0:
                self._waiting.append(live)
        if live in self._waiting:
            self.notify(live.id)
            await live.its_turn.wait()
        try:
            yield
        finally:
            with self._lock:
                self._turns += 1
                # Of those that entered, some wait: there is room if the others are fewer than there are turns.
                if self._waiting and self._turns + len(self._waiting) > 0:
                    self._waiting.popleft().its_turn.set()

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
