"""Ten pictures of each of forty people, 64 × 64 pixels."""

from pathlib import Path

import torch

from core.dataset import Card, DataSpec, Download, Source, Split
from core.errors import DownloadFailed
from core.hyperparameters import Hyperparameters

PEOPLE = 40
EACH = 10
SIDE = 64
HELD_OUT_EACH = 2
# The file and the checksum that scikit-learn's fetch_olivetti_faces uses; its size is about this.
FILES = (
    Download(
        "faces/olivettifaces.mat",
        "https://ndownloader.figshare.com/files/5976027",
        "sha256:b612fb967f2dc77c9c62d3e1266e0c73d5fca46a4b8906c18e454d41af987794",
        4_000_000,
    ),
)


def read(seed: int, parameters: Hyperparameters, path: Path) -> tuple[Split, Split]:
    """Images (N, 1, 64, 64) in [0, 1]; two pictures of each person are held out, drawn by `seed`.

    Raises:
        DownloadFailed: the file is not what it should be.
    """
    from scipy.io import loadmat

    try:
        # One column a picture, its pixels from the top left downwards.
        columns = loadmat(path)["faces"]
        images = torch.from_numpy(columns.T.reshape(PEOPLE, EACH, SIDE, SIDE).swapaxes(2, 3).copy()).float() / 255
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DownloadFailed(f"{path} is damaged: {error}. Delete it and fetch it again.") from error
    generator = torch.Generator().manual_seed(seed)
    # A random order of each person's pictures, one person a column.
    order = torch.stack([torch.randperm(EACH, generator=generator) for _ in range(PEOPLE)], dim=1)
    people = torch.arange(PEOPLE).expand_as(order)
    images = images[people, order]

    def split(part: slice) -> Split:
        return Split(images[part].flatten(0, 1).unsqueeze(1), people[part].flatten())

    return split(slice(HELD_OUT_EACH, None)), split(slice(HELD_OUT_EACH))


FACES = Source(
    spec=DataSpec(
        kind="image",
        shape=(1, SIDE, SIDE),
        value_range=(0.0, 1.0),
        levels=256,
        label_names=tuple(f"person {person + 1}" for person in range(PEOPLE)),
    ),
    card=Card(
        title="Faces",
        summary="Forty people, ten pictures of each, 64 × 64 grey values: so few that a network learns them by heart.",
        origin=(
            "Olivetti faces, AT&T Laboratories Cambridge 1992–1994 (Samaria & Harter 1994), from scikit-learn's mirror"
        ),
        licence="free for research; please give credit to AT&T Laboratories Cambridge",
    ),
    sizes=(PEOPLE * (EACH - HELD_OUT_EACH), PEOPLE * HELD_OUT_EACH),
    read=read,
    downloads=FILES,
)
