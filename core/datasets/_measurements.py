"""Published tables of measurements, a few hundred samples each."""

import numpy as np
import torch

from core.dataset import Split


def split_measurements(table: np.ndarray, labels: np.ndarray, seed: int) -> tuple[Split, Split]:
    """Split a table (N, D), each column scaled to [0, 1] over all N; a fifth of each class is held out, by `seed`."""
    from sklearn.model_selection import train_test_split

    low, high = table.min(axis=0), table.max(axis=0)
    x, y = torch.from_numpy((table - low) / (high - low)).float(), torch.from_numpy(labels).long()
    train, test = train_test_split(range(len(y)), test_size=0.2, stratify=labels, random_state=seed)
    return Split(x[train], y[train]), Split(x[test], y[test])
