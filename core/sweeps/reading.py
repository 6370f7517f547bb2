"""What a sweep shows, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from core.hyperparameters import Knob
from core.metrics import Metric
from core.sweeps.curve import TOLERANCE, Curve, Point, mean_of

# What is left to gain is next to nothing below this share of all that was gained.
LITTLE = 0.05


def reading(curve: Curve, knob: Knob) -> str:
    """What the curve shows, and which runs it lacks."""
    return " ".join(filter(None, (_finding(curve, knob), _gaps(curve, knob), _caution(curve))))


def reading_of_several(
    curves: Sequence[tuple[Curve, Knob]], combined: Curve, text: Callable[[Mapping[str, Any]], str]
) -> str:
    """What a sweep of several knobs shows: the best combination, as a `text`, and what each knob does on average."""
    ranges = {knob.label: _range(curve) for curve, knob in curves if len(curve.measured) > 1}
    if not ranges:
        return "Too few runs have come through to compare them."
    ranked = sorted(ranges, key=lambda label: -ranges[label])
    effects = " and ".join(
        f"{label} moves the mean by {_difference(combined.metric, ranges[label])}" for label in ranked
    )
    best = best_combination(combined, text)
    return f"The {best}. {effects}." if best else f"{effects}."


def best_combination(combined: Curve, text: Callable[[Mapping[str, Any]], str]) -> str:
    """Which combination is the best, as a `text`, and its number; nothing where none is."""
    best, bound = combined.best, combined.bound
    if best is None or best.estimate is None:
        return ""
    number = f"{text(best.value)} ({combined.metric.title} {best.estimate.text(combined.metric)}"
    if bound is None:
        return f"best is {number})"
    there = next(point for point in bound.measured if point.value == best.value)
    return f"lowest with {_nearly(bound)} is {number}, {bound.metric.title} {_mean(bound, there)})"


def _finding(curve: Curve, knob: Knob) -> str:
    metric, points = curve.metric, curve.measured
    if not points:
        lost = any(point.lost for point in curve.points)
        return "No run came through: there is nothing to compare." if lost else "No run is finished yet."
    if len(points) == 1:
        (only,) = points
        return f"{metric.title} is {_at(curve, only, knob)}: one value shows no trend."
    runs = sum(len(point.numbers) for point in points)
    if curve.spread is not None and _range(curve) <= _by_chance(len(points), runs) * curve.error:
        return (
            f"{knob.label} makes no difference that could be told from chance: {metric.title} moves by "
            f"{_difference(metric, _range(curve))}, and one run differs from the next by {_spread(curve)}."
        )
    if curve.best is None or curve.bound is not None:
        first, last = points[0], points[-1]
        way = f"{metric.title} goes from {_at(curve, first, knob)} to {_at(curve, last, knob)}."
        return f"{way} {_within(curve, knob)}".strip()
    return _trend(curve, curve.best, knob) if knob.type in (int, float) else _winner(curve, curve.best, knob)


@cache
def _by_chance(values: int, runs: int) -> float:
    """How many standard errors the means of so many values are apart by chance alone in one of twenty sweeps.

    Tukey's studentised range, for a spread that is estimated from the runs.
    """
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(0.95, values, runs - values))


def _winner(curve: Curve, best: Point, knob: Knob) -> str:
    """The best value, and those that may be as good."""
    return f"The best is {knob.text(best.value)}: {curve.metric.title} {_mean(curve, best)}{_but(curve, best, knob)}."


def _trend(curve: Curve, best: Point, knob: Knob) -> str:
    """Where a curve of numbers stops to gain, or that it has its best in the middle."""
    metric, points = curve.metric, curve.measured
    merits = [curve.merit(mean_of(point)) for point in points]
    top, total = max(merits), max(merits) - min(merits)
    near = [index for index, merit in enumerate(merits) if top - merit <= LITTLE * total]
    low, high, last = near[0], near[-1], len(points) - 1
    is_run = near == list(range(low, high + 1))
    if is_run and high == last and 0 < low < last:
        # Falling, then flat.
        knee, gain = points[low], merits[last] - merits[low]
        return (
            f"From {knob.text(knee.value)} on, {_buys(metric, knob, knee, points[last], gain)}: {metric.title} "
            f"{_at(curve, points[0], knob)}, {_at(curve, knee, knob)}."
        )
    if is_run and low == 0 and 0 < high < last:
        return (
            f"Up to {knob.text(points[high].value)} it costs next to nothing: {metric.title} "
            f"{_at(curve, points[0], knob)}, {_mean(curve, points[high])} there, {_at(curve, points[last], knob)}."
        )
    if best in (points[0], points[last]):
        other, end, way = (points[last], "lowest", "lower") if best is points[0] else (points[0], "highest", "higher")
        return (
            f"The best is {knob.text(best.value)}, the {end} tried: {metric.title} {_mean(curve, best)}, against "
            f"{_at(curve, other, knob)}{_but(curve, best, knob)}. Try {way}."
        )
    return (
        f"The best is {knob.text(best.value)}: {metric.title} {_mean(curve, best)}, worse on both sides, "
        f"{_at(curve, points[0], knob)} and {_at(curve, points[last], knob)}{_but(curve, best, knob)}."
    )


def _within(curve: Curve, knob: Knob) -> str:
    """The lowest mean at which the bound is nearly as good as at its best."""
    best, bound = curve.best, curve.bound
    if best is None or bound is None or bound.best is None:
        return ""
    there = next(point for point in bound.measured if point.value == best.value)
    near = f"{_nearly(bound)}, {_at(bound, bound.best, knob)}"
    price = f"{bound.metric.title} {_mean(bound, there)}"
    return f"The lowest with {near}: {_at(curve, best, knob)}, {price}{_but(curve, best, knob)}."


def _nearly(bound: Curve) -> str:
    """What is asked of a bound."""
    return f"{bound.metric.title} within {100 * TOLERANCE:.0f} % of its best"


def _buys(metric: Metric, knob: Knob, knee: Point, last: Point, gain: float) -> str:
    """What the values beyond the knee gain: by doubling, where the knob goes by ratios."""
    if gain <= 0:
        return "going higher buys nothing"
    if knob.scale == "log" and knee.value > 0:
        return f"a doubling buys {_difference(metric, gain / math.log2(last.value / knee.value))}"
    return f"all the rest buys {_difference(metric, gain)}"


def _but(curve: Curve, best: Point, knob: Knob) -> str:
    alike = [knob.text(point.value) for point in curve.alike(best)]
    if not alike:
        return ""
    listed = alike[0] if len(alike) == 1 else f"{', '.join(alike[:-1])} and {alike[-1]}"
    return f", but {listed} {'is' if len(alike) == 1 else 'are'} within its spread"


def _gaps(curve: Curve, knob: Knob) -> str:
    """Which runs came to nothing."""
    gaps = []
    for point in curve.points if curve.measured else ():
        runs = point.lost + len(point.numbers)
        if point.lost and point.numbers:
            gaps.append(f"{point.lost} of {runs} runs at {knob.text(point.value)} did not come through.")
        elif point.lost:
            gaps.append(f"At {knob.text(point.value)} no run came through.")
    return " ".join(gaps)


def _caution(curve: Curve) -> str:
    """With one seed nobody knows what is chance."""
    if len(curve.measured) < 2 or curve.spread is not None:
        return ""
    return "With one seed each, chance cannot be told from the knob."


def _range(curve: Curve) -> float:
    means = [mean_of(point) for point in curve.measured]
    return max(means) - min(means)


def _mean(curve: Curve, point: Point) -> str:
    return curve.metric.text(mean_of(point))


def _at(curve: Curve, point: Point, knob: Knob) -> str:
    return f"{_mean(curve, point)} at {knob.text(point.value)}"


def _spread(curve: Curve) -> str:
    return _difference(curve.metric, curve.spread or 0.0)


def _difference(metric: Metric, value: float) -> str:
    """A difference of two numbers with two digits, which may be smaller than the metric's own format shows."""
    number = 100 * value if metric.unit == "%" else value
    return f"{float(f'{number:.2g}'):g} {metric.unit}".strip()
