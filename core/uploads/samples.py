"""Samples in the making, and what is done to all numbers: missing ones filled, all brought to a scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.dataset import Kind
from core.errors import UploadError
from core.uploads.labels import Labels
from core.uploads.limits import CELLS, FEWEST_SAMPLES, SAMPLES, VALUES
from core.uploads.options import Options
from core.uploads.phrases import counted
from core.uploads.raw import Array

BLOCK = 4_096


@dataclass(frozen=True)
class Samples:
    """`x` float32 (N, …) inside `value_range`, their labels, and what a `DataSpec` must know of them."""

    kind: Kind
    x: Array
    labels: Labels | None
    value_range: tuple[float, float]
    alphabet: str = ""
    rate: int | None = None


def numbers(kind: Kind, x: Array, labels: Labels | None, options: Options, notices: list[str]) -> Samples:
    """Vectors (N, D), or sequences (N, T, F) or (N, T) of single values, without gaps and scaled as chosen.

    Raises:
        UploadError: nothing is left of them.
    """
    chosen = subset(len(x), int(np.prod(x.shape[1:])), notices)
    x, labels = x[chosen].astype(np.float32), None if labels is None else labels[chosen]
    x, labels = without_gaps(x, labels, options.missing, notices)
    if kind == "sequence" and x.ndim == 2:
        # Only now, for a gap in a row is filled by its column, and a sequence keeps its shape in one scale for all.
        x = x[:, :, None]
    # Columns of vectors, features of sequences: whatever stands last.
    axes = tuple(range(x.ndim - 1))
    enough(len(x))
    low, high = x.min(axis=axes), x.max(axis=axes)
    if (low == high).all():
        raise UploadError("All samples are the same: there is nothing to learn from; bring data that vary.")
    constant = int((low == high).sum())
    if constant:
        notices.append(f"Kept, though they never change: {counted(constant, 'column')} of {len(low):,}.")
    value_range = SCALINGS[options.scaling](x, notices)
    return Samples(kind, x, labels, value_range)


def enough(count: int) -> None:
    """Refuse too few samples for a training and a held-out split.

    Raises:
        UploadError: there are.
    """
    if count < FEWEST_SAMPLES:
        raise UploadError(
            f"The file gives {counted(count, 'sample')}; at least {FEWEST_SAMPLES} are needed: bring more of them."
        )


def subset(count: int, values: int, notices: list[str]) -> Array | slice:
    """Which of so many samples of so many `values` are kept: all, or as many at random as there is room for.

    Raises:
        UploadError: one sample alone is too large.
    """
    if values > VALUES:
        raise UploadError(f"A sample has {values:,} values; at most {VALUES:,} are read: bring smaller samples.")
    most = min(SAMPLES, CELLS // max(1, values))
    if count <= most:
        return slice(None)
    notices.append(f"{most:,} of {count:,} samples were kept, drawn at random: more of this size are not read.")
    return np.sort(np.random.default_rng(0).permutation(count)[:most])


def without_gaps(x: Array, labels: Labels | None, missing: str, notices: list[str]) -> tuple[Array, Labels | None]:
    """Samples with missing numbers left out, or with means of all samples in their place."""
    gaps = np.isnan(x)
    if not gaps.any():
        return x, labels
    touched = np.asarray(gaps.reshape(len(x), -1).any(axis=1))
    count = f"{counted(int(gaps.sum()), 'number')} missing in {counted(int(touched.sum()), 'sample')}"
    if missing == "drop":
        if touched.all():
            raise UploadError(
                f"Every sample has a missing number ({count}): choose to fill them with means, or bring the columns "
                "that are complete."
            )
        notices.append(f"{count}: left out.")
        return x[~touched], None if labels is None else labels[~touched]
    axes = tuple(range(x.ndim - 1))
    there = np.maximum(1, (~gaps).sum(axis=axes))
    means = np.where(gaps, np.float32(0), x).sum(axis=axes, dtype=np.float64) / there
    empty = int(gaps.all(axis=axes).sum())
    notices.append(f"{count}: filled with the means of their columns over all samples, held-out ones included.")
    if empty:
        notices.append(f"{counted(empty, 'column')} without any number: filled with 0.")
    return np.where(gaps, means.astype(np.float32), x), labels


def _as_they_are(x: Array, notices: list[str]) -> tuple[float, float]:
    return float(x.min()), float(x.max())


def _min_max(x: Array, notices: list[str]) -> tuple[float, float]:
    axes = tuple(range(x.ndim - 1))
    low, high = (bound(axis=axes).astype(np.float64) for bound in (x.min, x.max))
    _shift_and_scale(x, low, high - low)
    notices.append(f"Scaled to 0 … 1 by the least and the largest value of {_what(x)} over all samples.")
    return 0.0, 1.0


def _standardise(x: Array, notices: list[str]) -> tuple[float, float]:
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axis=axes, dtype=np.float64)
    squares = sum(((block - mean) ** 2).sum(axis=axes) for block in _blocks(x))
    _shift_and_scale(x, mean, np.sqrt(squares / (x.size / x.shape[-1])))
    notices.append(f"Scaled to mean 0 and standard deviation 1 in {_what(x)} over all samples.")
    reach = float(np.abs(x).max())
    return -reach, reach


def _per_sample(x: Array, notices: list[str]) -> tuple[float, float]:
    axes = tuple(range(1, x.ndim))
    flat = 0
    for start in range(0, len(x), BLOCK):
        block = x[start : start + BLOCK].astype(np.float64)
        block -= block.mean(axis=axes, keepdims=True)
        spread = block.std(axis=axes, keepdims=True)
        flat += int((spread == 0).sum())
        x[start : start + BLOCK] = block / np.where(spread == 0, 1, spread)
    notices.append("Each sample was scaled to mean 0 and standard deviation 1 on its own.")
    if flat:
        notices.append(f"Without any change, and now 0 throughout: {counted(flat, 'sample')}.")
    reach = float(np.abs(x).max()) or 1.0
    return -reach, reach


SCALINGS = {"none": _as_they_are, "min_max": _min_max, "standardise": _standardise, "per_sample": _per_sample}


def _what(x: Array) -> str:
    """What is scaled together."""
    return "all steps together" if x.ndim == 3 and x.shape[-1] == 1 else "each column"


def _blocks(x: Array) -> list[Array]:
    return [x[start : start + BLOCK] for start in range(0, len(x), BLOCK)]


def _shift_and_scale(x: Array, shift: Array, scale: Array) -> None:
    """In place, in 64 bits a block at a time; what never changes becomes 0."""
    for block in _blocks(x):
        block[:] = (block - shift) / np.where(scale == 0, 1, scale)
