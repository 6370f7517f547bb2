"""Sweeps on workers: all runs of one move together, and each is an ordinary run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError

from core.config import RunConfig
from core.datasets import find
from core.engine.driver import Driver
from core.engine.live import LiveRun, LiveRuns
from core.engine.record import Record
from core.engine.store import RunStore
from core.engine.sweep_store import SweepRecord, SweepStore
from core.errors import LatentLabError, StoreUnwritable, UnknownRun
from core.models import MODELS
from core.preprocessing import expected
from core.protocol import Status
from core.sentences import sentences
from core.sweeps.declaration import Sweep

# Whether a run is one's own.
IsOwn = Callable[[Record], bool]
# Seconds that cancelling waits for the runs to end.
PATIENCE = 5.0
# Bytes that the weights of a sweep's moving runs may take: each value is there as itself, its gradient, Adam's two
# moments, and as it was when the loss was judged last.
MEMORY, COPIES, BYTES = 2 * 2**30, 5, 4


class Sweeps:
    """The sweeps of one engine: `kept` on disk, their runs in `store` and on workers.

    `require_workers` raises where there are none, and will be none.
    """

    def __init__(self, store: RunStore, runs: LiveRuns, driver: Driver, require_workers: Callable[[], None]) -> None:
        self.kept = SweepStore(store.home)
        self._store = store
        self._runs = runs
        self._driver = driver
        self._require_workers = require_workers
        self._lock = threading.Lock()

    def start(self, sweep: Sweep, session: str, title: str, is_own: IsOwn | None = None) -> str:
        """Take a new sweep, called by its `title` and its knobs, and return its id.

        Finished runs are not repeated: those of the session, or all that are its own by `is_own`.

        Raises:
            EngineUnavailable: there are no workers, and will be none.
            TooManyRuns: the session's share or the whole queue is full.
            UnknownDataset: its data are not here.
            StoreUnwritable: the disk is full, or gone.
        """
        knobs = " × ".join(knob.label for knob in sweep.knobs().values())
        with self._lock:
            return self._take(sweep, session, f"{title} · {knobs}", None, is_own)

    def extend(self, id: str, session: str, name: str, values: Iterable[Any], is_own: IsOwn | None = None) -> None:
        """Try further values of one of a sweep's knobs; finished runs are not repeated, as in `start`.

        Raises:
            UnknownSweep: no such sweep.
            LatentLabError: a value cannot be tried, or `start` would raise.
        """
        with self._lock:
            record, sweep = self._readable(id)
            spec = find(sweep.base.dataset, self._store.home).spec
            try:
                further = sweep.extended(name, values, spec)
            except ValidationError as error:
                raise LatentLabError(" ".join(sentences(error))) from None
            self._take(further, session, record.name, record, is_own)

    def go_on(self, id: str, session: str) -> None:
        """Let the runs of a sweep go on that were cancelled, paused or interrupted.

        Raises:
            UnknownSweep: no such sweep.
            LatentLabError: as for `start`.
        """
        with self._lock:
            record, sweep = self._readable(id)
            find(sweep.base.dataset, self._store.home)
            self._launch(record.id, session, self.resting(record))

    def cancel(self, id: str) -> None:
        """End the runs of a sweep that move or wait; what they have learned is kept, and what is finished stays.

        Raises:
            UnknownSweep: no such sweep.
        """
        live = self.moving(self.kept.get(id))
        for each in live:
            self._runs.stop(each, Status.STOPPED)
        until = time.monotonic() + PATIENCE
        for each in live:
            each.over.wait(max(0.0, until - time.monotonic()))

    def moving(self, record: SweepRecord) -> list[LiveRun]:
        """The runs of a sweep that move or wait."""
        return [live for live in map(self._runs.get, record.runs) if live is not None]

    def resting(self, record: SweepRecord) -> list[Record]:
        """The runs of a sweep that could go on and do not."""
        return [run for run in self.runs(record) if run and not run.status.is_over and not self._runs.get(run.id)]

    def runs(self, record: SweepRecord) -> list[Record | None]:
        """The records of a sweep's runs in the order of its configurations; None for one that was deleted."""
        return [self._run(run) for run in record.runs]

    def finished(self, configs: Iterable[RunConfig], is_own: IsOwn) -> list[str | None]:
        """For each configuration an own run that has it and is finished, which is the same bit for bit, or None.

        Somebody else's is none of ours: they may rename it, or delete it.
        """
        known = {
            record.config: record.id
            for record in self._store.all()
            if record.config is not None and record.status is Status.FINISHED and is_own(record)
        }
        return [known.get(config) for config in configs]

    def _take(self, sweep: Sweep, session: str, name: str, known: SweepRecord | None, is_own: IsOwn | None) -> str:
        """Keep a new or an extended sweep, and let the runs move that it does not have yet."""
        self._require_workers()
        if known is None:
            self._runs.admit(session)
        spec = find(sweep.base.dataset, self._store.home).spec
        configs = sweep.configs()
        here = dict(zip(known.sweep.configs(), known.runs, strict=True)) if known and known.sweep else {}
        trained = self.finished(configs, is_own or (lambda record: record.owner == session))
        runs, fresh = [], []
        try:
            for config, finished in zip(configs, trained, strict=True):
                run = here.get(config, finished)
                if run is None:
                    run = self._store.create(
                        config, _name_of(sweep, config, name), expected(spec, config.data), session
                    )
                    fresh.append(run)
                runs.append(run)
            id = self.kept.save(name, sweep, runs, known, session)
        except StoreUnwritable:
            # They would wait for ever for a sweep that is not kept.
            for run in fresh:
                self._store.remove(run)
            raise
        self._launch(id, session, [self._store.get(run) for run in fresh])
        return id

    def _launch(self, sweep: str, session: str, runs: list[Record]) -> None:
        if not runs:
            return
        self._require_workers()
        share = self._runs.share_of(sweep, session, min(map(_room_for, runs)))
        for run in runs:
            if run.config is not None:
                live = LiveRun(run.id, run.config, share, step=run.step, seconds=run.seconds)
                self._driver.launch(live, None)

    def _readable(self, id: str) -> tuple[SweepRecord, Sweep]:
        record = self.kept.get(id)
        if record.sweep is None:
            raise LatentLabError(record.reason)
        return record, record.sweep

    def _run(self, run: str) -> Record | None:
        try:
            return self._store.get(run)
        except UnknownRun:
            return None


def _room_for(run: Record) -> int:
    """How many such runs may be in memory at once, one at least."""
    if run.config is None or run.spec is None:
        return 1
    model = MODELS[run.config.model](run.config.hyperparameters, run.spec)
    values = sum(weight.numel() for weight in model.parameters())
    return max(1, MEMORY // (COPIES * BYTES * values))


def _name_of(sweep: Sweep, config: RunConfig, name: str) -> str:
    """What a run of a sweep is called: its values, after the sweep's own name, which says of what."""
    seed = f", seed {config.seed}" if sweep.seeds > 1 else ""
    return f"{name}: {', '.join(sweep.values(sweep.setting_of(config)))}{seed}"
