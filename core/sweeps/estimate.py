"""A number measured several times."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from core.metrics import Metric


@dataclass(frozen=True)
class Estimate:
    """The mean of `runs` measurements and their standard deviation, which one alone does not have."""

    mean: float
    sd: float | None
    runs: int

    def text(self, metric: Metric) -> str:
        """Both as people read them: "24.1 ± 0.3 nats"."""
        return metric.text(self.mean, self.sd)


def estimate(numbers: Sequence[float]) -> Estimate | None:
    """Mean and standard deviation of some measurements, or None of none."""
    if not numbers:
        return None
    return Estimate(statistics.fmean(numbers), statistics.stdev(numbers) if len(numbers) > 1 else None, len(numbers))
