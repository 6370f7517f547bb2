"""Values of a knob that are worth trying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.hyperparameters import Knob, Names
from core.ladders import ladder

# So many tiles fit on a page, and so many points show a curve's bend.
SUGGESTED = 6
# The layers that a network without any is compared with.
FIRST_LAYERS = (64,)


def suggested(knob: Knob, now: Any, classes: Sequence[str] = ()) -> list[Any]:
    """Values to sweep a knob over, `now` among them: its choices, layers of other shapes, or numbers on its scale.

    Of names, none and each of the `classes` alone.
    """
    if knob.choices:
        return list(knob.choices)
    if knob.type == Names:
        return list(dict.fromkeys([(), *((name,) for name in classes), now]))
    if knob.type is tuple:
        return _shapes(now)
    if knob.scale == "linear":
        low, high = knob.slider
        even = [
            knob.type(f"{value:.3g}") if knob.type is float else round(value) for value in np.linspace(low, high, 5)
        ]
        return sorted({*even, now})
    return _around(now, _doublings(knob, now) if knob.type is int else sorted({*ladder(knob), now}), knob)


def thinned(values: list[Any], now: Any, most: int) -> list[Any]:
    """At most so many of the values, evenly, `now` among them: where several knobs are swept, runs multiply."""
    stride = -(-len(values) // most)
    return values[values.index(now) % stride :: stride]


def _around(now: Any, stops: list[Any], knob: Knob) -> list[Any]:
    """The stops around `now`, of fractions between powers of ten every other one; zero, which turns off, always."""
    stride = 2 if knob.scale == "log" and knob.type is float else 1
    above_zero = [stop for stop in stops if stop]
    middle = above_zero.index(now) if now else 0
    coarse = above_zero[middle % stride :: stride]
    off = [stop for stop in stops if not stop]
    count = SUGGESTED - len(off)
    first = max(0, min(middle // stride - 2, len(coarse) - count))
    return off + coarse[first : first + count]


def _doublings(knob: Knob, now: int) -> list[int]:
    """`now` halved and doubled again and again between the ends of the slider, and zero where it turns the knob off."""
    low, high = (int(end) for end in knob.slider)
    found, value = {now}, now
    while value // 2 >= max(1, low):
        value //= 2
        found.add(value)
    value = now or max(1, low)
    while value <= high:
        found.add(value)
        value *= 2
    return sorted(found | ({0} if knob.low == 0 else set()))


def _shapes(now: tuple[int, ...]) -> list[tuple[int, ...]]:
    """No layer, the same layers of half and of twice the width, and one layer more."""
    layers = now or FIRST_LAYERS
    half, twice = tuple(max(1, size // 2) for size in layers), tuple(min(2048, 2 * size) for size in layers)
    deeper = (*layers, max(1, layers[-1] // 2))
    return list(dict.fromkeys([(), half, layers, twice, deeper if len(deeper) <= 6 else layers[:-1]]))
