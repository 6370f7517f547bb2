"""Five arms that wind about the origin, thinning out along their length.

A point of arm k = 0, …, 4 lies at radius ρ ~ N(1, 0.3²) along it and at s ~ N(0, sigma²) across it, and is turned
clockwise the further out it is:

    θ = 2π k/5 + twist · exp(ρ),    x = 0.8 · (ρ cos θ + s sin θ, s cos θ − ρ sin θ)

Johnson et al. 2016, "Composing graphical models with neural networks for structured representations and fast
inference"; the five arms, sigma = 0.1 and twist = 0.25 are those of Grathwohl et al. 2019 (FFJORD), who scale by 2.
"""

import math

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 10_000
TEST = 2_000
ARMS = 5
RADIAL = 0.3
# Five standard deviations out, an arm still ends inside the stated range.
SCALE = 0.8


class Parameters(Preprocessed):
    """How wide the arms are, and how far they wind."""

    sigma: float = knob(
        0.1,
        group="Data",
        label="σ of the noise",
        ge=0.0,
        le=0.3,
        help="Standard deviation across an arm, before scaling: higher, the arms merge where they are close.",
    )
    twist: float = knob(
        0.25,
        group="Data",
        ge=0.0,
        le=0.6,
        help="How much further the outer end of an arm is turned: higher, straight spokes wind into a whirl.",
    )


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Points (N, 2), labelled by arm, each arm a fifth of the points."""
    generator = torch.Generator().manual_seed(seed)
    count = TRAIN + TEST
    labels = torch.arange(count) % ARMS
    along, across = torch.randn(2, count, generator=generator) * torch.tensor([[RADIAL], [parameters.sigma]])
    radius = 1 + along
    angle = 2 * math.pi * labels / ARMS + parameters.twist * radius.exp()
    x = radius * angle.cos() + across * angle.sin()
    y = across * angle.cos() - radius * angle.sin()
    points = SCALE * torch.stack([x, y], dim=1)
    return Split(points, labels).cut(TRAIN)


PINWHEEL = Source(
    spec=DataSpec(
        kind="vector",
        shape=(2,),
        value_range=(-2.0, 2.0),
        label_names=tuple(f"arm {i + 1}" for i in range(ARMS)),
    ),
    card=Card(
        title="Pinwheel",
        summary="Five winding arms, dense halfway and thin at the ends: clusters that no round shape can describe.",
        origin="Synthetic, with the formula of Johnson et al. 2016 and Grathwohl et al. 2019 (FFJORD)",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
