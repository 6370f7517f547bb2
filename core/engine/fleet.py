"""The workers that are there: which has room for a run, and which gives no sign of life any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from core.engine.bench import Bench

from core.errors import EngineUnavailable

T = TypeVar("T")
# Seconds between two looks at the workers, and looks without a sign of life after which one counts as hung. Workers
# give signs twice a second from a thread of their own, also while a step or an analysis takes long.
LOOK_EVERY, PATIENCE = 1.0, 20
# Seconds within which a slice is back, data of a hundred megabytes read and another run's slice waited for: a worker
# that takes longer hangs in it, whatever its other threads say.
SLICE_WITHIN = 300.0
# Slices that are on a worker or on their way to it: one trains while the other is underway.
SLICES = 2


@dataclass(eq=False)
class Worker:
    """A worker at its `address`, which holds `runs` runs; its last `sign` of life is that of so many `looks` ago.

    It holds them on its `bench`, an actor that is being made there.

    No more than its `slices` are with it, so that whoever is asked to end need not wait for all the others'.
    """

    address: str
    bench: asyncio.Future[Bench]
    runs: int = 0
    sign: float = 0.0
    looks: int = 0
    # Whether it failed since the last look, which tells whether it is still there.
    is_doubtful: bool = False
    # Whether it hangs in a slice.
    is_stuck: bool = False
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    slices: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SLICES))

    async def answer(self, awaited: Awaitable[T], within: float | None = None) -> T:
        """What it answers, `within` so many seconds if it is not to count as hung.

        Raises:
            OSError: it is lost before it does.
        """
        answering, losing = asyncio.ensure_future(awaited), asyncio.ensure_future(self.lost.wait())
        try:
            await asyncio.wait({answering, losing}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            if answering.done() and not answering.cancelled():
                return answering.result()
            if not losing.done():
                self.is_stuck = True
                self.lost.set()
                raise OSError(f"it did not end a slice within {within:g} s")
            raise OSError("it hung in a slice" if self.is_stuck else "it gave no sign of life")
        finally:
            answering.cancel()
            losing.cancel()


class Fleet:
    """The workers of one engine, as it sees them, in its event loop; `make_bench` makes a bench at an address."""

    def __init__(self, make_bench: Callable[[str], asyncio.Future[Bench]]) -> None:
        self._make_bench = make_bench
        self._workers: dict[str, Worker] = {}
        self._looked = asyncio.Event()
        self._problem = ""

    def __len__(self) -> int:
        """How many workers have joined."""
        return len(self._workers)

    def look(self, signs: Mapping[str, float]) -> list[str]:
        """Note the time of each worker's last sign of life; the addresses of those that count as hung from now on.

        What counts is how often it stayed the same, not the clock: after a computer has slept, all signs are old. One
        that hangs in a slice is named at each look until it is gone.
        """
        for address in self._workers.keys() - signs.keys():
            worker = self._workers.pop(address)
            worker.lost.set()
            worker.bench.cancel()
        for address, sign in signs.items():
            if address not in self._workers:
                self._workers[address] = Worker(address, self._make_bench(address))
            worker = self._workers[address]
            worker.looks = worker.looks + 1 if sign == worker.sign else 0
            worker.sign, worker.is_doubtful = sign, False
            if worker.looks >= PATIENCE or worker.is_stuck:
                worker.lost.set()
            else:
                worker.lost.clear()
        self._looked.set()
        self._looked = asyncio.Event()
        return [each.address for each in self._workers.values() if each.looks == PATIENCE or each.is_stuck]

    def dissolve(self, problem: str) -> None:
        """Count no more on any worker: there will be none, and `problem` says why."""
        self._problem = problem
        self.look({})

    @asynccontextmanager
    async def room(self) -> AsyncIterator[Worker]:
        """Room for a run on the worker that holds the fewest, waited for while there is none.

        Raises:
            EngineUnavailable: there will be none.
        """
        while not (there := [each for each in self._workers.values() if not (each.is_doubtful or each.lost.is_set())]):
            if self._problem:
                raise EngineUnavailable(self._problem)
            await self._looked.wait()
        worker = min(there, key=lambda worker: worker.runs)
        worker.runs += 1
        try:
            yield worker
        except (OSError, RuntimeError):
            worker.is_doubtful = True
            raise
        finally:
            worker.runs -= 1
