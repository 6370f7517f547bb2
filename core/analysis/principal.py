"""Principal components, the yardstick of every autoencoder (Pearson 1901; Hotelling 1933)."""

from typing import Any

import numpy as np

from core.protocol import Array


def fit_pca(x: Array, size: int) -> Any:
    """scikit-learn's PCA of rows (N, D), with `size` components or as many as there can be."""
    from sklearn.decomposition import PCA

    return PCA(min(size, *x.shape), random_state=0).fit(x)


def pad(points: Array, dimensions: int) -> Array:
    """Points (N, d ≤ dimensions) with zeros for the missing coordinates."""
    return np.pad(points, ((0, 0), (0, dimensions - points.shape[1])))
