"""The thread in which the engine lives: an event loop of its own, connected to the workers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from core.engine.bench import Bench
from core.engine.cluster import Cluster, connect
from core.engine.fleet import LOOK_EVERY, Fleet
from core.errors import EngineUnavailable, LatentLabError

if TYPE_CHECKING:
    from distributed import Client

# Seconds without a worker after which it is said why: more than a slow and busy machine takes to start one.
LATE = 60.0
State = Literal["starting", "ready", "failed", "closed"]


class EngineThread:
    """The connection to `workers` processes, or to the cluster at `address`; everything asynchronous is in `loop`."""

    def __init__(self, workers: int, address: str | None) -> None:
        self.state: State = "starting"
        self.problem = ""
        self.loop = asyncio.new_event_loop()
        self.fleet = Fleet(self._make_bench)
        self._workers = workers
        self._address = address
        self._closing = asyncio.Event()
        self._decided = asyncio.Event()
        self._client: Client | None = None
        self._thread: threading.Thread | None = None

    def open(self, leave: Callable[[], Awaitable[None]]) -> None:
        """Start the workers in the background; `leave` is what must be done before they end."""
        self._thread = threading.Thread(target=self._run, args=(leave,), name="engine", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Do what must be done before, and end the workers."""
        if self._thread is not None:
            self.loop.call_soon_threadsafe(self._closing.set)
            self._thread.join(timeout=15)

    def wait_until_ready(self, timeout: float) -> None:
        """Block until a worker has joined.

        Raises:
            EngineUnavailable: none did within `timeout` seconds.
        """
        future = asyncio.run_coroutine_threadsafe(self.ready(), self.loop)
        try:
            future.result(timeout)
        except TimeoutError:
            raise EngineUnavailable(f"No worker joined within {timeout:g} s. {self.problem}".strip()) from None

    async def ready(self) -> None:
        """Wait until a worker has joined, or none ever will."""
        await self._decided.wait()

    async def client(self) -> Client:
        """The cluster's client, once a worker has joined.

        Raises:
            EngineUnavailable: none ever will.
        """
        await self.ready()
        if self._client is None:
            raise EngineUnavailable(self.problem)
        return self._client

    def _run(self, leave: Callable[[], Awaitable[None]]) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve(leave))

    async def _serve(self, leave: Callable[[], Awaitable[None]]) -> None:
        try:
            async with connect(self._address, self._workers) as cluster:
                self._client = cluster.client
                watching, closing = asyncio.create_task(self._watch(cluster)), asyncio.create_task(self._closing.wait())
                await asyncio.wait({watching, closing}, return_when=asyncio.FIRST_COMPLETED)
                if watching.done():
                    await watching
                watching.cancel()
                await leave()
                self.state = "closed"
        except Exception as error:
            is_ours = isinstance(error, LatentLabError)
            self.problem = str(error) if is_ours else f"The workers could not be started: {error} Restart Latent Lab."
            self.state = "failed"
            # Whoever waits for a worker is told instead of left waiting.
            self._client = None
            self._decided.set()
            self.fleet.dissolve(self.problem)
            await self._closing.wait()

    def _make_bench(self, address: str) -> asyncio.Future[Bench]:
        """Put a bench for runs on the worker at this address."""
        assert self._client is not None
        client = self._client

        async def make() -> Bench:
            bench: Bench = await client.submit(Bench, actor=True, workers=[address], key=f"bench-{uuid4().hex}")
            return bench

        return asyncio.ensure_future(make())

    async def _watch(self, cluster: Cluster) -> None:
        """Announce the first worker, and look after all of them until there will be none any more."""
        began = time.monotonic()
        while True:
            # A scheduler that was lost is found again, or not: whoever waits for it is told by the client.
            with suppress(OSError):
                workers = await cluster.workers()
                for hung in self.fleet.look({address: about["last_seen"] for address, about in workers.items()}):
                    cluster.end(workers[hung]["name"])
                if workers:
                    self.state, self.problem = "ready", ""
                    self._decided.set()
            waited = time.monotonic() - began
            if self.state == "starting" and waited > LATE:
                self.problem = f"No worker is ready yet, after {waited:.0f} s. {cluster.wait}"
            await asyncio.sleep(LOOK_EVERY if self.state == "ready" else LOOK_EVERY / 10)
