"""The dark squares of a board of four by four, evenly filled.

On the board [−2, 2)², whose squares have side 1, a point is dark where ⌊x₁⌋ + ⌊x₂⌋ is even: one of eight squares is
drawn, and a place in it from U(0, 1)². Grathwohl et al. 2019 (FFJORD) draw the same board twice as large.
"""

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import Hyperparameters

TRAIN = 10_000
TEST = 2_000
# The lower left corners of the dark squares, (8, 2), column by column from below.
CORNERS = torch.tensor([(x, y) for x in range(-2, 2) for y in range(-2, 2) if (x + y) % 2 == 0])


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Points (N, 2), labelled by square."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(len(CORNERS), (TRAIN + TEST,), generator=generator)
    points = CORNERS[labels] + torch.rand(TRAIN + TEST, 2, generator=generator)
    return Split(points, labels).cut(TRAIN)


CHECKERBOARD = Source(
    spec=DataSpec(
        kind="vector",
        shape=(2,),
        value_range=(-2.0, 2.0),
        label_names=tuple(f"square {i + 1}" for i in range(len(CORNERS))),
    ),
    card=Card(
        title="Checkerboard",
        summary="Eight squares that touch at their corners only: sharp edges everywhere, which smooth densities smear.",
        origin="Synthetic, as in Grathwohl et al. 2019 (FFJORD)",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
)
