"""The engine: takes runs, gives each its turn on the workers, and notifies whoever listens.

It lives in a thread of its own with an event loop of its own; every public method may be called from any thread.
A run that is not moving has no worker: pausing writes a checkpoint, and going on starts from it. So pause, step,
stop, resume, a lost worker and a restarted server are all the same thing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.analysis import PlottedSamples, Preview
from core.config import RunConfig
from core.datasets import find
from core.engine.driver import Driver
from core.engine.jobs import Job, Jobs
from core.engine.live import LiveRun, LiveRuns
from core.engine.reader import Reader
from core.engine.store import RunStore
from core.engine.sweeps import Sweeps
from core.engine.thread import EngineThread, State
from core.engine.turns import Share
from core.errors import EngineUnavailable, LatentLabError
from core.fetching import clear
from core.home import Home
from core.preprocessing import expected
from core.protocol import PANELS, RATE, Panel, Status
from core.selection import Samples
from core.sentences import sentences

# Seconds that a button waits for the run to do as asked; a slice is far shorter unless its worker hangs or starts up.
PATIENCE = 5.0
PATIENCE_TO_CHANGE = 30.0


class Engine:
    """Runs on workers, as seen from the server."""

    def __init__(self, home: Home, workers: int, address: str | None = None) -> None:
        self.home = home
        self.workers = workers
        self.store = RunStore(home)
        self.reader = Reader(home.incoming)
        home.shelf.clear()
        clear(home.downloads)
        self._thread = EngineThread(workers, address)
        self._runs = LiveRuns(workers, self._thread.loop)
        self._driver = Driver(self.store, self._thread, self._runs)
        self._jobs = Jobs(self.store, self._thread)
        # Whoever lets a run go on or changes it; runs that have one of them in common wait for each other.
        self._acting = tuple(threading.RLock() for _ in range(64))
        self.sweeps = Sweeps(self.store, self._runs, self._driver, self._require_workers)

    @property
    def state(self) -> State:
        """Whether workers are there."""
        return self._thread.state

    @property
    def problem(self) -> str:
        """Why they are not, in a sentence."""
        return self._thread.problem

    def open(self) -> None:
        """Start the workers in the background."""
        self._thread.open(self._driver.interrupt)

    def close(self) -> None:
        """Write checkpoints of all that runs, end the workers and close the store."""
        self._thread.close()
        self.store.close()

    def wait_until_ready(self, timeout: float) -> None:
        """Block until a worker has joined.

        Raises:
            EngineUnavailable: none did within `timeout` seconds.
        """
        self._thread.wait_until_ready(timeout)

    # Runs

    def start(self, config: RunConfig, session: str, name: str, steps: int | None = None) -> str:
        """Take a new run and return its id; with `steps` it pauses after that many.

        Raises:
            EngineUnavailable: there are no workers, and will be none.
            TooManyRuns: the session's share or the whole queue is full.
            UnknownDataset: its data are not here.
        """
        self._admit(session)
        spec = expected(find(config.dataset, self.home).spec, config.data)
        run = self.store.create(config, name, spec, session)
        self._driver.launch(LiveRun(run, config, Share(session)), steps)
        return run

    def resume(self, run: str, session: str, steps: int | None = None) -> None:
        """Let a run go on from its last checkpoint; with `steps` it pauses after that many.

        Raises:
            EngineUnavailable: there are no workers, and will be none.
            TooManyRuns: the session's share or the whole queue is full.
            UnknownRun: no such run.
            UnknownDataset: its data are not here any more.
            LatentLabError: it cannot go on.
        """
        # Asked for in two tabs at once, it goes on once.
        with self._acting_on(run):
            live = self.live(run)
            if live is not None:
                if live.stopping is None:
                    return
                # It goes on from where it ends.
                live.over.wait(PATIENCE)
            record = self.store.get(run)
            if record.config is None or record.status.is_over:
                raise LatentLabError(f"This run cannot go on: it is {record.status}. {record.reason}".strip())
            # Asked before the run takes a turn, so that it stays as it is.
            find(record.config.dataset, self.home)
            self._admit(session)
            live = LiveRun(run, record.config, Share(session), step=record.step, seconds=record.seconds)
            self._driver.launch(live, steps)

    def pause(self, run: str) -> None:
        """Let a run pause after its current slice; returns when it has."""
        self._ask(run, Status.PAUSED)

    def stop(self, run: str, patience: float = PATIENCE) -> None:
        """Let a run end after its current slice, what it has learned kept; returns when it has, or patience ends."""
        self._ask(run, Status.STOPPED, patience)

    def discard(self, run: str) -> None:
        """End a run that moves, keep nothing of it and give no notice; one that has ended stays as it is."""
        live = self.live(run)
        if live is not None:
            live.is_unwanted = True
            self._runs.stop(live, Status.STOPPED)

    def change(self, run: str, session: str, values: dict[str, Any]) -> None:
        """Turn live knobs of a run at the step where it stands; one that was moving goes on with them.

        Raises:
            UnknownRun: no such run.
            LatentLabError: it is over, a knob is not live, or its value is outside of its limits.
        """
        # Two who change it at once do so one after the other.
        with self._acting_on(run):
            moving = self.live(run) is not None
            self._ask(run, Status.PAUSED, PATIENCE_TO_CHANGE)
            if self.live(run) is not None:
                raise LatentLabError(
                    "This run does not answer yet. It will pause as soon as it can: turn the knob then."
                )
            record = self.store.get(run)
            if record.config is None or record.status.is_over:
                raise LatentLabError(f"This run cannot be changed any more: it is {record.status}.")
            try:
                config = record.config.changed(record.step, values)
            except ValidationError as error:
                raise LatentLabError(" ".join(sentences(error))) from None
            self.store.save_config(run, config)
            if moving:
                self.resume(run, session)

    def live(self, run: str) -> LiveRun | None:
        """The run if it is moving or waiting, else None."""
        return self._runs.get(run)

    def place(self, run: str) -> int:
        """The run's place in the queue, from 1; 0 when it is not waiting."""
        return self._runs.place(run)

    def others(self, run: str) -> int:
        """How many other runs, a sweep being one, the run shares the workers with."""
        return self._runs.others(run)

    def listen(
        self,
        run: str,
        callback: Callable[[], None],
        rate: Callable[[], float] = lambda: RATE,
        panels: Callable[[], Collection[Panel]] = lambda: PANELS,
    ) -> Callable[[], None]:
        """Call `callback` (from the engine's thread) whenever the run moved; returns what stops that.

        `rate` tells how many pictures a second are wanted, `panels` of what.
        """
        return self._runs.listen(run, callback, rate, panels)

    # Analyses

    def analyse(self, run: str, name: str, parameters: dict[str, Any], seed: int | None = None) -> Job[Any]:
        """Analyse the run's last checkpoint on a worker, or find the result that was kept.

        With a `seed` it is the run's repetition with this seed that is analysed.

        Raises:
            UnknownRun: no such run.
            LatentLabError: no such analysis.
        """
        return self._jobs.analyse(run, name, parameters, seed)

    def repeat(self, run: str) -> Job[tuple[int, ...]]:
        """Train five models of the run's configuration with other seeds, as far as the run is: their seeds.

        Raises:
            UnknownRun: no such run.
        """
        return self._jobs.repeat(run)

    def repeated(self, run: str) -> tuple[int, ...]:
        """The seeds of the run's repetitions that are kept with its last checkpoint.

        Raises:
            UnknownRun: no such run.
        """
        return self._jobs.repeated(run)

    def repeating(self, run: str) -> Job[tuple[int, ...]] | None:
        """The repetition of the run that is under way, or None."""
        return self._jobs.repeating(run)

    def preview(self, config: RunConfig) -> Job[Preview]:
        """Fixed held-out samples of a configuration's dataset, before anything is trained."""
        return self._jobs.preview(config)

    def plotted(self, samples: Samples) -> Job[PlottedSamples]:
        """The samples that plots draw of a part of a run's data."""
        return self._jobs.plotted(samples)

    # Data

    def fetch(self, dataset: str) -> Job[tuple[Path, ...]]:
        """Fetch the files that a dataset needs and that are not here yet: their paths."""
        return self._jobs.fetch(dataset)

    # Within

    def _admit(self, session: str) -> None:
        self._require_workers()
        self._runs.admit(session)

    def _acting_on(self, run: str) -> threading.RLock:
        return self._acting[hash(run) % len(self._acting)]

    def _require_workers(self) -> None:
        if self.state in ("failed", "closed"):
            raise EngineUnavailable(self.problem or "The server is shutting down.")

    def _ask(self, run: str, status: Status, patience: float = PATIENCE) -> None:
        live = self.live(run)
        if live is not None:
            self._runs.stop(live, status)
            live.over.wait(patience)
        elif status is Status.STOPPED and self.store.get(run).status in (Status.PAUSED, Status.INTERRUPTED):
            self.store.update(run, status=status)
