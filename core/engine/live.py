"""The runs that are moving or waiting: whose turn it is, and who listens to them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from core.config import RunConfig
from core.engine.fleet import SLICES
from core.engine.pace import Pace
from core.engine.trainer import Slice
from core.engine.turns import Share, Turns
from core.errors import TooManyRuns
from core.protocol import PANELS, RATE, Panel, Status

LIVE_PER_WORKER = 4
LIVE_PER_SESSION = 3
QUEUE = 60
# Seconds of the shortest slice where many move.
SHORTEST_SLICE = 0.1


@dataclass(eq=False)
class LiveRun:
    """A run that is moving or waiting for its turn, as the views see it.

    `piece` is what came of its last slice, `snapshot` the last that there is, as bytes.
    """

    id: str
    config: RunConfig
    share: Share
    status: Status = Status.WAITING
    reason: str = ""
    step: int = 0
    seconds: float = 0.0
    piece: Slice | None = None
    snapshot: bytes = b""
    # When its last slice came back, as the monotonic clock has it.
    moved: float | None = None
    pace: Pace = field(default_factory=Pace)
    stopping: Status | None = None
    # Whether nothing of it is kept once it has ended.
    is_unwanted: bool = False
    attempts: int = 0
    is_inside: bool = False
    its_turn: asyncio.Event = field(default_factory=asyncio.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def session(self) -> str:
        """Whose run it is."""
        return self.share.session

    @property
    def rate(self) -> float:
        """Steps a second, time spent waiting for others included."""
        return self.pace.rate


class Listener(NamedTuple):
    """Somebody who watches a run: what is called when it moved, how many pictures a second they want, and of what."""

    moved: Callable[[], None]
    rate: Callable[[], float]
    panels: Callable[[], Collection[Panel]]


class LiveRuns:
    """All live runs by id, from any thread; only `turn` belongs to the event loop `loop`."""

    def __init__(self, workers: int, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._workers = workers
        self._live: dict[str, LiveRun] = {}
        self._waiting: list[LiveRun] = []
        self._turns = Turns(LIVE_PER_WORKER * workers, self._watched)
        self._listeners: dict[str, list[Listener]] = {}
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
            waiting = len(self._turns.queue())
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
            slices = SLICES * self._workers
            return Share(session, sweep, places=asyncio.Semaphore(places), slices=asyncio.Semaphore(slices))

    def slice_of(self, live: LiveRun) -> float:
        """Seconds of a run's next slice: as short as its fastest viewer wants, and shorter where many move.

        So all are seen to move, and nobody waits long for an answer.
        """
        with self._lock:
            asked = [listener.rate() for listener in self._listeners.get(live.id, ())]
            crowd = max(live.share.inside, len(self._turns.moving), 1)
        rate = max(asked, default=RATE)
        return max(min(SHORTEST_SLICE, 1 / rate), min(1.0, self._workers / crowd) / rate)

    def panels_of(self, live: LiveRun) -> frozenset[Panel] | None:
        """The panels that somebody watches of it, or None where nobody follows it."""
        with self._lock:
            if live.id not in self._listeners:
                return None
            return frozenset(panel for each in self._listeners[live.id] for panel in each.panels())

    def add(self, live: LiveRun) -> bool:
        """Count a run among the live ones; whether it was none yet, as it moves but once."""
        with self._lock:
            if live.id in self._live:
                return False
            if all(each.session != live.session for each in self._live.values()):
                self._turns.join(live.session)
            self._live[live.id] = live
            return True

    def spend(self, live: LiveRun, seconds: float) -> None:
        """Count what a slice took, in seconds; after that the run's share may have to leave."""
        with self._lock:
            self._turns.spend(live.share, seconds)

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
            return self._turns.queue().index(live.share) + 1 if live in self._waiting and live is not None else 0

    def others(self, run: str) -> int:
        """How many others the run shares the workers with, a sweep being one."""
        with self._lock:
            live = self._live.get(run)
            shares = {each.share for each in self._live.values() if each.stopping is None}
            return 0 if live is None else len(shares - {live.share})

    def stop(self, live: LiveRun, status: Status) -> None:
        """Ask a run to end with `status` after its current slice, or at once if it is still waiting."""
        live.stopping = status
        with self._lock:
            if live in self._waiting:
                self._waiting.remove(live)
                if all(each.share is not live.share for each in self._waiting):
                    self._turns.withdraw(live.share)
                self._loop.call_soon_threadsafe(live.its_turn.set)

    @asynccontextmanager
    async def turn(self, live: LiveRun) -> AsyncIterator[None]:
        """A place among the moving runs, waited for in the queue; a run asked to stop gets through without one."""
        with self._lock:
            live.its_turn.clear()
            if live.stopping is None:
                self._wait(live)
        if live in self._waiting:
            self.notify(live.id)
            await live.its_turn.wait()
        try:
            yield
        finally:
            with self._lock:
                self._leave(live)

    def _wait(self, live: LiveRun) -> None:
        """Queue a run, which gets in at once where it can."""
        self._waiting.append(live)
        if live.share.has_turn and not live.share.is_leaving:
            self._enter(live)
        self._turns.ask(live.share)
        self._let_in()

    def _enter(self, live: LiveRun) -> None:
        self._waiting.remove(live)
        live.share.inside += 1
        live.is_inside = True
        live.its_turn.set()

    def _leave(self, live: LiveRun) -> None:
        """Count a run as one that does not move; with the last of its share, the next gets its turn."""
        if not live.is_inside:
            return
        share, live.is_inside = live.share, False
        share.inside -= 1
        if share.inside == 0:
            self._turns.end(share)
            # Some of them may be waiting for the share's next turn already.
            if any(each.share is share for each in self._waiting):
                self._turns.ask(share)
            self._let_in()

    def _let_in(self) -> None:
        """Give the free turns to the next in the queue."""
        for share in self._turns.give():
            for live in [live for live in self._waiting if live.share is share]:
                self._enter(live)

    def _watched(self) -> set[Share]:
        """The shares that somebody watches."""
        return {live.share for run in self._listeners if (live := self._live.get(run)) is not None}

    def listen(
        self,
        run: str,
        callback: Callable[[], None],
        rate: Callable[[], float] = lambda: RATE,
        panels: Callable[[], Collection[Panel]] = lambda: PANELS,
    ) -> Callable[[], None]:
        """Call `callback` whenever the run moved, if possible at the `rate` it has then; returns what stops that.

        What nobody has in the `panels` that they watch then is looked at for its film only.
        """
        listener = Listener(callback, rate, panels)
        with self._lock:
            self._listeners.setdefault(run, []).append(listener)

        def leave() -> None:
            with self._lock:
                self._listeners[run].remove(listener)
                if not self._listeners[run]:
                    del self._listeners[run]

        return leave

    def notify(self, run: str) -> None:
        """Call all callbacks that listen to the run."""
        with self._lock:
            listeners = list(self._listeners.get(run, ()))
        for listener in listeners:
            listener.moved()
