"""Eight Gaussians on a circle: the standard test for mode collapse."""

import math

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.datasets._mixture import TEST, TRAIN, draw_mixture
from core.hyperparameters import knob
from core.modes import Modes
from core.preprocessing import Preprocessed

MODES = 8


class Parameters(Preprocessed):
    """The width of the modes."""

    sigma: float = knob(
        0.02,
        group="Data",
        label="σ of each Gaussian",
        ge=0.001,
        le=0.2,
        soft=(0.005, 0.2),
        scale="log",
        help="Standard deviation of each Gaussian: higher, the modes widen until they touch.",
    )


def centres() -> torch.Tensor:
    """The modes' means, (8, 2), on the unit circle."""
    angles = torch.arange(MODES) * (2 * math.pi / MODES)
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def modes(parameters: Parameters) -> Modes:
    """The modes' means and their width."""
    return Modes(centres(), parameters.sigma)


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Points (N, 2), labelled by mode."""
    return draw_mixture(modes(parameters), seed)


RING = Source(
    spec=DataSpec(
        kind="vector",
        shape=(2,),
        value_range=(-2.0, 2.0),
        label_names=tuple(f"mode {i + 1}" for i in range(MODES)),
    ),
    card=Card(
        title="Ring of 8 Gaussians",
        summary="Eight narrow modes on the unit circle. A generator that collapses visits only some of them.",
        origin="Synthetic, after Metz et al. 2017 (Unrolled GANs) and Lin et al. 2018 (PacGAN), whose modes are half "
        "as wide for the circle: σ is 0.01 of its radius there, 0.02 here unless you set it",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
    modes=modes,
)
