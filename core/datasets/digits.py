"""1,797 handwritten digits of 8 × 8 pixels."""

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.datasets._stratified import split_stratified
from core.hyperparameters import Hyperparameters


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Images (N, 1, 8, 8) in [0, 1]; a fifth of each class is held out, drawn by `seed`."""
    # Imported here: the web server reads this table and must stay free of scikit-learn.
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = torch.from_numpy(bunch.images / 16).float().unsqueeze(1)
    labels = torch.from_numpy(bunch.target).long()
    return split_stratified(Split(images, labels), seed)


DIGITS = Source(
    spec=DataSpec(
        kind="image",
        shape=(1, 8, 8),
        value_range=(0.0, 1.0),
        levels=17,
        label_names=tuple("0123456789"),
    ),
    card=Card(
        title="Digits",
        summary="Handwritten digits, 8 × 8 grey values: small enough to train in seconds, real enough to surprise.",
        origin="UCI optical recognition of handwritten digits (Alpaydin & Kaynak 1998), from scikit-learn",
        licence="CC BY 4.0",
    ),
    sizes=(1437, 360),
    read=read,
)
