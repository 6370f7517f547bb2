"""Pictures that come with the laboratory, in a file of equally many for each class."""

from pathlib import Path

import numpy as np
import torch

from core.dataset import Split

ASSETS = Path(__file__).resolve().parents[2] / "assets"
# The share of each class that is trained on.
TRAINED = 0.8


def read_shipped(name: str, seed: int) -> tuple[Split, Split]:
    """Images (N, 1, H, W) in [0, 1] of assets/`name`; a fifth of each class is held out, drawn by `seed`.

    The file holds `images` (classes, each, H, W) as bytes.
    """
    with np.load(ASSETS / name, allow_pickle=False) as file:
        images = torch.from_numpy(file["images"]).float() / 255
    classes, each = images.shape[:2]
    # A random order for each class, one class a column.
    generator = torch.Generator().manual_seed(seed)
    order = torch.stack([torch.randperm(each, generator=generator) for _ in range(classes)], dim=1)
    labels = torch.arange(classes).expand_as(order)
    images = images[labels, order]
    trained = int(TRAINED * each)

    def split(part: slice) -> Split:
        return Split(images[part].flatten(0, 1).unsqueeze(1), labels[part].flatten())

    return split(slice(trained)), split(slice(trained, None))
