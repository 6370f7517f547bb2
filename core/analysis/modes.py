"""Mode coverage on mixtures whose modes are known: the test for mode collapse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.analysis.result import Measured, measured
from core.datasets import grid, ring

# The datasets that are such mixtures, and where their modes' means (K, D) are.
MIXTURES: dict[str, Callable[[], Tensor]] = {"ring": ring.centres, "grid": grid.centres}
# Samples that are drawn to see which modes they visit.
DRAWN = 2500
# A sample this many standard deviations from a mean belongs to the mode.
REACH = 3.0
# A mode with less than this share of what it should get is as good as lost.
FAIR = 0.2


@dataclass(frozen=True, kw_only=True)
class Coverage(Measured):
    """How well samples visit the equal `modes` of a mixture, of which `visited` have at least one sample."""

    modes: int
    visited: int
    fair: int = measured(
        "Modes covered",
        "",
        ".0f",
        "higher",
        f"Modes with at least a fifth of their fair share of {DRAWN:,} samples.",
    )
    high_quality: float = measured(
        "Within 3 σ of a mode", "%", ".0f", "higher", "Share of samples within 3 standard deviations of a mode."
    )


def coverage(points: Tensor, centres: Tensor, sigma: float) -> Coverage:
    """How well `points` (N, D) visit the modes at `centres` (K, D) (Lin et al. 2018, PacGAN, section 4.1).

    A mode is visited by the points within 3 `sigma` of its mean; it is `fair` with at least a fifth of its N / K.
    """
    distances, nearest = torch.cdist(points, centres, compute_mode="donot_use_mm_for_euclid_dist").min(dim=1)
    good = distances <= REACH * sigma
    visits = torch.bincount(nearest[good], minlength=len(centres))
    return Coverage(
        modes=len(centres),
        visited=int((visits >= 1).sum()),
        fair=int((visits >= FAIR * len(points) / len(centres)).sum()),
        high_quality=float(good.float().mean()),
    )
