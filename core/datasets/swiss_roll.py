"""A one-dimensional strip rolled up in the plane."""

import numpy as np
import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 10_000
TEST = 2_000
# make_swiss_roll's spiral reaches 4.5 π ≈ 14.1; a tenth of that suits networks and the plots.
SCALE = 0.1


class Parameters(Preprocessed):
    """How far points stray from the spiral."""

    sigma: float = knob(
        0.04,
        group="Data",
        label="σ of the noise",
        ge=0.0,
        le=0.1,
        help="Standard deviation of the noise around the spiral: higher, its turns run into each other.",
    )


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Points (N, 2), labelled by the quarter of the strip, from the inside out; the factor is the angle along it."""
    from sklearn.datasets import make_swiss_roll

    x, position = make_swiss_roll(TRAIN + TEST, noise=parameters.sigma / SCALE, random_state=seed)
    points = torch.from_numpy(x[:, [0, 2]] * SCALE).float()
    quarters = np.digitize(position, 1.5 * np.pi * (1 + 2 * np.array([0.25, 0.5, 0.75])))
    labels = torch.from_numpy(quarters).long()
    return Split(points, labels, torch.from_numpy(position).float().unsqueeze(1)).cut(TRAIN)


SWISS_ROLL = Source(
    spec=DataSpec(
        kind="vector",
        shape=(2,),
        value_range=(-2.0, 2.0),
        label_names=("innermost quarter", "second quarter", "third quarter", "outermost quarter"),
        factor_names=("angle (radians)",),
    ),
    card=Card(
        title="Swiss roll",
        summary="A strip rolled into a spiral: one dimension of truth in two of data, if a code can unroll it.",
        origin="Synthetic, the plane section of scikit-learn's make_swiss_roll",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
