"""The table of clustering methods, each with its parameters, fitted on training rows and asked about others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from core.analysis.cluster_neighbours import ByNeighbour, Dbscan
from core.analysis.result import Report, ignore_progress
from core.analysis.umap_library import umap_class
from core.errors import LatentLabError
from core.hyperparameters import Hyperparameters, knob
from core.model import Model
from core.protocol import Array
from core.sentences import sentences

# N2D takes 20; with 50 fewer classes fall in two (digits' training splits, seeds 10–15: accuracy 0.903, not 0.892).
NEIGHBOURS = 50
RESTARTS = 20


class NumberOfClusters(Hyperparameters):
    """How many clusters to look for."""

    clusters: int = knob(
        10,
        group="Data",
        ge=1,
        le=1000,
        soft=(2, 30),
        help="Clusters to sort into: more, and classes are cut in pieces; fewer, and similar classes share one.",
    )


class Linked(NumberOfClusters):
    """How clusters are merged, two by two, until so many are left."""

    linkage: Literal["ward", "complete", "average", "single"] = knob(
        "ward",
        group="Data",
        help="The two clusters that are merged next: ward, those that widen least; complete, average and single, those "
        "whose farthest, mean or nearest distance is least.",
    )


class Neighbourhood(Hyperparameters):
    """What counts as crowded."""

    min_samples: int = knob(
        10,
        group="Data",
        ge=2,
        le=200,
        soft=(2, 50),
        help="Samples that make a neighbourhood dense: higher, small clusters become noise.",
    )


class Radius(Neighbourhood):
    """How far a neighbourhood reaches, said without a unit so that it means the same in every space."""

    dense_share: float = knob(
        0.8,
        group="Data",
        ge=0.05,
        le=1.0,
        help="Share of training samples in a dense neighbourhood, which decides its radius ε: higher, less noise, "
        "until clusters run into each other.",
    )


class Hierarchy(Neighbourhood):
    """The smallest group that counts as a cluster."""

    min_cluster_size: int = knob(
        20,
        group="Data",
        ge=2,
        le=1000,
        soft=(2, 100),
        help="The fewest training samples of a cluster: higher, fewer and larger clusters.",
    )


def k_means(parameters: NumberOfClusters, x: Array, seed: int, starts: int = 1) -> Any:
    """k-means (Lloyd 1982) from k-means++ centres (Arthur & Vassilvitskii 2007), the best of so many `starts`."""
    from sklearn.cluster import KMeans

    return KMeans(parameters.clusters, n_init=starts, random_state=seed)


def gaussian_mixture(parameters: NumberOfClusters, x: Array, seed: int, covariances: str = "diag") -> Any:
    """A mixture of Gaussians with diagonal covariances, fitted by expectation maximisation (Dempster et al. 1977)."""
    from sklearn.mixture import GaussianMixture

    # The least variance is in proportion to that of the rows: no Gaussian shrinks onto a point.
    floor = 1e-3 * float(x.var(axis=0, dtype=np.float64).mean())
    return GaussianMixture(parameters.clusters, covariance_type=covariances, reg_covar=floor, random_state=seed)


def full_mixture(parameters: NumberOfClusters, x: Array, seed: int) -> Any:
    """A mixture of Gaussians with full covariances."""
    return gaussian_mixture(parameters, x, seed, "full")


def umap(parameters: NumberOfClusters, x: Array, seed: int) -> Any:
    """UMAP (McInnes et al. 2018) of rows (N, D), in as many dimensions as clusters (McConville et al. 2019, N2D)."""
    # Few samples have fewer neighbours, and a graph of few points fewer directions.
    neighbours, dimensions = min(NEIGHBOURS, len(x) - 1), max(1, min(parameters.clusters, len(x) - 3))
    # One job: with a fixed seed UMAP takes no more, and warns when asked for more.
    settings = {"n_components": dimensions, "n_neighbors": neighbours, "min_dist": 0.0, "random_state": seed}
    return umap_class()(n_jobs=1, **settings).fit(x)


def dbscan(parameters: Radius, x: Array, seed: int) -> Any:
    """DBSCAN (Ester et al. 1996) with the ε that makes a share of the rows dense."""
    return Dbscan(parameters.min_samples, parameters.dense_share)


def hdbscan(parameters: Hierarchy, x: Array, seed: int) -> Any:
    """HDBSCAN (Campello et al. 2013): the clusters that last longest while ε shrinks."""
    from sklearn.cluster import HDBSCAN

    size, least = min(parameters.min_cluster_size, len(x)), min(parameters.min_samples, len(x))
    # All distances at once: its trees take twenty times as long on rows of hundreds of values.
    return ByNeighbour(HDBSCAN(min_cluster_size=max(2, size), min_samples=least, copy=True, algorithm="brute"))


def agglomerative(parameters: Linked, x: Array, seed: int) -> Any:
    """Agglomerative clustering: each sample a cluster at first, merged two by two (Ward 1963 for ward's linkage)."""
    from sklearn.cluster import AgglomerativeClustering

    return ByNeighbour(AgglomerativeClustering(parameters.clusters, linkage=parameters.linkage))


@dataclass(frozen=True)
class Method:
    """A title, its parameters, and what is fitted (parameters, training rows (N, D), seed).

    `varies` says what a restart draws anew; nothing, where there is no chance in it. With an `embedding` (the same
    arguments) rows are mapped first, once for all restarts. `is_own`: the model assigns, `build` is for other spaces.
    """

    title: str
    help: str
    Parameters: type[Hyperparameters]
    build: Callable[[Any, Array, int], Any]
    varies: str = ""
    embedding: Callable[[Any, Array, int], Any] | None = None
    leaves_noise: bool = False
    is_own: bool = False

    @property
    def restarts(self) -> int:
        """How often it is fitted, each time from another seed."""
        return RESTARTS if self.varies else 1

    def fits(self, model: type[Model]) -> bool:
        """Whether it can be applied to models of this type."""
        return not self.is_own or "assign" in model.capabilities

    def parameters(self, values: dict[str, Any]) -> Any:
        """The declared parameters with these values.

        Raises:
            LatentLabError: one of them is unknown or outside of its limits.
        """
        try:
            return self.Parameters(**values)
        except ValidationError as error:
            raise LatentLabError(" ".join(sentences(error))) from None

    def assign(
        self, parameters: Any, train: Array, test: Array, seeds: Sequence[int], report: Report = ignore_progress
    ) -> list[Array]:
        """For each seed the clusters (M,) of `test` (M, D), found in `train` (N, D); −1 is noise."""
        if self.embedding is not None:
            mapping = self.embedding(parameters, train, seeds[0])
            train, test = mapping.embedding_, mapping.transform(test)
        found = []
        for seed in seeds:
            found.append(self.build(parameters, train, seed).fit(train).predict(test))
            report(len(found) / len(seeds))
        return found


METHODS: dict[str, Method] = {
    "model": Method(
        "the model's own",
        "What the model was trained to decide; in the other spaces k-means with as many clusters.",
        NumberOfClusters,
        k_means,
        varies="starts of k-means",
        is_own=True,
    ),
    "kmeans": Method(
        "k-means",
        "Round clusters of similar size, each sample to the nearest centre.",
        NumberOfClusters,
        k_means,
        varies="starts of k-means",
    ),
    "gmm": Method(
        "Gaussian mixture",
        "Clusters of different width and weight, each longer along some axes.",
        NumberOfClusters,
        gaussian_mixture,
        varies="starts of the mixture",
    ),
    "umap_gmm": Method(
        "UMAP and mixture",
        "UMAP pulls neighbours together, then a mixture divides them: good at classes, and takes some seconds.",
        NumberOfClusters,
        full_mixture,
        varies="starts of the mixture, on one UMAP of each space,",
        embedding=umap,
    ),
    "agglomerative": Method(
        "agglomerative",
        "Samples are merged into clusters two by two; a held-out one joins its nearest training sample's cluster.",
        Linked,
        agglomerative,
    ),
    "dbscan": Method(
        "DBSCAN",
        "Clusters of any shape wherever samples lie dense, as many as there are; what lies thin is noise.",
        Radius,
        dbscan,
        leaves_noise=True,
    ),
    "hdbscan": Method(
        "HDBSCAN",
        "DBSCAN at all densities at once; a held-out sample goes by its nearest training sample.",
        Hierarchy,
        hdbscan,
        leaves_noise=True,
    ),
}


def methods_for(model: type[Model]) -> dict[str, Method]:
    """The methods that can be applied to models of this type, the model's own first, by id."""
    return {name: method for name, method in METHODS.items() if method.fits(model)}
