"""Two concentric circles.

Points at equal distances on a circle of radius 1 and on one of radius `inner`, plus sigma · N(0, 1) on either
coordinate: scikit-learn's make_circles, whose inner circle of radius 0.5 with sigma = 0.08 is the one of Grathwohl et
al. 2019 (FFJORD), who scale both by 3.
"""

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 10_000
TEST = 2_000


class Parameters(Preprocessed):
    """How far apart the circles are, and how blurred."""

    inner: float = knob(
        0.5,
        group="Data",
        label="Radius of the inner circle",
        ge=0.1,
        le=0.9,
        help="Radius of the inner circle, the outer one's being 1: higher, the empty ring between the two closes.",
    )
    sigma: float = knob(
        0.08,
        group="Data",
        label="σ of the noise",
        ge=0.0,
        le=0.2,
        help="Standard deviation of the noise around the circles: higher, they blur into one disc.",
    )


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Points (N, 2), labelled by circle, each circle half of the points."""
    from sklearn.datasets import make_circles

    x, y = make_circles(TRAIN + TEST, noise=parameters.sigma, factor=parameters.inner, random_state=seed)
    points, labels = torch.from_numpy(x).float(), torch.from_numpy(y).long()
    return Split(points, labels).cut(TRAIN)


CIRCLES = Source(
    spec=DataSpec(
        kind="vector",
        shape=(2,),
        value_range=(-2.0, 2.0),
        label_names=("outer circle", "inner circle"),
    ),
    card=Card(
        title="Circles",
        summary=(
            "One circle inside another: two clusters with the same mean, and a hole that a smooth map must tear open."
        ),
        origin="Synthetic, from scikit-learn's make_circles, as in Grathwohl et al. 2019 (FFJORD)",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
