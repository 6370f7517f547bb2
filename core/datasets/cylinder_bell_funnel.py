"""Three shapes that begin anywhere and last any time: a plateau, a rise and a fall.

With χ(t) = 1 for a ≤ t ≤ b and 0 elsewhere, η and every ε(t) ~ N(0, 1), t = 1, …, 128, and whole numbers a from
16, …, 32 and b − a from 32, …, 96, all equally likely (Saito 1994):

    cylinder  y(t) = (6 + η) χ(t) + sigma ε(t)
    bell      y(t) = (6 + η) χ(t) (t − a)/(b − a) + sigma ε(t)
    funnel    y(t) = (6 + η) χ(t) (b − t)/(b − a) + sigma ε(t)

Scaled by 1/12, hardly a value in a hundred thousand lies outside [−1, 1], where it is held, with the paper's sigma = 1.

Saito, "Local Feature Extraction and Its Applications Using a Library of Bases", PhD thesis, Yale University 1994.
"""

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 2_400
TEST = 600
LENGTH = 128
HEIGHT = 6.0
REACH = 12.0
SHAPES = ("cylinder", "bell", "funnel")


class Parameters(Preprocessed):
    """How rough the sequences are."""

    sigma: float = knob(
        1.0,
        group="Data",
        label="σ of the noise",
        ge=0.0,
        le=2.0,
        help="Standard deviation of the noise, a shape being about 6 high: higher, the shapes drown in it.",
    )


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Sequences (N, 128, 1) in [-1, 1], labelled by shape, each shape a third of either split.

    The factors are a, b − a and 6 + η.
    """
    generator = torch.Generator().manual_seed(seed)
    count = TRAIN + TEST
    labels = torch.arange(count) % len(SHAPES)
    start = torch.randint(16, 33, (count, 1), generator=generator)
    length = torch.randint(32, 97, (count, 1), generator=generator)
    height = HEIGHT + torch.randn(count, 1, generator=generator)
    passed = (torch.arange(1, LENGTH + 1) - start) / length
    plateau = ((passed >= 0) & (passed <= 1)).float()
    # In the order of SHAPES, (3, N, n).
    shapes = torch.stack([plateau, plateau * passed, plateau * (1 - passed)])
    noise = parameters.sigma * torch.randn(count, LENGTH, generator=generator)
    sequences = ((height * shapes[labels, torch.arange(count)] + noise) / REACH).unsqueeze(2)
    return Split(sequences, labels, torch.cat([start, length, height], dim=1)).cut(TRAIN)


CYLINDER_BELL_FUNNEL = Source(
    spec=DataSpec(
        kind="sequence",
        shape=(LENGTH, 1),
        value_range=(-1.0, 1.0),
        label_names=SHAPES,
        label_factor="shape",
        factor_names=("start", "length", "height"),
    ),
    card=Card(
        title="Cylinder, bell, funnel",
        summary=(
            "A plateau, a rise or a fall of any start and length under noise: what counts is the shape, not the place."
        ),
        origin="Synthetic, with the formulae of Saito 1994, scaled by 1/12",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
