"""Two sets of samples compared by their neighbours: density and coverage, precision and recall."""

from __future__ import annotations

import torch
from torch import Tensor

# The neighbour that a sample's ball reaches to: five for density and coverage, three for precision and recall, as the
# papers recommend.
DENSITY_NEIGHBOUR = 5
PRECISION_NEIGHBOUR = 3


def density_and_coverage(samples: Tensor, real: Tensor) -> tuple[float, float]:
    """Density and coverage of `samples` (M, …) among `real` ones (N, …) (Naeem et al. 2020, section 3).

    Each real sample has a ball that reaches to its fifth neighbour. Density is how many balls a sample lies in, over
    the five expected: near 1 for samples like the real ones. Coverage is the share of balls with a sample in them:
    near 1 − 2⁻⁵ = 0.97 where samples are like the real ones and as many.
    """
    inside = _distances(samples, real) <= _reach(real, DENSITY_NEIGHBOUR)
    # density = Σ_j Σ_i 1[Y_j ∈ B(X_i)] / (k M);  coverage = Σ_i 1[∃ j: Y_j ∈ B(X_i)] / N
    density = inside.float().sum(dim=1).mean() / DENSITY_NEIGHBOUR
    return float(density), float(inside.any(dim=0).float().mean())


def precision_and_recall(samples: Tensor, real: Tensor) -> tuple[float, float]:
    """Improved precision and recall of `samples` (M, …) among `real` ones (N, …) (Kynkäänniemi et al. 2019, eq. 1–3).

    Balls reach to the third neighbour among their own kind. Precision is the share of samples in a real one's ball,
    recall the share of real ones in a sample's ball.
    """
    distances = _distances(samples, real)
    # f(φ, Φ) = 1 if ‖φ − φ'‖ ≤ ‖φ' − NN_k(φ', Φ)‖ for a φ' ∈ Φ
    precision = (distances <= _reach(real, PRECISION_NEIGHBOUR)).any(dim=1)
    recall = (distances <= _reach(samples, PRECISION_NEIGHBOUR)[:, None]).any(dim=0)
    return float(precision.float().mean()), float(recall.float().mean())


def _distances(one: Tensor, other: Tensor) -> Tensor:
    """Euclidean distances (M, N) over all values, exact where they are small."""
    return torch.cdist(one.flatten(1), other.flatten(1), compute_mode="donot_use_mm_for_euclid_dist")


def _reach(x: Tensor, neighbour: int) -> Tensor:
    """The distance of each of `x` (N, …) to its k-th neighbour among them, (N,)."""
    # The nearest of all is the sample itself.
    return _distances(x, x).kthvalue(min(len(x), neighbour + 1), dim=1).values
