"""Which samples of a dataset on the shelf are for training, and which are held out."""

from __future__ import annotations

import torch
from torch import Tensor

from core.dataset import Split
from core.uploads.prepare.parts import TEST, TRAINING, VALIDATION, sizes_of


def sizes_in(samples: int, parts: Tensor | None) -> tuple[int, int]:
    """How many of so many samples are for training, and how many are held out."""
    if parts is None:
        return sizes_of(samples)
    training = int((parts == TRAINING).sum())
    return training, samples - training


def splits(x: Tensor, y: Tensor | None, parts: Tensor | None, seed: int) -> tuple[Split, Split, Split]:
    """Training, validation and test samples: by their `parts` (N,), or a fifth of all held out, drawn by `seed`."""
    whole = Split(x, y, places=torch.arange(len(x)))
    if parts is not None:
        train, validation, test = (whole[parts == part] for part in (TRAINING, VALIDATION, TEST))
        return train, validation, test
    order = torch.randperm(len(whole.x), generator=torch.Generator().manual_seed(seed))
    _, held_out = sizes_of(len(order))
    return whole[order[held_out:]], *whole[order[:held_out]].halved()
