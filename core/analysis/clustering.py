"""Whether codes fall into groups, and whether the groups are the classes that nobody told the model about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.data import codes_of, counts, fitted_of, flat, labels_of, outputs, shown_of
from core.analysis.principal import fit_pca, plane_of
from core.analysis.result import Context, Measured, Result, choose, measured
from core.errors import LatentLabError
from core.model import Model
from core.protocol import Array


@dataclass(frozen=True)
class Spread:
    """The mean and the standard deviation of one metric over seeds."""

    mean: float
    sd: float


@dataclass(frozen=True, kw_only=True)
class Scores(Measured):
    """How good the clusters of one space are, over `seeds` seeds; without labels there is a silhouette alone."""

    seeds: int
    accuracy: Spread | None = measured(
        "Accuracy",
        "",
        ".3f",
        "higher",
        "Share of held-out samples in the cluster matched to their class; 100 % is perfect.",
        default=None,
    )
    nmi: Spread | None = measured(
        "NMI",
        "",
        ".3f",
        "higher",
        "Normalised mutual information with the classes: 1 is perfect; not corrected for chance, as ARI is.",
        default=None,
    )
    ari: Spread | None = measured(
        "ARI",
        "",
        ".3f",
        "higher",
        "Adjusted Rand index, pairs grouped as the classes group them: 0 is chance, 1 is perfect.",
        default=None,
    )
    silhouette: Spread = measured(
        "Silhouette",
        "",
        ".3f",
        "higher",
        "How far apart clusters lie, −1 to 1, each space by its own distances: no ranking between spaces.",
    )

    def text(self, name: str) -> str:
        """Mean ± standard deviation of the metric called `name`, or the number alone where there is no chance in it."""
        spread, metric = getattr(self, name), self.metrics()[name]
        mean = metric.text(spread.mean)
        return f"{mean} ± {metric.text(spread.sd)}" if self.seeds > 1 else mean


@dataclass(frozen=True, kw_only=True)
class Clustering(Result):
    """Clusters of held-out samples, scored on `codes`, on `raw` values, and on `pca` of these, of the codes' size.

    The arrays are those of the first seed on codes: `assignments` (N,) and `sizes` (clusters,), the `samples` (N, …)
    with their `labels` (N,), or None, and their codes in the `plane` (N, 2). `confusion` (clusters, classes) counts the
    samples of each class in each cluster; without labels it is None, as is `chance_accuracy`.
    """

    codes: Scores
    raw: Scores
    pca: Scores
    assignments: Array
    sizes: Array
    samples: Array
    labels: Array | None
    plane: Array
    confusion: Array | None = None
    chance_accuracy: float | None = measured(
        "Accuracy of one cluster",
        "%",
        ".1f",
        None,
        "Share of the largest class: the accuracy of putting every sample in one cluster.",
        default=None,
    )


# What is clustered: a field of `Clustering` → its title.
SPACES: dict[str, str] = {
    "codes": "this model's codes",
    "raw": "raw values",
    "pca": "PCA, same size",
}


def cluster(context: Context, method: str = "kmeans", clusters: int = 10, seeds: int | None = None) -> Clustering:
    """Fit clusters on training samples and assign held-out ones, on codes, raw values, and PCA of raw values.

    Scores are over the `seeds` 0, 1, …, as many as the method can be given in reasonable time unless said otherwise.
    The method "model" takes the model's own assignments in place of the codes' and its own number of clusters, without
    any chance in it, and k-means with as many clusters on raw values and PCA.

    Raises:
        LatentLabError: an unknown method or one that the model lacks, more clusters than samples to fit, or codes all
            the same.
    """
    chosen = choose("clustering", method, METHODS)
    if not chosen.fits(type(context.model)):
        raise LatentLabError(f"{context.model.title} makes no assignments of its own; choose another method.")
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    own = outputs(context.model.assign, shown.x).numpy() if method == "model" else None
    clusters, seeds = clusters if own is None else own.shape[1], chosen.seeds if seeds is None else seeds
    if not 1 <= clusters <= len(fitted.x):
        raise LatentLabError(f"{clusters} clusters cannot be found in {len(fitted.x)} training samples.")
    codes = codes_of(context.model.encode, fitted.x), codes_of(context.model.encode, shown.x)
    raw = flat(fitted.x), flat(shown.x)
    pca = fit_pca(raw[0], codes[0].shape[1])
    spaces = {"codes": codes, "raw": raw, "pca": (pca.transform(raw[0]), pca.transform(raw[1]))}

    labels = labels_of(shown)
    found = {} if own is None else {"codes": [own.argmax(axis=1)]}
    for done, (space, (train, test)) in enumerate(spaces.items()):
        if space not in found:
            found[space] = [chosen.build(clusters, train, seed).fit(train).predict(test) for seed in range(seeds)]
        context.report((done + 1) / len(spaces))
    first = found["codes"][0]
    classes = len(context.dataset.spec.label_names)
    confusion = None if labels is None else contingency(first, labels, clusters, classes)
    return Clustering(
        counts=counts(context.dataset, shown, fitted),
        **{space: summary([scores(test, run, labels) for run in found[space]]) for space, (_, test) in spaces.items()},
        assignments=first,
        sizes=np.bincount(first, minlength=clusters),
        samples=shown.x.numpy(),
        labels=labels,
        plane=plane_of(codes[1]),
        confusion=confusion,
        chance_accuracy=None if confusion is None else float(confusion.sum(axis=0).max() / confusion.sum()),
    )


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


def scores(x: Array, assignments: Array, labels: Array | None = None) -> dict[str, float]:
    """How good `assignments` (N,) of rows `x` (N, D) are: silhouette, and with labels (N,) ARI, NMI and accuracy."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_score

    # One cluster, or each point its own, has no silhouette: 0, as for a point half-way between two clusters.
    grouped = 1 < len(np.unique(assignments)) < len(x)
    found = {"silhouette": float(silhouette_score(x, assignments)) if grouped else 0.0}
    if labels is not None:
        found["ari"] = float(adjusted_rand_score(labels, assignments))
        found["nmi"] = float(normalized_mutual_info_score(labels, assignments))
        found["accuracy"] = accuracy(assignments, labels)
    return found


def accuracy(assignments: Array, labels: Array) -> float:
    """The share of samples whose cluster stands for their class, each class given to at most one cluster.

    The best such matching is found by the Hungarian method (Kuhn 1955), as in Xie et al. 2016, eq. 10; clusters left
    over when there are more than classes stand for none.
    """
    from scipy.optimize import linear_sum_assignment

    counts = contingency(assignments, labels, int(assignments.max()) + 1, int(labels.max()) + 1)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    # max over matchings m of 1/N Σ_i 1{l_i = m(c_i)}
    return float(counts[rows, columns].sum() / counts.sum())


def contingency(assignments: Array, labels: Array, clusters: int, classes: int) -> Array:
    """How many samples of each class are in each cluster, (clusters, classes)."""
    counts = np.zeros((clusters, classes), dtype=np.int64)
    np.add.at(counts, (assignments, labels), 1)
    return counts


def summary(rows: list[dict[str, float]]) -> Scores:
    """The mean and standard deviation of each metric over one row a seed."""
    # A single seed has no spread to estimate.
    ddof = min(1, len(rows) - 1)
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    spreads = {name: Spread(float(values.mean()), float(values.std(ddof=ddof))) for name, values in table.items()}
    return Scores(seeds=len(rows), **spreads)
