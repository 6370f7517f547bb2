"""5,000 pictures of clothes of 28 × 28 pixels."""

from pathlib import Path

import numpy as np
import torch

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import Hyperparameters

# The first 500 images of each class among Fashion-MNIST's test files, (10, 500, 28, 28): assets/make_fashion.py.
FILE = Path(__file__).resolve().parents[2] / "assets" / "fashion.npz"
CLASSES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
TRAIN_PER_CLASS = 400


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Images (N, 1, 28, 28) in [0, 1]; a fifth of each class is held out, drawn by `seed`."""
    with np.load(FILE, allow_pickle=False) as file:
        images = torch.from_numpy(file["images"]).float() / 255
    # A random order for each class, one class a column.
    generator = torch.Generator().manual_seed(seed)
    order = torch.stack([torch.randperm(images.shape[1], generator=generator) for _ in CLASSES], dim=1)
    labels = torch.arange(len(CLASSES)).expand_as(order)
    images = images[labels, order]

    def split(part: slice) -> Split:
        return Split(images[part].flatten(0, 1).unsqueeze(1), labels[part].flatten())

    return split(slice(TRAIN_PER_CLASS)), split(slice(TRAIN_PER_CLASS, None))


FASHION = Source(
    spec=DataSpec(
        kind="image",
        shape=(1, 28, 28),
        value_range=(0.0, 1.0),
        levels=256,
        label_names=CLASSES,
    ),
    card=Card(
        title="Fashion",
        summary=(
            "Shirts, shoes and bags, 28 × 28 grey values: classes that look alike, and more detail than digits have."
        ),
        origin="Fashion-MNIST (Xiao, Rasul & Vollgraf 2017), the first 500 images of each class of its test files",
        licence="MIT, © 2017 Zalando SE",
    ),
    sizes=(4000, 1000),
    read=read,
)
