"""What a server holds open and in memory while it is watched."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import psutil

MIB = 2**20
EVERY = 0.5


class Gauge:
    """File descriptors of the server `pid`, and its and its workers' memory in MiB: as they are now, and at most."""

    def __init__(self, pid: int) -> None:
        self._server = psutil.Process(pid)
        self.most_descriptors, self.most_memory, self.most_of_workers = 0, 0.0, 0.0
        self.look()

    @property
    def descriptors(self) -> int:
        return self._server.num_fds()

    @property
    def memory(self) -> float:
        return self._server.memory_info().rss / MIB

    def look(self) -> None:
        """Note what is held now."""
        self.most_descriptors = max(self.most_descriptors, self.descriptors)
        self.most_memory = max(self.most_memory, self.memory)
        for worker in self._server.children():
            # One may end just now, and another take its place.
            with suppress(psutil.NoSuchProcess):
                self.most_of_workers = max(self.most_of_workers, worker.memory_info().rss / MIB)

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            self.look()
            await asyncio.sleep(EVERY)

    def back_to(self, descriptors: int, within: float) -> tuple[int, float]:
        """Wait for so few descriptors, or so many seconds; how many there are then, and how long that took."""
        began = time.monotonic()
        while self.descriptors > descriptors and time.monotonic() - began < within:
            time.sleep(EVERY)
        return self.descriptors, time.monotonic() - began
