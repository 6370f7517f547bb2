"""The life of one server: runs are resumed and started on its pages, workers are killed, and then the server is."""

from __future__ import annotations

import asyncio
import itertools
import random
from contextlib import suppress
from urllib.error import URLError

import psutil
from websockets.exceptions import WebSocketException

from tests.benchmarks.tally import OVER, Tally
from tests.server import Server
from tests.visitor import Visitor

# What is trained, several at a time: an autoencoder, adversaries, a recurrent network, centroids that move.
KINDS = (
    {"dataset": "digits", "model": "vae", "steps": 1000},
    {"dataset": "ring", "model": "gan", "steps": 500},
    {"dataset": "waves", "model": "recurrent_autoencoder", "steps": 200},
    {"dataset": "digits", "model": "deep_embedded_clustering", "steps": 1000},
)
seeds = itertools.count(1)
# Seconds until a kill at most, and within which the workers of a server that was killed have to end.
LONGEST, ORPHANS_WITHIN = 3.0, 15.0
# A server is killed this often before its first pages are there.
EARLY = 0.2
# What a visitor meets when the server goes away.
GONE = (OSError, URLError, WebSocketException, TimeoutError)


class Life:
    """What happens on `server`, each thing at a moment that chance decides."""

    def __init__(self, server: Server, tally: Tally, seed: int) -> None:
        self._server, self._tally = server, tally
        self._chance = random.Random(seed)
        self._visitors: list[Visitor] = []

    async def until_killed(self, workers: int) -> None:
        """Let all runs move, kill so many workers, then the server; its other workers have to end by themselves."""
        moving = asyncio.create_task(self._move_all())
        if self._chance.random() >= EARLY:
            await moving
        for _ in range(workers):
            await self._moment()
            await self._kill_a_worker()
        await self._moment()
        children = self._server.children()
        self._server.kill()
        self._tally.servers_killed += 1
        moving.cancel()
        with suppress(asyncio.CancelledError):
            await moving
        for visitor in self._visitors:
            await visitor.leave()
        orphans = (await asyncio.to_thread(psutil.wait_procs, children, ORPHANS_WITHIN))[1]
        for orphan in orphans:
            self._tally.problems.append(f"worker {orphan.pid} outlived its server by {ORPHANS_WITHIN:.0f} s")
            orphan.kill()

    async def to_the_end(self, patience: float) -> None:
        """Let all runs that are there come to their ends."""
        await asyncio.gather(*(self._finish(run, patience) for run in self._tally.unfinished))

    async def _finish(self, run: str, patience: float) -> None:
        with suppress(TimeoutError):
            visitor = await self._resume(run)
            if visitor is not None:
                await visitor.until(lambda: visitor.stage and visitor.stage.phase in OVER, patience)
                self._tally.statuses[run] = visitor.stage.phase
                await visitor.leave()
                return
        self._tally.problems.append(f"run {run} did not come to its end: {self._tally.statuses[run]}")

    async def _move_all(self) -> None:
        """Resume what can go on, and start new runs beside them."""
        unfinished = self._tally.unfinished
        fresh = len(KINDS) - len(unfinished)
        visits = [*(self._resume(run) for run in unfinished), *(self._start() for _ in range(fresh))]
        for came in await asyncio.gather(*visits, return_exceptions=True):
            if isinstance(came, LookupError):
                self._tally.problems.append(str(came))
            elif isinstance(came, BaseException) and not isinstance(came, GONE):
                raise came

    async def _start(self) -> None:
        seed = next(seeds)
        visitor = self._visitor()
        await visitor.open(**KINDS[seed % len(KINDS)], seed=seed)
        await visitor.press("train")

    async def _resume(self, run: str) -> Visitor | None:
        """Open a run, see that it stands, and let it go on."""
        visitor = self._visitor()
        await visitor.open(run=run)
        if visitor.stage is None:
            self._tally.problems.append(f"run {run} cannot be opened: {visitor.problems}")
            return None
        await visitor.until(lambda: visitor.stage.status)
        status = self._tally.statuses[run] = visitor.stage.phase
        if status == "running":
            self._tally.problems.append(f"run {run} is said to be running, and nobody trains it")
        elif status not in OVER:
            await visitor.press("train")
            self._tally.resumed[run] += 1
        return visitor

    def _visitor(self) -> Visitor:
        self._visitors.append(Visitor(self._server.url))
        return self._visitors[-1]

    async def _kill_a_worker(self) -> None:
        # A server that was started just now has none yet.
        while not (workers := self._server.children()):
            await asyncio.sleep(0.05)
        # It may end just now by itself.
        with suppress(psutil.NoSuchProcess):
            self._chance.choice(workers).kill()
        self._tally.workers_killed += 1

    async def _moment(self) -> None:
        await asyncio.sleep(self._chance.uniform(0, LONGEST))
