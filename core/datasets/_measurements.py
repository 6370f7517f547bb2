"""Published tables of measurements, a few hundred samples each, of every column in its own unit."""

import numpy as np
import torch

from core.dataset import Split
from core.datasets._stratified import split_stratified
from core.preprocessing import Preprocessed


class Measurements(Preprocessed, defaults={"preprocessing": "min_max"}):
    """How measurements are scaled: each column to 0 … 1 unless chosen otherwise, for they come in many units."""


def split_measurements(table: np.ndarray, labels: np.ndarray, seed: int) -> tuple[Split, Split]:
    """Split a table (N, D); a fifth of each class is held out, by `seed`."""
    x, y = torch.from_numpy(table).float(), torch.from_numpy(labels).long()
    return split_stratified(Split(x, y), seed)
