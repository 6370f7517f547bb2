"""What a sweep will cost, said before it starts."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from core.config import RunConfig
from core.engine.record import Record


@dataclass(frozen=True)
class Budget:
    """How many `runs` are to be trained, how many are `kept` from before, and the `steps` of those to be trained.

    `seconds` are those of one run on the average, from earlier runs of the same model on the same data, or None.
    """

    runs: int
    kept: int
    steps: int
    seconds: float | None
    workers: int

    @property
    def text(self) -> str:
        """The budget in a sentence."""
        if not self.runs:
            return f"Nothing to train: {'the run is' if self.kept == 1 else f'all {self.kept} runs are'} here already."
        kept = f" {self.kept} more {'is' if self.kept == 1 else 'are'} here already." if self.kept else ""
        one = f"{self.runs} {'run' if self.runs == 1 else 'runs'}"
        if self.seconds is None:
            return f"{one}, together about {self.steps:,} steps: the first such run will tell how long they take.{kept}"
        together = self.seconds * self.runs / min(self.workers, self.runs)
        workers = "1 worker" if self.workers == 1 else f"{self.workers} workers"
        return f"{one} × {_duration(self.seconds)} on {workers}: about {_duration(together)}.{kept}"


def budget(configs: Sequence[RunConfig], kept: int, earlier: Sequence[Record], workers: int) -> Budget:
    """What training `configs`, of one model on one dataset, takes on so many workers, judged by `earlier` runs."""
    steps = sum(config.steps for config in configs)
    alike = {(config.model, config.dataset) for config in configs}
    paces = [
        record.seconds / record.step
        for record in earlier
        if record.config is not None and (record.config.model, record.config.dataset) in alike and record.step > 0
    ]
    seconds = statistics.median(paces) * steps / len(configs) if paces and configs else None
    return Budget(len(configs), kept, steps, seconds, workers)


def _duration(seconds: float) -> str:
    """Seconds as people say them: "4 s", "3 min"."""
    return f"{max(1, round(seconds))} s" if seconds < 120 else f"{seconds / 60:.0f} min"
