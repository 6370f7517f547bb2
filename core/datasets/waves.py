"""Four families of waves of any frequency and phase.

A sequence of T = 64 values is drawn from its turns u(t) = (f t/T + φ) mod 1, with f ~ U(1, periods) and φ ~ U(0, 1):

    sine    x(t) = A sin(2π u(t))
    square  x(t) = A where u(t) < 1/2, else −A
    saw     x(t) = A (2 u(t) − 1)
    noise   x(t) ~ U(−A, A), independent at every t

with A = 0.8, plus sigma · N(0, 1) on every value, held inside [−1, 1].
"""

import math

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 4_000
TEST = 1_000
LENGTH = 64
# Room for the noise below the limit of 1.
AMPLITUDE = 0.8
FAMILIES = ("sine", "square", "saw", "noise")


class Parameters(Preprocessed):
    """How fast the waves are, and how rough."""

    periods: float = knob(
        6.0,
        group="Data",
        ge=1.0,
        le=16.0,
        help="Most periods in a sequence, one being the fewest: higher, waves are denser and harder to tell apart.",
    )
    sigma: float = knob(
        0.05,
        group="Data",
        label="σ of the noise",
        ge=0.0,
        le=0.5,
        help="Standard deviation of the noise added to every value: higher, all waves roughen until they look alike.",
    )


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Sequences (N, 64, 1) in [-1, 1], labelled by family, each family a quarter of either split."""
    generator = torch.Generator().manual_seed(seed)
    count = TRAIN + TEST
    labels = torch.arange(count) % len(FAMILIES)
    frequency = 1 + (parameters.periods - 1) * torch.rand(count, 1, generator=generator)
    phase = torch.rand(count, 1, generator=generator)
    turns = (frequency * torch.arange(LENGTH) / LENGTH + phase) % 1
    noise = 2 * torch.rand(count, LENGTH, generator=generator) - 1
    # In the order of FAMILIES, (4, N, T).
    shapes = torch.stack([(2 * math.pi * turns).sin(), torch.where(turns < 0.5, 1.0, -1.0), 2 * turns - 1, noise])
    waves = AMPLITUDE * shapes[labels, torch.arange(count)]
    waves = (waves + parameters.sigma * torch.randn(count, LENGTH, generator=generator)).unsqueeze(2)
    return Split(waves, labels).cut(TRAIN)


WAVES = Source(
    spec=DataSpec(
        kind="sequence",
        shape=(LENGTH, 1),
        value_range=(-1.0, 1.0),
        label_names=FAMILIES,
    ),
    card=Card(
        title="Waves",
        summary=(
            "Sine, square and saw waves of any frequency and phase, and plain noise: a family is a shape, not a place."
        ),
        origin="Synthetic",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
