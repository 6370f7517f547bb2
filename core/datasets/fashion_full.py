"""All 70,000 pictures of Fashion-MNIST."""

from dataclasses import replace
from pathlib import Path

from core.dataset import Split
from core.datasets._idx import downloads, read_splits
from core.datasets.fashion import FASHION
from core.hyperparameters import Hyperparameters

FILES = downloads(
    "fashion_full",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    (
        ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
        ("25c81989df183df01b3e8a0aad5dffbe", 29_515),
        ("bef4ecab320f06d8554ea6380940ec79", 4_422_102),
        ("bb300cfdad3c16e7a12a480ee83cd310", 5_148),
    ),
)


def read(seed: int, parameters: Hyperparameters, *files: Path) -> tuple[Split, Split]:
    """Images (N, 1, 28, 28) in [0, 1]; the 10,000 of the published test set are held out, whatever the seed."""
    return read_splits(files, seed)


FASHION_FULL = replace(
    FASHION,
    card=replace(
        FASHION.card,
        title="Fashion, all of it",
        summary="Fashion-MNIST whole: fourteen times the pictures of Fashion, for what few samples cannot teach.",
        origin="Fashion-MNIST (Xiao, Rasul & Vollgraf 2017)",
    ),
    sizes=(60_000, 10_000),
    read=read,
    downloads=FILES,
)
