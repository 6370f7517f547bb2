"""70,000 handwritten digits of 28 × 28 pixels."""

from pathlib import Path

from core.dataset import Card, DataSpec, Source, Split
from core.datasets._idx import downloads, read_splits
from core.hyperparameters import Hyperparameters

FILES = downloads(
    "mnist",
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    (
        ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
        ("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
        ("9fb629c4189551a2d022fa330f9573f3", 1_648_877),
        ("ec29112dd5afa0611ce80d1b7f02629c", 4_542),
    ),
)


def read(seed: int, parameters: Hyperparameters, *files: Path) -> tuple[Split, Split]:
    """Images (N, 1, 28, 28) in [0, 1]; the 10,000 of MNIST's own test set are held out, whatever the seed."""
    return read_splits(files, seed)


MNIST = Source(
    spec=DataSpec(
        kind="image",
        shape=(1, 28, 28),
        value_range=(0.0, 1.0),
        levels=256,
        label_names=tuple("0123456789"),
    ),
    card=Card(
        title="MNIST",
        summary=(
            "Handwritten digits, 28 × 28 grey values: the set that most papers show, so that figures can be compared."
        ),
        origin="MNIST (LeCun, Cortes & Burges 1998), from the mirror that PyTorch keeps",
        licence="CC BY-SA 3.0",
    ),
    sizes=(60_000, 10_000),
    read=read,
    downloads=FILES,
)
