"""The values that a slider, or a sweep, stops at where they do not lie evenly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.hyperparameters import Knob

# Whole numbers: every one up to 6, then four to an octave, doubled and doubled again.
OCTAVE = (4, 5, 6, 7)
DIGITS = (1, 2, 5)


def ladder(knob: Knob) -> list[Any]:
    """The values between the ends of a knob's slider, both included, and zero where it turns the knob off."""
    low, high = knob.slider
    steps = {"log": _whole() if knob.type is int else _ratios(), "memory": (_memories())}[knob.scale]
    off = {knob.type(0)} if knob.low == 0 else set()
    return sorted(off | {low, high} | {step for step in steps if low < step < high})


def _whole() -> Iterable[int]:
    """1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, …"""
    return (1, 2, 3, *(step << octave for octave in range(20) for step in OCTAVE))


def _ratios() -> Iterable[float]:
    """1, 2, 5, 10, … from a millionth on."""
    # As text, so that each is the number that people write.
    return (float(f"{digit}e{power}") for power in range(-6, 5) for digit in DIGITS)


def _memories() -> Iterable[float]:
    """0.5, 0.8, 0.9, 0.95, 0.98, 0.99, …: 1 minus ever smaller ratios."""
    return (round(1 - float(f"{digit}e{power}"), 9) for power in range(-6, 0) for digit in DIGITS)
