"""Two interleaved half circles."""

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 10_000
TEST = 2_000


class Parameters(Preprocessed):
    """How far points stray from the two arcs."""

    sigma: float = knob(
        0.08,
        group="Data",
        label="σ of the noise",
        ge=0.0,
        le=0.2,
        help="Standard deviation of the noise around the arcs: higher, the moons blur into each other.",
    )


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Points (N, 2), labelled by moon, the pair centred on the origin."""
    from sklearn.datasets import make_moons

    x, y = make_moons(TRAIN + TEST, noise=parameters.sigma, random_state=seed)
    points = torch.from_numpy(x).float() - torch.tensor([0.5, 0.25])
    labels = torch.from_numpy(y).long()
    return Split(points, labels).cut(TRAIN)


TWO_MOONS = Source(
    spec=DataSpec(
        kind="vector",
        shape=(2,),
        value_range=(-2.5, 2.5),
        label_names=("upper moon", "lower moon"),
    ),
    card=Card(
        title="Two moons",
        summary="Two interleaved half circles: two clusters that no straight line separates.",
        origin="Synthetic, from scikit-learn's make_moons",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
