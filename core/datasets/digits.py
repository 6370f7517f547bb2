"""1,797 handwritten digits of 8 × 8 pixels."""

import torch

from core.config import Hyperparameters
from core.dataset import Source, Split


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Images (N, 1, 8, 8) in [0, 1]; a fifth of each class is held out, drawn by `seed`."""
    # Imported here: the web server reads this table and must stay free of scikit-learn.
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    images = torch.from_numpy(bunch.images / 16).float().unsqueeze(1)
    labels = torch.from_numpy(bunch.target).long()
    train, test = train_test_split(range(len(labels)), test_size=0.2, stratify=labels.numpy(), random_state=seed)
    return Split(images[train], labels[train]), Split(images[test], labels[test])


DIGITS = Source(
    title="Digits",
    summary="Handwritten digits, 8 × 8 grey values: small enough to train in seconds, real enough to surprise.",
    origin="UCI optical recognition of handwritten digits (Alpaydin & Kaynak 1998), from scikit-learn",
    licence="CC BY 4.0",
    kind="image",
    shape=(1, 8, 8),
    value_range=(0.0, 1.0),
    label_names=tuple("0123456789"),
    read=read,
)
