"""Samples in the making, and what is done to all numbers: missing ones filled, all brought to a scale.

What this takes from the numbers themselves, means and limits, it takes from the samples for training alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UploadError
from core.scaling import FITTED, Scaling, limits, scaler
from core.uploads.limits import CELLS, FEWEST_SAMPLES, SAMPLES, VALUES
from core.uploads.parse.raw import Array
from core.uploads.phrases import counted, listed
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.options import Options
from core.uploads.prepare.parts import TRAINING, UNUSED, drawn, drawn_by_series, kept_out

if TYPE_CHECKING:
    from core.dataset import Kind

# From here on a 32-bit float cannot hold every whole number.
EXACT = 2**24
NOTHING = (
    "No number is left: all are missing, without end, or above 3.4e38, the largest that is read. Bring large ones in "
    "another unit, or their logarithms."
)


@dataclass(frozen=True)
class Samples:
    """`x` float32 (N, …) inside `value_range`, their labels, and what a `DataSpec` must know of them.

    `rows`, int64 (N,), are where they stand in what was read: that of a picture, or of the first step of a window.
    `parts`, int8 (N,), say what each is for, where that was decided here; else any fifth may be held out.
    """

    kind: Kind
    x: Array
    labels: Labels | None
    value_range: tuple[float, float]
    rows: Array
    alphabet: str = ""
    rate: int | None = None
    scaling: Scaling = "none"
    levels: int | None = None
    parts: Array | None = None


def numbers(
    kind: Kind,
    x: Array,
    labels: Labels | None,
    options: Options,
    notices: list[str],
    series: Array | None = None,
    rows: Array | None = None,
    names: tuple[str, ...] = (),
) -> Samples:
    """Vectors (N, D), or sequences (N, T, F) or (N, T) of single values, without gaps and scaled as chosen.

    Windows come with the `series` (N,) that each was cut from and the `rows` (N,) that they begin at; `names` are those
    of columns.

    Raises:
        UploadError: nothing is left of them.
    """
    kept = subset(len(x), int(np.prod(x.shape[1:])), notices)
    if options.missing == "drop":
        kept = kept[complete(x[kept], notices, names)]
    enough(len(kept), x.shape[1] if kind == "vector" else 0)
    parts = drawn(len(kept)) if series is None else drawn_by_series(series[kept], notices)
    kept, parts = kept[parts != UNUSED], parts[parts != UNUSED]
    labels = None if labels is None else labels[kept]
    parts = kept_out(parts, labels, options.left_out)
    # 64 bits until all is scaled: 32 cannot tell 1,700,000,000 from its neighbours.
    x, training = x[kept].astype(np.float64 if x.dtype.itemsize > 4 else np.float32), parts == TRAINING
    has_gaps = bool(np.isnan(x).any())
    if has_gaps:
        x = filled(x, training, notices)
    if kind == "sequence" and x.ndim == 2:
        # Only now, for a gap in a row is filled by its column, and a sequence keeps its shape in one scale for all.
        x = x[:, :, None]
    # Columns of vectors, features of sequences: whatever stands last.
    axes = tuple(range(x.ndim - 1))
    fitted = x[training]
    low, high = fitted.min(axis=axes), fitted.max(axis=axes)
    if (low == high).all():
        raise UploadError("All samples are the same: there is nothing to learn from; bring data that vary.")
    constant = int((low == high).sum())
    if constant:
        notices.append(f"Kept, though they never change: {counted(constant, 'column')} of {len(low):,}.")
    value_range = _scaled(x, fitted, options.scaling, notices)
    # Another fifth may be held out only of samples that were made without a look at each other.
    is_settled = series is not None or has_gaps or options.scaling in FITTED or bool(options.left_out)
    narrow = x.astype(np.float32, copy=False)
    if narrow is not x and (rounded := int(((np.abs(x) > EXACT) & (narrow != x) & (x == np.floor(x))).sum())):
        notices.append(f"Rounded to 7 digits: {counted(rounded, 'whole number')} above {EXACT:,}.")
    return Samples(
        kind,
        narrow,
        labels,
        value_range,
        kept if rows is None else rows[kept],
        scaling=options.scaling,
        parts=parts if is_settled else None,
    )


def enough(count: int, columns: int = 0) -> None:
    """Refuse too few samples for a training and a held-out split; so many `columns` could be samples, too.

    Raises:
        UploadError: there are.
    """
    if count < FEWEST_SAMPLES:
        advice = "bring more of them" + (", or say that its columns are samples." if columns >= FEWEST_SAMPLES else ".")
        raise UploadError(f"The file gives {counted(count, 'sample')}; at least {FEWEST_SAMPLES} are needed: {advice}")


def subset(count: int, values: int, notices: list[str]) -> Array:
    """Which of so many samples of so many `values` are kept: all, or as many at random as there is room for.

    Raises:
        UploadError: one sample alone is too large.
    """
    if values > VALUES:
        raise UploadError(f"A sample has {values:,} values; at most {VALUES:,} are read: bring smaller samples.")
    most = min(SAMPLES, CELLS // max(1, values))
    if count <= most:
        return np.arange(count)
    notices.append(f"{most:,} of {count:,} samples were kept, drawn at random: more of this size are not read.")
    return np.sort(np.random.default_rng(0).permutation(count)[:most])


def complete(x: Array, notices: list[str], names: tuple[str, ...] = ()) -> Array:
    """Which samples (N,) have no missing number; sentences name the columns that lack most.

    Raises:
        UploadError: none.
    """
    gaps = np.isnan(x).reshape(len(x), -1)
    touched = np.asarray(gaps.any(axis=1))
    if gaps.all():
        raise UploadError(NOTHING)
    if touched.any():
        count = _missing(gaps)
        if names:
            shares = gaps.mean(axis=0)
            worst = [place for place in np.argsort(-shares, kind="stable")[:3].tolist() if shares[place]]
            count += f", most in {listed(f'{names[place]} ({shares[place]:.0%})' for place in worst)}"
        left = len(x) - int(touched.sum())
        remedy = "choose mean for Missing to have them filled, or leave out the columns that lack most."
        if not left or left < FEWEST_SAMPLES <= len(x):
            which = f"All but {counted(left, 'sample')} have" if left else "Every sample has"
            raise UploadError(f"{which} a missing number ({count}): {remedy}")
        if 2 * left < len(x):
            notices.append(f"Unsure: {count}: left out, more than half of all; {remedy}")
        else:
            notices.append(f"{count}: left out.")
    return ~touched


def filled(x: Array, training: Array, notices: list[str]) -> Array:
    """Samples with the mean of their column, over those for `training` (N,), in place of missing numbers.

    Raises:
        UploadError: there is no number.
    """
    gaps = np.isnan(x)
    if gaps.all():
        raise UploadError(NOTHING)
    axes = tuple(range(x.ndim - 1))
    there = ~gaps[training]
    means = np.where(there, x[training], x.dtype.type(0)).sum(axis=axes, dtype=np.float64)
    means /= np.maximum(1, there.sum(axis=axes))
    notices.append(f"{_missing(gaps.reshape(len(x), -1))}: filled with their columns' means over the training samples.")
    empty = int((~there).all(axis=axes).sum())
    if empty:
        notices.append(f"{counted(empty, 'column')} without any number in training samples: filled with 0.")
    return np.where(gaps, means.astype(x.dtype), x)


def _missing(gaps: Array) -> str:
    """How many of the numbers (N, D) are missing, and in how many samples."""
    samples = counted(int(gaps.any(axis=1).sum()), "sample")
    return f"{counted(int(gaps.sum()), 'number')} missing in {samples}"


def _scaled(x: Array, fitted: Array, scaling: Scaling, notices: list[str]) -> tuple[float, float]:
    """Scale samples (N, …) in place, by those that are `fitted` for training, and say so; the range of their values."""
    flat = int((x.reshape(len(x), -1) == x.reshape(len(x), -1)[:, :1]).all(axis=1).sum())
    scaler(scaling, fitted)(x)
    what = "all steps together" if x.ndim == 3 and x.shape[-1] == 1 else "each column"
    if scaling == "min_max":
        notices.append(f"Scaled to 0 … 1 by the least and the largest value of {what} in the training samples.")
        beyond = int(((x < 0) | (x > 1)).sum())
        if beyond:
            np.clip(x, 0, 1, out=x)
            notices.append(f"{counted(beyond, 'held-out value')} beyond these limits became 0 or 1.")
    if scaling == "standardise":
        notices.append(f"Scaled to mean 0 and standard deviation 1 in {what} of the training samples.")
    if scaling == "per_sample":
        notices.append("Each sample was scaled to mean 0 and standard deviation 1 on its own.")
        if flat:
            notices.append(f"Without any change, and now 0 throughout: {counted(flat, 'sample')}.")
    return limits(scaling, [x])
