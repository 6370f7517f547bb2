"""Twenty-five Gaussians on a square grid."""

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.datasets._mixture import TEST, TRAIN, draw_mixture
from core.hyperparameters import knob
from core.modes import Modes
from core.preprocessing import Preprocessed

SIDE = 5


class Parameters(Preprocessed):
    """The width of the modes."""

    sigma: float = knob(
        0.0375,
        group="Data",
        label="σ of each Gaussian",
        ge=0.001,
        le=0.1,
        soft=(0.005, 0.1),
        scale="log",
        help="Standard deviation of each Gaussian: higher, the modes widen until they touch.",
    )


def centres() -> torch.Tensor:
    """The modes' means, (25, 2), from −1.5 to 1.5 along each axis."""
    axis = torch.linspace(-1.5, 1.5, SIDE)
    return torch.cartesian_prod(axis, axis)


def modes(parameters: Parameters) -> Modes:
    """The modes' means and their width."""
    return Modes(centres(), parameters.sigma)


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Points (N, 2), labelled by mode."""
    return draw_mixture(modes(parameters), seed)


GRID = Source(
    spec=DataSpec(
        kind="vector",
        shape=(2,),
        value_range=(-2.0, 2.0),
        label_names=tuple(f"mode {i + 1}" for i in range(SIDE * SIDE)),
    ),
    card=Card(
        title="Grid of 25 Gaussians",
        summary="Twenty-five narrow modes on a square grid: harder than the ring, because the middle is crowded.",
        origin="Synthetic, after the grid of Lin et al. 2018 (PacGAN), whose modes are half as wide for their spacing",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
    modes=modes,
)
