"""The table of clustering methods, each fitted on training rows and asked for the clusters of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.model import Model
from core.protocol import Array


def k_means(clusters: int, x: Array, seed: int) -> Any:
    """k-means (Lloyd 1982) from k-means++ seeds, the best of three."""
    from sklearn.cluster import KMeans

    return KMeans(clusters, n_init=3, random_state=seed)


def gaussian_mixture(clusters: int, x: Array, seed: int) -> Any:
    """A mixture of Gaussians with diagonal covariances, fitted by expectation maximisation (Dempster et al. 1977)."""
    from sklearn.mixture import GaussianMixture

    return GaussianMixture(clusters, covariance_type="diag", reg_covar=_floor(x), random_state=seed)


def _floor(x: Array) -> float:
    """The least variance of a Gaussian on rows (N, D), in proportion to theirs: none shrinks onto a point."""
    return 1e-3 * float(x.var(axis=0, dtype=np.float64).mean())


# N2D takes 20; with 50 fewer classes fall in two (digits' training splits, seeds 10–15: accuracy 0.903, not 0.892).
NEIGHBOURS = 50


class UmapMixture:
    """A mixture of Gaussians on a UMAP of the codes, in as many dimensions as clusters (McConville et al. 2019, N2D).

    UMAP (McInnes et al. 2018) is fitted on training codes alone; held-out ones are placed among them.
    """

    def __init__(self, clusters: int, x: Array, seed: int) -> None:
        from umap import UMAP

        # Few samples have fewer neighbours, and a graph of few points fewer directions.
        neighbours, dimensions = min(NEIGHBOURS, len(x) - 1), max(1, min(clusters, len(x) - 3))
        # One job: with a fixed seed UMAP takes no more, and warns when asked for more.
        self.mapping = UMAP(n_components=dimensions, n_neighbors=neighbours, min_dist=0.0, random_state=seed, n_jobs=1)
        self.clusters, self.seed = clusters, seed

    def fit(self, x: Array) -> UmapMixture:
        """Fit both on training codes (N, D)."""
        from sklearn.mixture import GaussianMixture

        points = self.mapping.fit_transform(x)
        self.mixture = GaussianMixture(self.clusters, reg_covar=_floor(points), random_state=self.seed).fit(points)
        return self

    def predict(self, x: Array) -> Array:
        """The cluster of each of the codes (N, D), (N,)."""
        found: Array = self.mixture.predict(self.mapping.transform(x))
        return found


@dataclass(frozen=True)
class Method:
    """A title, what is fitted (clusters, training rows (N, D), seed), and on how many seeds unless said otherwise."""

    title: str
    build: Callable[[int, Array, int], Any]
    seeds: int = 5
    assigns: bool = False

    def fits(self, model: type[Model]) -> bool:
        """Whether it can be applied to models of this type."""
        return not self.assigns or "assign" in model.capabilities


METHODS: dict[str, Method] = {
    "kmeans": Method("k-means", k_means),
    "gmm": Method("Gaussian mixture", gaussian_mixture),
    # A single seed: each space takes UMAP some seconds.
    "umap_gmm": Method("UMAP and mixture", UmapMixture, seeds=1),
    "model": Method("the model's own", k_means, assigns=True),
}


def methods_for(model: type[Model]) -> dict[str, str]:
    """The methods that can be applied to models of this type: id → title."""
    return {name: method.title for name, method in METHODS.items() if method.fits(model)}
