"""How many grey levels pictures come in."""

from __future__ import annotations

from torch import Tensor

# Pictures with more levels than a byte has are taken for continuous.
MOST = 256


def levels_of(x: Tensor, value_range: tuple[float, float]) -> int | None:
    """The fewest levels, in equal steps over the range, that hold all values of `x`; None if a byte's are too few."""
    low, high = value_range
    found = (x.unique() - low) / (high - low)
    if len(found) > MOST:
        return None
    fitting = (
        levels for levels in range(2, MOST + 1) if ((found * (levels - 1)).frac() - 0.5).abs().min() > 0.5 - 1e-3
    )
    return next(fitting, None)
