"""When training has gone wrong: numbers that are not finite, or a loss that ran away."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

# A loss this many times that of the first step (or 1, if that is more) has run away, even if it is still finite.
RUNAWAY = 100.0


def ceiling_of(losses: dict[str, Tensor]) -> float | None:
    """Above which absolute value a loss has run away, from the losses of the first steps (steps,) by name."""
    first = _worst(losses)[0]
    return RUNAWAY * max(1.0, float(first)) if torch.isfinite(first) else None


def diverged_at(losses: dict[str, Tensor], ceiling: float | None) -> int | None:
    """The index of the first of some steps whose losses (steps,) by name are not finite, or None.

    With a `ceiling` the last step's losses must also lie below it.
    """
    worst = _worst(losses)
    wrong = ~torch.isfinite(worst)
    if ceiling is not None:
        wrong[-1] |= worst[-1] > ceiling
    bad = wrong.nonzero()
    return int(bad[0]) if len(bad) else None


def weights_are_finite(model: nn.Module) -> bool:
    """Whether every weight is a finite number."""
    return all(bool(torch.isfinite(value).all()) for value in model.parameters())


def only_finite(metrics: dict[str, float]) -> dict[str, float]:
    """Metrics without those that overflowed: there is no such number in JSON, nor on an axis."""
    return {name: value for name, value in metrics.items() if math.isfinite(value)}


def _worst(losses: dict[str, Tensor]) -> Tensor:
    """The largest absolute loss of each step, (steps,)."""
    return torch.stack([values.abs() for name, values in losses.items() if name.endswith("loss")]).amax(dim=0)
