"""Presses that others get in the way of: how often each acted, on the real pages, both cores busy.

python -m tests.benchmarks once
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from core.engine import Engine, Job
from pages.ui import runner
from pages.ui.laboratory import laboratory
from tests.session import Host, Session

REPETITIONS = 200
SCRIPT = Path(__file__).parents[2] / "pages/ui/shell.py"
# Seconds within which the next message comes, and a second click.
SOON, CLICK = 0.03, 0.1
Act = Callable[[], None]


def interrupted(session: Session, act: Act, dice: random.Random) -> None:
    """The page is asked for again, up to three times, before there is an answer."""
    act()
    for _ in range(dice.randint(1, 3)):
        _wait(dice, SOON)
        session.ask()


def late(session: Session, act: Act, dice: random.Random) -> None:
    """It comes while the page runs, which is asked for once more."""
    session.ask()
    _wait(dice, SOON)
    act()
    _wait(dice, SOON)
    session.ask()


def twice(session: Session, act: Act, dice: random.Random) -> None:
    """The same button is pressed again before it has changed."""
    act()
    _wait(dice, CLICK)
    act()


def reconnected(session: Session, act: Act, dice: random.Random) -> None:
    """The connection is lost and found again."""
    act()
    _wait(dice, SOON)
    session.reconnect()
    session.ask()


DISTURBANCES = (interrupted, late, twice, reconnected)


def main() -> None:
    """Print how often each press acted; end with 1 where one did not act exactly once."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LATENT_LAB_HOME"] = folder
        os.environ["LATENT_LAB_WORKERS"] = "2"
        runner.install()
        laboratory.open()
        laboratory.painted()
        laboratory.engine.wait_until_ready(120)
        over = multiprocessing.Event()
        busy = [multiprocessing.Process(target=_burn, args=(over,), daemon=True) for _ in range(os.cpu_count() or 2)]
        for process in busy:
            process.start()
        host = Host(SCRIPT)
        acted: dict[str, Counter[str]] = {}
        dice = random.Random(0)
        for repetition in range(REPETITIONS):
            for press, times in _visit(host, laboratory.engine, repetition, dice).items():
                acted.setdefault(press, Counter())[times] += 1
        for press, counts in acted.items():
            print(f"{press}: " + ", ".join(f"{times} in {count}" for times, count in sorted(counts.items())))
        over.set()
        host.close()
        laboratory.close()
    if any(counts.keys() != {"1 times"} for counts in acted.values()):
        sys.exit("Not each press acted once.")


def _visit(host: Host, engine: Engine, seed: int, dice: random.Random) -> dict[str, str]:
    """One visitor's presses, each disturbed in some way: how often each acted."""
    acted = {}

    def disturb(press: str, act: Act, count: Callable[[], float], *ways: Callable[..., None]) -> None:
        before = count()
        dice.choice(ways or DISTURBANCES)(session, act, dice)
        session.settle()
        acted[press] = f"{count() - before:g} times"

    def press(key: str) -> Act:
        return lambda: session.ask(key)

    def runs() -> int:
        return len(engine.store.all())

    def steps() -> int:
        _until(lambda: engine.live(run) is None)
        # A run that was started beside it is one press too many.
        return engine.store.get(run).step + runs()

    # The samples of the data never come: a part of the page runs again and again to see whether they do.
    engine.preview = lambda config: Job(Future())  # type: ignore[method-assign]
    session = Session(host, dataset="two_moons", model="autoencoder", steps=200_000, seed=seed)
    session.visit("")

    def doubled(session: Session, act: Act, dice: random.Random) -> None:
        """A part of the page runs again by itself in the moment of the press, and sends it along."""
        session.ask("train", fragment=session.fragments[-1])
        _wait(dice, SOON)
        act()

    shown = lambda: float(sum(f"run={record.id}" in session.query for record in engine.store.all()))  # noqa: E731
    disturb("Train", press("train"), lambda: (runs() + shown()) / 2, *DISTURBANCES, doubled)
    run = next(record.id for record in engine.store.all() if record.config and record.config.seed == seed)
    _until(lambda: engine.store.get(run).step > 0)
    session.press()
    disturb("Pause", press("pause"), lambda: float(engine.live(run) is None))
    engine.pause(run)
    session.press()
    disturb("Step", press("step"), steps)
    session.press()
    disturb("Resume", press("train"), lambda: runs() + float(engine.live(run) is not None))
    session.visit("lessons")
    chosen = iter((0, 1))
    disturb("Lesson", lambda: session.choose("guess_squeeze", next(chosen)), lambda: runs() / 2)
    _end(engine)
    session.visit("sweep")
    disturb("Sweep", press("start_sweep"), lambda: len(engine.sweeps.kept.all()))
    _end(engine)
    session.leave()
    return acted


def _end(engine: Engine) -> None:
    """Remove all that moves, and every run that rests."""
    for record in engine.store.all():
        engine.discard(record.id)
    _until(lambda: not any(engine.live(record.id) for record in engine.store.all()))


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)


def _wait(dice: random.Random, most: float) -> None:
    time.sleep(dice.uniform(0, most))


def _burn(over: multiprocessing.synchronize.Event) -> None:
    while not over.is_set():
        pass
