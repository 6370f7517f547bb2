"""Principal components, the yardstick of every autoencoder (Pearson 1901; Hotelling 1933)."""

from copy import copy
from typing import Any

import numpy as np

from core.protocol import Array


def fit_pca(x: Array, size: int) -> Any:
    """scikit-learn's PCA of rows (N, D), with `size` components or as many as there can be."""
    from sklearn.decomposition import PCA

    return PCA(min(size, *x.shape), random_state=0).fit(x)


def leading(pca: Any, size: int) -> Any:
    """A PCA of rows with its first `size` components alone: the variance of the others is noise."""
    fewer = copy(pca)
    fewer.n_components_ = min(size, pca.n_components_)
    fewer.components_ = pca.components_[:size]
    fewer.explained_variance_ = pca.explained_variance_[:size]
    # σ² = (1 / (d − k)) Σ_{j > k} λ_j (Tipping & Bishop 1999, eq. 8)
    directions = min(pca.n_samples_, pca.n_features_in_)
    left = pca.explained_variance_[size:].sum() + pca.noise_variance_ * (directions - pca.n_components_)
    fewer.noise_variance_ = left / max(1, directions - fewer.n_components_)
    return fewer


def pad(points: Array, dimensions: int) -> Array:
    """Points (N, d ≤ dimensions) with zeros for the missing coordinates."""
    return np.pad(points, ((0, 0), (0, dimensions - points.shape[1])))
