"""A class on two workers, over the server's own sockets, two of them in real browsers: `make load`.

OWNERS and SECONDS in the environment say how many there are and for how long they train (30, 120 s). Takes about five
minutes: what visitors who have left held open comes back after two.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from core.engine import history
from core.engine.run_record import HISTORY
from core.home import Home
from tests.benchmarks.canary import Canary, canaries
from tests.benchmarks.crowd import LONG, PATIENCE, Crowd
from tests.benchmarks.gauge import Gauge
from tests.server import Server
from tests.visitor import Visitor

OWNERS, SECONDS = int(os.environ.get("OWNERS", "30")), float(os.environ.get("SECONDS", "120"))
CANARIES, WORKERS = 2, 2
# Seconds after which sessions of visitors who left have ended, with some to spare.
FORGOTTEN = 150.0
# Descriptors that come and go without any visitor: connections between the server and its workers.
A_FEW = 12
LOOK_EVERY = 0.25


class Load:
    """A crowd and some canaries on one server, and what was measured."""

    def __init__(self, server: Server) -> None:
        self.home = Home(server.home)
        self.crowd = Crowd(server.url, OWNERS - CANARIES)
        self.gauge = Gauge(server.pid)
        self.descriptors, self.memory = self.gauge.descriptors, self.gauge.memory
        self.shares: list[float] = []
        self.others: list[int] = []
        # Descriptors when the sessions of all who left were forgotten, and seconds until then.
        self.left, self.came_back = 0, 0.0
        self._is_open = threading.Event()

    async def visit(self) -> None:
        """What the visitors without a browser do, and what is measured meanwhile."""
        watching = asyncio.create_task(self.gauge.watch())
        await self.crowd.open()
        self._is_open.set()
        await self.crowd.train(SECONDS)
        self.others = self.crowd.others()
        self.shares = [trained(self.home, run.name) for run in self.home.runs.iterdir()]
        await self.crowd.pause()
        watching.cancel()
        await self.crowd.leave()

    def look(self, birds: list[Canary], visit: Future[None]) -> list[str]:
        """What the canaries do during the visit; what went wrong in their browsers."""
        for bird in birds:
            bird.tab.visit(**LONG)
        self._is_open.wait(PATIENCE)
        for bird in birds:
            bird.press()
        while not visit.done():
            time.sleep(LOOK_EVERY)
            for bird in birds:
                bird.look()
        return [problem for bird in birds for problem in bird.problems()]


async def warm(url: str) -> None:
    """Come and go: with the preview of the data the engine and its workers are there."""
    visitor = Visitor(url)
    await visitor.open(**LONG)
    await visitor.until(lambda: visitor.has("gallery_preview"), PATIENCE)
    await visitor.leave()


def trained(home: Home, run: str) -> float:
    """Seconds of training that a run has had so far."""
    last = history.last(home.runs / run / HISTORY)
    return 0.0 if last is None else last.seconds or 0.0


def p95(values: list[float]) -> float:
    """What all but one in twenty stay below."""
    return sorted(values)[round(0.95 * (len(values) - 1))]


def spread(values: list[float]) -> str:
    """Median and 95th percentile of seconds."""
    return f"median {statistics.median(values):.2f} s, p95 {p95(values):.2f} s" if values else "nothing measured"


def jain(values: list[float]) -> float:
    """Jain's index of fairness: 1 where all have as much, 1/n where one has all."""
    squares = sum(value**2 for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 0.0


def errors(log: str) -> list[str]:
    """The exceptions in a server's log, but not what Streamlit says of sockets that close while it sends."""
    named = [line for line in log.splitlines() if re.match(r"[\w.]+(Error|Exception|Disconnected)\b", line)]
    return [line for line in named if "WebSocketDisconnected" not in line]


def report(load: Load, birds: list[Canary], problems: list[str]) -> None:
    """Print what was measured."""
    owners, gauge = load.crowd.owners, load.gauge
    back = f"{load.left} {load.came_back:.0f} s after all had left"
    shares = load.shares
    rows = {
        "page opened by all at once": spread([owner.opened for owner in owners]),
        "first moving picture (goal: p95 20 s)": spread([owner.first for owner in owners]),
        "the same in a real browser": ", ".join("never" if b.first is None else f"{b.first:.1f} s" for b in birds),
        f"training in {SECONDS:.0f} s": f"{min(shares):.1f} to {max(shares):.1f} s each, {sum(shares):.0f} s together",
        "Jain's index (goal: 0.95)": f"{jain(shares):.3f} of {len(shares)} runs",
        "page rerun after a knob (goal: p95 0.5 s)": spread([each for owner in owners for each in owner.reruns]),
        "reruns": f"{sum(len(owner.reruns) for owner in owners)}",
        "pause, press to standing (goal: p95 1 s)": spread([owner.paused for owner in owners]),
        "longest stand-still in a real browser": ", ".join(f"{bird.stood:.1f} s" for bird in birds),
        "its stage says": ", ".join(f"“{bird.sentence}”" for bird in birds),
        "others, as all other stages say": f"{min(load.others, default=0)} to {max(load.others, default=0)}",
        "file descriptors of the server": f"{load.descriptors} before, at most {gauge.most_descriptors}, {back}",
        "memory of the server": f"{load.memory:.0f} MiB before, at most {gauge.most_memory:.0f} MiB",
        "memory of a worker": f"at most {gauge.most_of_workers:.0f} MiB",
        "failures": f"{len(problems)}",
    }
    print(f"\n{OWNERS} owners, {CANARIES} of them in a real browser, {WORKERS} workers, {SECONDS:.0f} s\n")
    width = max(map(len, rows))
    for what, measured in rows.items():
        print(f"  {what:<{width}}  {measured}")
    for problem in problems:
        print(f"\n  {problem}")


def main() -> None:
    """Print what a class of so many gets; ends with 1 where anything failed."""
    with tempfile.TemporaryDirectory(prefix="latent-lab-load-") as folder:
        # Under a name that others may use each visitor owns what they train.
        server = Server(Path(folder), workers=WORKERS, LATENT_LAB_HOSTS="class.localhost")
        try:
            asyncio.run(warm(server.url))
            load = Load(server)
            with ThreadPoolExecutor(1) as thread, canaries(server, CANARIES) as birds:
                visit = thread.submit(asyncio.run, load.visit())
                problems = load.look(birds, visit)
                visit.result()
            load.left, load.came_back = load.gauge.back_to(load.descriptors + A_FEW, FORGOTTEN)
        finally:
            server.stop()
    problems += [problem for owner in load.crowd.owners for problem in owner.problems]
    problems += errors(server.log)
    report(load, birds, problems)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
