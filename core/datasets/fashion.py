"""5,000 pictures of clothes of 28 × 28 pixels."""

from core.dataset import Card, DataSpec, Source, Split
from core.datasets._shipped import read_shipped
from core.hyperparameters import Hyperparameters

CLASSES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Images (N, 1, 28, 28) in [0, 1], made by assets/make_fashion.py; a fifth of each class is held out."""
    return read_shipped("fashion.npz", seed)


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
