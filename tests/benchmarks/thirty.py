"""Thirty owners press Train at once on two workers: when each sees something move, who gets how much, how Pause does.

python -m tests.benchmarks thirty
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from pathlib import Path

from core import RunConfig
from core.engine import Engine
from core.home import Home
from core.protocol import Status

OWNERS = 30
# Seconds of training over which shares are compared.
WATCHED = 120.0
LONG = RunConfig(dataset="digits", model="vae", steps=200_000)


class Seat:
    """One owner, who watches a run: when it first moved, and the longest that it then stood, in seconds."""

    def __init__(self, engine: Engine, owner: str) -> None:
        self._engine, self.began = engine, time.monotonic()
        self.first: float | None = None
        self.stood, self._moved = 0.0, 0.0
        self.run = engine.start(LONG, owner, owner)
        self.leave = engine.listen(self.run, self._look)

    def _look(self) -> None:
        live, now = self._engine.live(self.run), time.monotonic()
        if live is None or live.step == 0:
            return
        if self.first is None:
            self.first = now - self.began
        else:
            self.stood = max(self.stood, now - self._moved)
        self._moved = now

    @property
    def seconds(self) -> float:
        """Seconds of training so far."""
        live = self._engine.live(self.run)
        return 0.0 if live is None else live.seconds


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Home(Path(folder)), workers=2)
        engine.open()
        engine.wait_until_ready(120)
        seats: list[Seat] = [Seat(engine, f"owner {i}") for i in range(OWNERS)]
        threading.Event().wait(WATCHED)
        seconds = [seat.seconds for seat in seats]
        firsts = [WATCHED if seat.first is None else seat.first for seat in seats]
        jain = sum(seconds) ** 2 / (OWNERS * sum(each**2 for each in seconds))
        print(f"{OWNERS} owners, 2 workers, {WATCHED:g} s")
        print(f"first moving picture: median {statistics.median(firsts):.1f} s, p95 {_p95(firsts):.1f} s")
        print(
            f"training: {min(seconds):.1f} to {max(seconds):.1f} s each, {sum(seconds):.0f} s together, Jain {jain:.3f}"
        )
        print(f"longest stand-still of each: median {statistics.median(seat.stood for seat in seats):.1f} s")
        pauses = []
        for seat in seats:
            began = time.monotonic()
            engine.pause(seat.run)
            pauses.append(time.monotonic() - began)
            seat.leave()
        statuses = [engine.store.get(seat.run).status for seat in seats]
        print(f"pause: median {statistics.median(pauses):.2f} s, p95 {_p95(pauses):.2f} s")
        print(f"failed: {sum(status is not Status.PAUSED for status in statuses)}")
        engine.close()


def _p95(values: list[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]
