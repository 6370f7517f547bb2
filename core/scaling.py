"""The scales that numbers can be brought to before anything learns from them, of shipped data and of brought ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import numpy as np

from core.protocol import Array

Scaling = Literal["none", "min_max", "standardise", "per_sample"]
TITLES = {"min_max": "min-max"}
HELP = (
    "Min-max takes every column (channel of pictures; rows as sequences: all steps together) to 0 … 1, standardise to "
    "mean 0 and standard deviation 1, per sample does the latter for each sample alone, so that only its shape is "
    "left; none keeps the numbers"
)
# Those that look at more than one sample.
FITTED = ("min_max", "standardise")
# What numbers are after each.
MEANING: dict[Scaling, str] = {
    "min_max": "from the least to the largest of training",
    "standardise": "in standard deviations of training from its mean",
    "per_sample": "in standard deviations of each sample from its mean",
}
# Samples that are scaled at once: in 64 bits they take twice the room.
BLOCK = 4_096


def scaler(scaling: Scaling, training: Array) -> Callable[[Array], None]:
    """What scales samples (N, D), (N, T, F) or (N, C, H, W) in place, each column, feature or channel on its own.

    Statistics are of the samples for `training` alone. What never changes becomes 0.
    """
    # Channels of pictures stand first, columns and features last.
    own = 1 if training.ndim == 4 else training.ndim - 1
    axes = tuple(axis for axis in range(training.ndim) if axis != own)
    if scaling == "min_max":
        low, high = (np.asarray(bound(training, axis=axes, keepdims=True), np.float64) for bound in (np.min, np.max))
        # (x − min) / (max − min)
        return lambda x: _shift_and_scale(x, low, high - low)
    if scaling == "standardise":
        mean = training.mean(axis=axes, dtype=np.float64, keepdims=True)
        squares = sum(((block - mean) ** 2).sum(axis=axes, keepdims=True) for block in _blocks(training))
        # (x − μ) / σ
        return lambda x: _shift_and_scale(x, mean, np.sqrt(squares / (training.size / mean.size)))
    return _standardise_each if scaling == "per_sample" else lambda x: None


def limits(scaling: Scaling, parts: Iterable[Array]) -> tuple[float, float]:
    """The range of values of samples (N, …), in several parts, that were scaled: 0 … 1 after min-max.

    Pictures reach from their darkest to their brightest value; elsewhere the mean, 0, is in the middle.
    """
    if scaling == "min_max":
        return 0.0, 1.0
    ends = [(float(part.min()), float(part.max()), part.ndim) for part in parts]
    low, high = min(low for low, _, _ in ends), max(high for _, high, _ in ends)
    if scaling != "none" and ends[0][2] < 4:
        high = max(-low, high)
        low = -high
    # A range that everything is divided by must not be a point.
    return (low, high) if low < high else (low - 1.0, high + 1.0)


def _shift_and_scale(x: Array, shift: Array, scale: Array) -> None:
    for block in _blocks(x):
        block[:] = (block - shift) / np.where(scale == 0, 1, scale)


def _standardise_each(x: Array) -> None:
    axes = tuple(range(1, x.ndim))
    for block in _blocks(x):
        exact = block.astype(np.float64)
        exact -= exact.mean(axis=axes, keepdims=True)
        deviation = exact.std(axis=axes, keepdims=True)
        block[:] = exact / np.where(deviation == 0, 1, deviation)


def _blocks(x: Array) -> list[Array]:
    return [x[start : start + BLOCK] for start in range(0, len(x), BLOCK)]
