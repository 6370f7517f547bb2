"""Clusterings that know only the samples they were fitted to: any other sample goes by its nearest neighbour there."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.looks import NOISE
from core.protocol import Array


class ByNeighbour:
    """A clustering of scikit-learn that has no `predict`: held-out rows join the cluster of the nearest fitted one."""

    def __init__(self, clustering: Any) -> None:
        self.clustering = clustering

    def fit(self, x: Array) -> ByNeighbour:
        """Find clusters of rows (N, D)."""
        from sklearn.neighbors import KNeighborsClassifier

        self.nearest = KNeighborsClassifier(1).fit(x, self.clustering.fit_predict(x))
        return self

    def predict(self, x: Array) -> Array:
        """The cluster of each of the rows (N, D), (N,); −1 is noise."""
        found: Array = self.nearest.predict(x)
        return found


class Dbscan:
    """DBSCAN (Ester et al. 1996): samples with `min_samples` samples within ε, themselves included, are core samples.

    Core samples within ε of each other share a cluster, and whatever else is within ε of one belongs to it, held-out
    samples too; the rest is noise. ε is the distance within which a share `dense` of the fitted samples is core.
    """

    def __init__(self, min_samples: int, dense: float) -> None:
        self.min_samples, self.dense = min_samples, dense

    def fit(self, x: Array) -> Dbscan:
        """Find core samples among rows (N, D) and their clusters."""
        from sklearn.cluster import DBSCAN
        from sklearn.neighbors import NearestNeighbors

        self.radius = radius_of(core_distances(x, self.min_samples), self.dense)
        found = DBSCAN(eps=self.radius, min_samples=self.min_samples).fit(x)
        self.labels = found.labels_[found.core_sample_indices_]
        self.cores = NearestNeighbors(n_neighbors=1).fit(x[found.core_sample_indices_])
        return self

    def predict(self, x: Array) -> Array:
        """The cluster of each of the rows (N, D), (N,); −1 is noise."""
        distances, nearest = self.cores.kneighbors(x)
        return np.where(distances[:, 0] <= self.radius, self.labels[nearest[:, 0]], NOISE)


def core_distances(x: Array, min_samples: int) -> Array:
    """How far each row (N, D) has to reach for `min_samples` rows, itself included, (N,): its core distance."""
    from sklearn.neighbors import NearestNeighbors

    count = min(min_samples, len(x))
    distances: Array = NearestNeighbors(n_neighbors=count).fit(x).kneighbors(x)[0][:, -1]
    return distances


def radius_of(distances: Array, dense: float) -> float:
    """The ε within which a share `dense` of samples with these core distances (N,) are core samples."""
    # The least distance that is enough; of many samples in one place more than nothing, for DBSCAN takes no ε of 0.
    found = float(np.quantile(distances, dense, method="inverted_cdf"))
    return max(found, float(np.finfo(np.float32).tiny))
