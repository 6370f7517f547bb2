"""Two spirals, each the other turned by half a turn.

With u ~ U(0, 1), both arms run from the middle (u = 0) to radius π/2 (u = 1), equally dense all along:

    x = ± (π/2) √u · (−cos φ, sin φ) + sigma · N(0, 1),    φ = 2π turns √u

With turns = 1.5 these are the spirals of Grathwohl et al. 2019 (FFJORD) at half their size, without the uniform jitter
that they add to the Gaussian one.
"""

import math

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 10_000
TEST = 2_000
REACH = math.pi / 2


class Parameters(Preprocessed):
    """How tightly the spirals are wound, and how blurred they are."""

    turns: float = knob(
        1.5,
        group="Data",
        ge=0.25,
        le=3.0,
        help="How often each arm goes around the middle: higher, the arms lie closer and are harder to follow.",
    )
    sigma: float = knob(
        0.05,
        group="Data",
        label="σ of the noise",
        ge=0.0,
        le=0.15,
        help="Standard deviation of the noise around the spirals: higher, neighbouring arms run into each other.",
    )


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Points (N, 2), labelled by spiral, each half of the points; the factor is the distance from the middle."""
    generator = torch.Generator().manual_seed(seed)
    count = TRAIN + TEST
    labels = torch.arange(count) % 2
    along = torch.rand(count, generator=generator).sqrt()
    angle = 2 * math.pi * parameters.turns * along
    arm = REACH * along * torch.stack([-angle.cos(), angle.sin()])
    points = ((1 - 2 * labels) * arm).T + parameters.sigma * torch.randn(count, 2, generator=generator)
    return Split(points, labels, REACH * along.unsqueeze(1)).cut(TRAIN)


TWO_SPIRALS = Source(
    spec=DataSpec(
        kind="vector",
        shape=(2,),
        value_range=(-2.0, 2.0),
        label_names=("first spiral", "second spiral"),
        label_factor="spiral",
        factor_names=("distance from the middle",),
    ),
    card=Card(
        title="Two spirals",
        summary="Two arms wound into each other: a network must unwind them before it can tell them apart.",
        origin="Synthetic, as in Grathwohl et al. 2019 (FFJORD); the task goes back to Lang & Witbrock 1988",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
