"""Equal mixtures of round Gaussians."""

import torch
from torch import Tensor

from core.dataset import Split

TRAIN = 50_000
TEST = 2_000


def draw_mixture(centres: Tensor, sigma: float, seed: int) -> tuple[Split, Split]:
    """Training and held-out points (N, D) around `centres` (K, D), standard deviation `sigma`, labelled by centre."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(len(centres), (TRAIN + TEST,), generator=generator)
    points = centres[labels] + sigma * torch.randn(TRAIN + TEST, centres.shape[1], generator=generator)
    return Split(points, labels).cut(TRAIN)
