"""How sure a mean is."""

from __future__ import annotations

import numpy as np

from core.protocol import Array


def standard_error(values: Array) -> Array:
    """The standard deviation (…) that means of N such values (…, N) have among themselves: s / √N."""
    n = values.shape[-1]
    error: Array = np.asarray(values.std(axis=-1, ddof=min(1, n - 1)) / np.sqrt(n))
    return error


def of_share(share: float, n: int) -> float:
    """The standard error of a share of `n` things, each of which counts or not: √(p (1 − p) / (n − 1))."""
    return float(np.sqrt(share * (1 - share) / max(1, n - 1)))
