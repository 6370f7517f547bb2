"""What a single unit of a code adds to a sample."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.protocol import Array


def by_movement(codes: Array) -> Array:
    """The units (units,) of codes (N, units), those that move most first, by their standard deviation."""
    order: Array = np.argsort(-codes.std(axis=0), kind="stable")
    return order


def turned(codes: Array, units: Array, values: Array) -> Tensor:
    """The mean of codes (N, D), once for each of `units` (n,), that unit turned to its one of `values` (D,): (n, D)."""
    rows = np.tile(codes.mean(axis=0), (len(units), 1))
    rows[np.arange(len(units)), units] = values[units]
    return torch.from_numpy(rows)


def added(quiet: Array, loud: Array, value_range: tuple[float, float]) -> Array:
    """What turning each unit up changes between samples `quiet` and `loud`, both (n, …): around the range's middle."""
    low, high = value_range
    change = loud - quiet
    # A few extreme values would leave all others grey.
    reach = np.quantile(np.abs(change), 0.995) or 1.0
    shown: Array = (low + high) / 2 + (high - low) / 2 * change / reach
    return shown
