"""Mixtures whose modes are known, and how well samples visit them: the test for mode collapse."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.metrics import Measured, Metric, measured

# Samples that are drawn to see which modes they visit.
DRAWN = 2500
# A sample this many standard deviations from a mean belongs to the mode.
REACH = 3.0
# A mode with less than this share of what it should get is as good as lost.
FAIR = 0.2


@dataclass(frozen=True)
class Modes:
    """The Gaussians of an equal mixture: their means `centres` (K, D), and `sigma`, their standard deviation."""

    centres: Tensor
    sigma: float

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is measured of a model's samples, the most telling first."""
        declared = Coverage.metrics()
        covered = replace(declared["covered"], unit=f"of {len(self.centres)}")
        return covered, declared["spread"], declared["high_quality"]


@dataclass(frozen=True, kw_only=True)
class Coverage(Measured):
    """How well samples visit the equal `modes` of a mixture, of which `visited` have at least one sample.

    `spreads` are those of the single modes, in the order of their means, where a mode has two samples or more.
    """

    modes: int
    visited: int
    spreads: tuple[float, ...]
    covered: int = measured(
        "Modes covered",
        "",
        ".0f",
        "higher",
        f"Modes with at least a fifth of their fair share of {DRAWN:,} samples.",
    )
    high_quality: float = measured(
        "Within 3 σ of a mode",
        "%",
        ".1f",
        None,
        "Share of samples within 3 standard deviations of a mode. The mixture itself has 98.9 %; more is too narrow.",
    )
    spread: float | None = measured(
        "Spread in a mode",
        "σ",
        ".2f",
        None,
        "Standard deviation of a mode's samples, in that of the data: 1 is right, 0 is a mode shrunk to a point.",
    )


def within_reach(values: int) -> float:
    """The share of a round Gaussian of so many `values` within 3 σ of its mean: of 2, 1 − exp(−9/2) = 98.9 %."""
    # |x|² / σ² is χ² distributed, whose distribution function this is.
    return float(torch.special.gammainc(torch.tensor(values / 2), torch.tensor(REACH**2 / 2)))


def coverage(points: Tensor, modes: Modes) -> Coverage:
    """How well `points` (N, D) visit the modes (Lin et al. 2018, PacGAN, section 4.1), and how wide they make them.

    A mode is visited by the points within 3 σ of its mean; it is covered with at least a fifth of its N / K. The spread
    is taken over these points, about their own mean in each mode, so that a point beside the mean has none. What is cut
    off beyond 3 σ would lower it, and is allowed for: the mixture itself has a spread of 1.
    """
    count, values = modes.centres.shape
    distances, nearest = torch.cdist(points, modes.centres, compute_mode="donot_use_mm_for_euclid_dist").min(dim=1)
    good = distances <= REACH * modes.sigma
    visits = torch.bincount(nearest[good], minlength=count)
    squares = points.new_zeros(count)
    for mode in range(count):
        members = points[good & (nearest == mode)]
        squares[mode] = (members - members.mean(dim=0)).square().sum()
    degrees = (visits - 1).clamp(min=0)
    # Within r of its mean a value's variance is σ² F(r² / σ²; D + 2) / F(r² / σ²; D), with χ²'s F at D degrees.
    kept = modes.sigma**2 * values * within_reach(values + 2) / within_reach(values)
    measurable = degrees > 0
    spreads = (squares[measurable] / degrees[measurable] / kept).sqrt()
    return Coverage(
        modes=count,
        visited=int((visits >= 1).sum()),
        spreads=tuple(spreads.tolist()),
        covered=int((visits >= FAIR * len(points) / count).sum()),
        high_quality=float(good.float().mean()),
        spread=float((squares[measurable].sum() / degrees.sum() / kept).sqrt()) if measurable.any() else None,
    )
