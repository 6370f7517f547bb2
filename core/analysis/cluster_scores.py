"""How good clusters are: by themselves, and against classes that nobody told the model about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.result import Measured, measured
from core.protocol import Array

SHARE, EITHER_SIDE = (0.0, 1.0), (-1.0, 1.0)


@dataclass(frozen=True)
class Spread:
    """The mean and the standard deviation of one metric over restarts or over models."""

    mean: float
    sd: float


@dataclass(frozen=True, kw_only=True)
class Scores(Measured):
    """How good the clusters of one space are, over so many `restarts`; without labels there is a silhouette alone.

    Noise, which some methods leave, is a group of its own for ARI and NMI, wrong for the accuracy, and left out of the
    silhouette.
    """

    restarts: int
    accuracy: Spread | None = measured(
        "Accuracy",
        "",
        ".3f",
        "higher",
        "Share of held-out samples in the cluster matched to their class; 1 is perfect.",
        default=None,
        limits=SHARE,
    )
    nmi: Spread | None = measured(
        "NMI",
        "",
        ".3f",
        "higher",
        "Normalised mutual information with the classes: 1 is perfect; not corrected for chance, as ARI is.",
        default=None,
        limits=SHARE,
    )
    ari: Spread | None = measured(
        "ARI",
        "",
        ".3f",
        "higher",
        "Adjusted Rand index, pairs grouped as the classes group them: 0 is chance, 1 is perfect.",
        default=None,
        limits=SHARE,
    )
    silhouette: Spread = measured(
        "Silhouette",
        "",
        ".3f",
        "higher",
        "How far apart clusters lie, −1 to 1, each space by its own distances: no ranking between spaces.",
        limits=EITHER_SIDE,
    )
    groups: Spread = measured("Clusters", "", ".0f", None, "How many clusters held-out samples fall in, beside noise.")
    noise: Spread = measured(
        "Noise", "%", ".1f", None, "Share of held-out samples in no cluster: the fewer are judged, the easier it is."
    )

    def text(self, name: str) -> str:
        """Mean ± standard deviation of the metric called `name`, or the number alone where there is no chance in it."""
        spread, metric = getattr(self, name), self.metrics()[name]
        return metric.text(spread.mean, spread.sd if self.restarts > 1 else None)


def distances(x: Array) -> Array:
    """Euclidean distances (N, N) of rows (N, D)."""
    from sklearn.metrics import pairwise_distances

    # In double precision a row's distance to itself is nothing, which the silhouette asks for.
    found: Array = pairwise_distances(x.astype(np.float64))
    return found


def scores(apart: Array, assignments: Array, labels: Array | None = None) -> dict[str, float]:
    """How good `assignments` (N,) of rows with distances `apart` (N, N) are; −1 is noise, and `labels` are (N,).

    Silhouette (Rousseeuw 1987), and with labels ARI (Hubert & Arabie 1985), NMI and accuracy.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_score

    clustered = np.flatnonzero(assignments >= 0)
    groups = len(np.unique(assignments[clustered]))
    # One cluster, or each point its own, has no silhouette: 0, as for a point half-way between two clusters.
    grouped = 1 < groups < len(clustered)
    among, members = apart[np.ix_(clustered, clustered)], assignments[clustered]
    found = {
        "silhouette": float(silhouette_score(among, members, metric="precomputed")) if grouped else 0.0,
        "groups": float(groups),
        "noise": 1 - len(clustered) / len(assignments),
    }
    if labels is not None:
        found["ari"] = float(adjusted_rand_score(labels, assignments))
        found["nmi"] = float(normalized_mutual_info_score(labels, assignments))
        found["accuracy"] = accuracy(assignments, labels)
    return found


def accuracy(assignments: Array, labels: Array) -> float:
    """The share of samples whose cluster stands for their class, each class given to at most one cluster.

    The best such matching is found by the Hungarian method (Kuhn 1955), as in Xie et al. 2016, eq. 10; clusters left
    over when there are more than classes stand for none, and neither does noise.
    """
    from scipy.optimize import linear_sum_assignment

    counts = contingency(assignments, labels, int(assignments.max()) + 1, int(labels.max()) + 1)[:-1]
    rows, columns = linear_sum_assignment(counts, maximize=True)
    # max over matchings m of 1/N Σ_i 1{l_i = m(c_i)}
    return float(counts[rows, columns].sum() / len(labels))


def contingency(assignments: Array, labels: Array, clusters: int, classes: int) -> Array:
    """How many samples of each class are in each cluster, and in the last row in none, (clusters + 1, classes)."""
    counts = np.zeros((clusters + 1, classes), dtype=np.int64)
    # −1, which is noise, is the last row.
    np.add.at(counts, (assignments, labels), 1)
    return counts


def summary(rows: list[dict[str, float]]) -> Scores:
    """The mean and standard deviation of each metric over one row a restart, or one a model."""
    # A single one has no spread to estimate.
    ddof = min(1, len(rows) - 1)
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    spreads = {name: Spread(float(values.mean()), float(values.std(ddof=ddof))) for name, values in table.items()}
    return Scores(restarts=len(rows), **spreads)


def over_models(found: list[Scores]) -> Scores:
    """The mean and standard deviation over models of each one's mean over restarts."""
    names = [name for name in Scores.metrics() if getattr(found[0], name) is not None]
    return summary([{name: getattr(scored, name).mean for name in names} for scored in found])
