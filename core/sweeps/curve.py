"""A metric against the values of a swept knob."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.metrics import Metric
from core.sweeps.estimate import Estimate, estimate
from core.sweeps.table import Row

# A mean is nearly as good as the best one where it is worse by at most this share of it.
TOLERANCE = 0.05


@dataclass(frozen=True)
class Point:
    """What was measured at one value of the knob: a number a run, how many were `lost`, and the mean baseline."""

    value: Any
    numbers: tuple[float, ...]
    lost: int
    baseline: float | None

    @cached_property
    def estimate(self) -> Estimate | None:
        """Mean and spread over the runs, or None where none has a number."""
        return estimate(self.numbers)


@dataclass(frozen=True)
class Curve:
    """A `metric` at each value of a knob, or combination of values, and the curve of its `bound`, if it has one."""

    metric: Metric
    points: tuple[Point, ...]
    bound: Curve | None = None

    @cached_property
    def measured(self) -> list[Point]:
        """The points that have a mean."""
        return [point for point in self.points if point.estimate]

    @cached_property
    def best(self) -> Point | None:
        """The point with the best mean, where one way is better and there are two to choose from.

        With a bound it is the lowest of those where that is nearly as good as at its best.
        """
        if len(self.measured) < 2:
            return None
        if self.bound is not None:
            good = self.bound.good
            return min((point for point in self.measured if point.value in good), key=mean_of, default=None)
        if self.metric.better is None:
            return None
        return max(self.measured, key=lambda point: self.merit(mean_of(point)))

    @property
    def good(self) -> list[Any]:
        """The values of the knob at which a mean is nearly as good as the best."""
        if self.best is None:
            return []
        best = mean_of(self.best)
        least = self.merit(best) - TOLERANCE * abs(best)
        return [point.value for point in self.measured if self.merit(mean_of(point)) >= least]

    def merit(self, mean: float) -> float:
        """A mean so that higher is better."""
        return -mean if self.metric.better == "lower" else mean

    @cached_property
    def spread(self) -> float | None:
        """The standard deviation of one run, pooled over all points; None with one run each."""
        repeated = [point.numbers for point in self.measured if len(point.numbers) > 1]
        if not repeated:
            return None
        # √(Σ (n − 1) s² / Σ (n − 1)): a point with more runs knows more of it.
        free = [len(numbers) - 1 for numbers in repeated]
        return math.sqrt(statistics.fmean(map(statistics.variance, repeated), free))

    @cached_property
    def error(self) -> float:
        """The standard error of a mean, 0 where nothing is known of the spread.

        Where runs were lost it is that of so many as the harmonic mean of all points' says (Kramer 1956).
        """
        runs = statistics.harmonic_mean([len(point.numbers) for point in self.measured])
        return (self.spread or 0.0) / math.sqrt(runs)

    def alike(self, point: Point) -> list[Point]:
        """The other points whose means cannot be told from this one's: less than two standard errors apart."""
        reach = 2 * math.sqrt(2) * self.error
        return [
            other
            for other in self.measured
            if other is not point and reach > 0 and abs(mean_of(other) - mean_of(point)) <= reach
        ]


def mean_of(point: Point) -> float:
    """The mean of a point that has one."""
    return statistics.fmean(point.numbers)


def curve_of(rows: Sequence[Row], knob: str, values: Sequence[Any], metric: Metric, key: str) -> Curve:
    """The curve of what rows have under `key`, at each of the knob's values."""
    groups = [(value, [row for row in rows if row.settings[knob] == value]) for value in values]
    return _curve(groups, metric, key)


def over_combinations(rows: Sequence[Row], metric: Metric, key: str) -> Curve:
    """The same of all swept knobs at once: a point, whose value are their settings, for each combination."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.settings.values()), []).append(row)
    return _curve([(here[0].settings, here) for here in groups.values()], metric, key)


def _curve(groups: Sequence[tuple[Any, Sequence[Row]]], metric: Metric, key: str) -> Curve:
    """A point for the rows of each value."""

    def point(value: Any, here: Sequence[Row]) -> Point:
        baselines = [row.baselines[key] for row in here if key in row.baselines]
        return Point(
            value,
            tuple(row.metrics[key] for row in here if key in row.metrics),
            sum(bool(row.reason) for row in here),
            statistics.fmean(baselines) if baselines else None,
        )

    # Both are of the same samples: validation's have a prefix.
    bound, samples = metric.bound, key.removesuffix(metric.name)
    within = None if bound is None else _curve(groups, bound, f"{samples}{bound.name}")
    return Curve(metric, tuple(point(*group) for group in groups), within)
