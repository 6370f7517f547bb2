"""The plane in which codes are drawn: themselves where they are one number or two, else their principal plane."""

from __future__ import annotations

import numpy as np

from core.protocol import Array

# How far a frame reaches around a prior, at least: three standard deviations, or a bit beyond the edges of a square.
REACH = {"normal": 3.0, "uniform": 1.5}
# The frame holds all but this share of points at each end of an axis, and about so many ticks.
LEFT_OUT = 0.005
TICKS = 8
# How far a strip reaches up and down, as a share of its length; the bins that density is counted in, and over how many
# of them it is smoothed.
REACHES, BINS, SMOOTHED = 1 / 3, 64, 2.0


class Plane:
    """Points in two dimensions; `axes` (D, 2) are those of the last picture, or None while points are drawn raw."""

    def __init__(self, axes: Array | None = None) -> None:
        self.axes = axes
        self._before: Array | None = None

    def flatten(self, points: Array) -> Array:
        """Points (N, D) → (N, 2): raw if D ≤ 2, else on their principal axes, turned to lie as they lay before."""
        if not np.isfinite(points).all():
            return np.pad(points, ((0, 0), (0, max(0, 2 - points.shape[1]))))[:, :2]
        if points.shape[1] <= 2:
            return on_axes(points, np.eye(points.shape[1], 2, dtype=np.float32))
        axes = principal_axes(points)
        before = self._before
        if before is None and self.axes is not None:
            before = _centred(points) @ self.axes
        if before is not None:
            axes = axes @ turn(_centred(points) @ axes, before)
        self.axes, self._before = axes, _centred(points) @ axes
        return points @ axes

    def lift(self, places: Array, points: Array) -> Array:
        """Places (n, 2) of the plane that points (N, D) were flattened into → (n, D), in float32.

        Of more than two numbers the plane goes through the points' mean, along the axes.
        """
        if self.axes is None:
            return places[:, : points.shape[1]].astype(np.float32)
        mean = points.mean(axis=0, dtype=np.float64)
        lifted: Array = mean + (places - mean @ self.axes) @ self.axes.T
        return lifted.astype(np.float32)


def lattice(low: Array, high: Array, rows: int, columns: int) -> Array:
    """Places (rows · columns, 2) between the corners `low` and `high`, (2,) each, of a plane, top row first.

    Each is the middle of its tile, so that the tiles together are as wide as the plane.
    """
    across, down = (np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows
    x, y = low[0] + across * (high[0] - low[0]), high[1] - down * (high[1] - low[1])
    return np.stack([np.tile(x, rows), np.repeat(y, columns)], axis=1)


def axes_for(points: Array, axes: Array | None) -> Array:
    """The axes (D, 2) on which a run draws points (N, D): its own `axes`, or those of one that has just begun.

    One or two numbers are drawn as they are.
    """
    if axes is not None:
        return axes
    size = points.shape[1]
    return np.eye(size, 2, dtype=np.float32) if size <= 2 else principal_axes(points)


def on_axes(points: Array, axes: Array) -> Array:
    """Where points (N, D) are drawn, (N, 2): on their `axes` (D, 2), or of single numbers as a `strip`."""
    return strip(points[:, 0]) if points.shape[1] == 1 else points @ axes


def strip(x: Array) -> Array:
    """Numbers (N,) → points (N, 2) that lie at them, spread up and down the further the more of them there are.

    A sina plot (Sidiropoulos et al. 2018): y = u ρ(x), ρ their density and u even in −1 … 1, of each point its own.
    """
    counts, edges = np.histogram(x, BINS)
    reach = np.arange(-BINS // 4, BINS // 4 + 1) / SMOOTHED
    smooth = np.convolve(counts, np.exp(-(reach**2) / 2), mode="same")
    density = np.interp(x, (edges[:-1] + edges[1:]) / 2, smooth / smooth.max())
    # Multiples of the golden ratio: however many points there are, they are even.
    even = 2 * (np.arange(len(x)) * (5**0.5 - 1) / 2 % 1) - 1
    return np.stack([x, REACHES * np.ptp(x) * even * density], axis=1).astype(np.float32)


def principal_axes(points: Array) -> Array:
    """The two directions (D, 2) in which points (N, D) vary most, the largest number of each positive."""
    from scipy.linalg import eigh

    centred = _centred(points)
    size = points.shape[1]
    # Only the two that are drawn: of 256 directions, all take three times as long.
    _, directions = eigh(centred.T @ centred, subset_by_index=[size - 2, size - 1])
    axes: Array = directions[:, ::-1]
    return axes * np.sign(axes[np.abs(axes).argmax(axis=0), range(2)])


def turn(points: Array, target: Array) -> Array:
    """The rotation or reflection (2, 2) that brings centred points (N, 2) nearest to `target` (N, 2).

    Orthogonal Procrustes (Schönemann 1966): min ‖points R − target‖ over orthogonal R is U Vᵀ of pointsᵀ target.
    """
    u, _, vt = np.linalg.svd(points.T @ target)
    rotation: Array = u @ vt
    return rotation


def frame_of(points: Array, prior: str | None) -> Array:
    """The lowest and the highest x and y, (2, 2), of a square that holds points (N, 2) and, where codes have one, the
    prior.

    Its edges lie on ticks, so that it stays while points move a little.
    """
    finite = points[np.isfinite(points).all(axis=1)]
    low, high = np.quantile(finite if len(finite) else np.zeros((1, 2)), [LEFT_OUT, 1 - LEFT_OUT], axis=0)
    if prior in REACH:
        low, high = np.minimum(low, -REACH[prior]), np.maximum(high, REACH[prior])
    side = float((high - low).max()) or 1.0
    tick = _round_up(side / TICKS)
    begin, end = (np.round(edge, 9) for edge in ((low + high - side) / 2 / tick, (low + high + side) / 2 / tick))
    begin, end = np.floor(begin), np.ceil(end)
    missing = (end - begin).max() - (end - begin)
    begin -= missing // 2
    end += missing - missing // 2
    frame: Array = np.stack([begin, end]) * tick
    return frame.astype(np.float32)


def _centred(points: Array) -> Array:
    # In float64: the squares of a run about to diverge overflow float32.
    centred: Array = points.astype(np.float64) - points.mean(axis=0, dtype=np.float64)
    return centred


def _round_up(size: float) -> float:
    """The next of 1, 2, 5, 10, … times a power of ten."""
    unit = 10.0 ** np.floor(np.log10(size))
    return float(unit * next(digit for digit in (1, 2, 5, 10) if digit * unit >= size * (1 - 1e-9)))
