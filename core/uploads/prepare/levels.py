"""How many grey levels pictures come in."""

from __future__ import annotations

import numpy as np

from core.uploads.parse.raw import Array

# Pictures with more levels than a byte has are taken for continuous.
MOST = 256
# Values that are looked at together: continuous ones show it in the first of them.
BLOCK = 1 << 20


def levels_of(x: Array, value_range: tuple[float, float]) -> int | None:
    """The fewest levels, in equal steps over the range, that hold all values of `x`; None if a byte's are too few."""
    low, high = value_range
    found = _bytes_in(x) if x.dtype == np.uint8 else _different(x)
    if found is None:
        return None
    shares = (found.astype(np.float64) - low) / (high - low)
    steps = np.outer(np.arange(1, MOST), shares)
    fitting = np.abs(steps - np.round(steps)).max(axis=1) < 1e-3
    return int(fitting.argmax()) + 2 if fitting.any() else None


def _bytes_in(x: Array) -> Array:
    """The different bytes among these, which are soon counted."""
    flat, counts = x.reshape(-1), np.zeros(MOST, np.int64)
    for start in range(0, len(flat), BLOCK):
        counts += np.bincount(flat[start : start + BLOCK], minlength=MOST)
    return np.flatnonzero(counts)


def _different(x: Array) -> Array | None:
    """The different values of `x`; None if they are more than a byte has."""
    import pandas as pd

    flat, found = x.reshape(-1), np.empty(0, x.dtype)
    for start in range(0, len(flat), BLOCK):
        # pandas hashes where NumPy sorts, in a tenth of the time.
        found = pd.unique(np.concatenate([found, flat[start : start + BLOCK]]))
        if len(found) > MOST:
            return None
    return found
