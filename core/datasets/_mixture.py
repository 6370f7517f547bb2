"""Equal mixtures of round Gaussians."""

import torch

from core.dataset import Split
from core.modes import Modes

TRAIN = 50_000
TEST = 2_000


def draw_mixture(modes: Modes, seed: int) -> tuple[Split, Split]:
    """Training and held-out points (N, D) of the mixture, labelled by mode."""
    generator = torch.Generator().manual_seed(seed)
    count, values = modes.centres.shape
    labels = torch.randint(count, (TRAIN + TEST,), generator=generator)
    points = modes.centres[labels] + modes.sigma * torch.randn(TRAIN + TEST, values, generator=generator)
    return Split(points, labels).cut(TRAIN)
