"""Mode coverage on mixtures whose modes are known: the test for mode collapse."""

from collections.abc import Callable

import torch
from torch import Tensor

from core.datasets import grid, ring

# The datasets that are such mixtures, and where their modes' means (K, D) are.
MIXTURES: dict[str, Callable[[], Tensor]] = {"ring": ring.centres, "grid": grid.centres}
# A sample this many standard deviations from a mean belongs to the mode.
REACH = 3.0
# A mode with less than this share of what it should get is as good as lost.
FAIR = 0.2


def coverage(points: Tensor, centres: Tensor, sigma: float) -> dict[str, float]:
    """How well `points` (N, D) visit the equal modes at `centres` (K, D) (Lin et al. 2018, PacGAN, section 4.1).

    `high_quality` is the share of points within 3 `sigma` of a mean; `modes_covered` counts the modes with at least
    one such point, `modes_fair` those with at least a fifth of the N / K they should have.
    """
    distances, modes = torch.cdist(points, centres, compute_mode="donot_use_mm_for_euclid_dist").min(dim=1)
    good = distances <= REACH * sigma
    counts = torch.bincount(modes[good], minlength=len(centres))
    return {
        "modes": len(centres),
        "modes_covered": int((counts >= 1).sum()),
        "modes_fair": int((counts >= FAIR * len(points) / len(centres)).sum()),
        "high_quality": float(good.float().mean()),
    }
