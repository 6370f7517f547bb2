"""Whether codes fall into groups, and whether the groups are the classes that nobody told the model about."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.analysis.data import FITTED, SHOWN, codes_of, flat, labels_of
from core.analysis.principal import fit_pca, plane_of
from core.analysis.result import Context, Result, choose
from core.errors import LatentLabError
from core.training.snapshot import Array


def cluster(context: Context, method: str = "kmeans", clusters: int = 10, seeds: int = 5) -> Result:
    """Clusters fitted on training samples, held-out samples assigned, on codes, raw values, and PCA of raw values.

    `numbers[space][metric]` is [mean, standard deviation] over the seeds 0, 1, …; `chance_accuracy` is the share of the
    largest class, what putting everything in one cluster scores. `assignments` (N,), `confusion` (clusters, classes)
    and `plane` (N, 2) are those of the first seed on codes.

    Raises:
        LatentLabError: an unknown method, more clusters than samples to fit, or codes all the same.
    """
    build = choose("clustering", method, METHODS)
    fitted, shown = context.dataset.train.fixed(FITTED), context.dataset.test.fixed(SHOWN)
    if not 1 <= clusters <= len(fitted.x):
        raise LatentLabError(f"{clusters} clusters cannot be found in {len(fitted.x)} training samples.")
    codes = codes_of(context.model.encode, fitted.x), codes_of(context.model.encode, shown.x)
    raw = flat(fitted.x), flat(shown.x)
    pca = fit_pca(raw[0], codes[0].shape[1])
    spaces = {"codes": codes, "raw": raw, "pca": (pca.transform(raw[0]), pca.transform(raw[1]))}

    labels = labels_of(shown)
    assignments = {
        name: [build(clusters, train, seed).fit(train).predict(test) for seed in range(seeds)]
        for name, (train, test) in spaces.items()
    }
    numbers: dict[str, Any] = {
        name: summary([scores(spaces[name][1], found, **labels) for found in assignments[name]]) for name in spaces
    }
    first = assignments["codes"][0]
    arrays = {"assignments": first, "samples": shown.x.numpy(), "plane": plane_of(codes[1]), **labels}
    if labels:
        counts = contingency(first, labels["labels"], clusters, len(context.dataset.label_names))
        arrays["confusion"] = counts
        numbers["chance_accuracy"] = float(counts.sum(axis=0).max() / counts.sum())
    return Result(numbers, arrays)


def k_means(clusters: int, x: Array, seed: int) -> Any:
    """k-means (Lloyd 1982) from k-means++ seeds, the best of three."""
    from sklearn.cluster import KMeans

    return KMeans(clusters, n_init=3, random_state=seed)


def gaussian_mixture(clusters: int, x: Array, seed: int) -> Any:
    """A mixture of Gaussians with diagonal covariances, fitted by expectation maximisation (Dempster et al. 1977)."""
    from sklearn.mixture import GaussianMixture

    # In proportion to the data, so that codes of any scale keep their clusters and none shrinks onto a point.
    floor = 1e-3 * float(x.var(axis=0, dtype=np.float64).mean())
    return GaussianMixture(clusters, covariance_type="diag", reg_covar=floor, random_state=seed)


METHODS: dict[str, Callable[[int, Array, int], Any]] = {"kmeans": k_means, "gmm": gaussian_mixture}


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


def summary(rows: list[dict[str, float]]) -> dict[str, list[float]]:
    """[mean, standard deviation] of each metric over one row a seed."""
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    # A single seed has no spread to estimate.
    ddof = min(1, len(rows) - 1)
    return {name: [float(values.mean()), float(values.std(ddof=ddof))] for name, values in table.items()}
