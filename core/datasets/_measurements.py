"""Published tables of measurements, a few hundred samples each."""

import numpy as np
import torch

from core.dataset import Split
from core.datasets._stratified import split_stratified


def split_measurements(table: np.ndarray, labels: np.ndarray, seed: int) -> tuple[Split, Split]:
    """Split a table (N, D), each column scaled to [0, 1] over all N; a fifth of each class is held out, by `seed`."""
    low, high = table.min(axis=0), table.max(axis=0)
    x, y = torch.from_numpy((table - low) / (high - low)).float(), torch.from_numpy(labels).long()
    return split_stratified(Split(x, y), seed)
