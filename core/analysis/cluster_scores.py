"""How good clusters are: by themselves, and against classes that nobody told the model about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.result import Measured, measured
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
