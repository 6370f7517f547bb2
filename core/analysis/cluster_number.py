"""How many clusters there are, asked without labels: silhouette, gap statistic and BIC of every number of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.cluster_methods import NumberOfClusters, gaussian_mixture, k_means
from core.analysis.cluster_scores import distances, scores
from core.analysis.data import codes_of, counts, fitted_of, shown_of
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Report, Result, ignore_progress, measured, within
from core.protocol import Array

# Training samples that are clustered this often; more would add only time.
SAMPLES = 1000
REFERENCES = 10
STARTS = 3


@dataclass(frozen=True, kw_only=True)
class ClusterNumber(Result):
    """Scores of `numbers` (K,) 1, 2, … of clusters on training codes.

    There are `gaps`, `gap_errors` and `bics` (K,) of each, and `silhouettes` (L,) from two clusters on: L = K − 1. The
    gap statistic chooses none where it never does within these numbers.
    """

    numbers: Array
    silhouettes: Array
    gaps: Array
    gap_errors: Array
    bics: Array
    silhouette_chooses: int = measured(
        "Silhouette", "", ".0f", None, "How far apart clusters of k-means lie: the number with the highest is chosen."
    )
    bic_chooses: int = measured(
        "BIC",
        "",
        ".0f",
        None,
        "How badly a mixture of Gaussians fits, plus a price for each parameter: the number with the lowest is chosen.",
    )
    gap_chooses: int | None = measured(
        "Gap statistic",
        "",
        ".0f",
        None,
        "How much tighter clusters of k-means are than those of evenly spread points: the first number is chosen whose "
        "gap the next one does not beat by its standard error.",
        default=None,
    )


def number_of_clusters(context: Context, most: int = 15) -> ClusterNumber:
    """Score every number of clusters up to `most` on training codes, by k-means and by Gaussian mixtures.

    Raises:
        LatentLabError: codes all the same, or not finite.
    """
    fitted, report = fitted_of(context.dataset).fixed(SAMPLES), context.report
    codes = codes_of(context.model.encode, fitted.x)
    numbers = np.arange(1, min(most, len(codes) - 1) + 1)
    gaps, errors, assignments = gap_statistic(codes, numbers, report=within(report, 0, 0.9))
    apart = distances(codes)
    silhouettes = np.array([scores(apart, assigned)["silhouette"] for assigned in assignments[1:]])
    # BIC = −2 ln L + p ln N (Schwarz 1978).
    parameters = [NumberOfClusters(clusters=int(k)) for k in numbers]
    bics = np.array([gaussian_mixture(k, codes, seed=0).fit(codes).bic(codes) for k in parameters])
    report(1.0)
    return ClusterNumber(
        counts=counts(context.dataset, shown_of(context.dataset), fitted),
        numbers=numbers,
        silhouettes=silhouettes,
        gaps=gaps,
        gap_errors=errors,
        bics=bics,
        silhouette_chooses=int(numbers[1:][silhouettes.argmax()]) if len(silhouettes) else 1,
        gap_chooses=chosen_by_gap(numbers, gaps, errors),
        bic_chooses=int(numbers[bics.argmin()]),
    )


def gap_statistic(
    x: Array, numbers: Array, references: int = REFERENCES, seed: int = 0, report: Report = ignore_progress
) -> tuple[Array, Array, list[Array]]:
    """The gap of each number of clusters (K,), its standard error (K,), and the assignments (N,) of rows `x` (N, D).

    Gap(k) = E*[log W_k] − log W_k (Tibshirani, Walther & Hastie 2001, eq. 3), where W_k is the sum of squared distances
    to the centres and E* the mean over data spread evenly in the box along the principal components of `x`.
    """
    axes = fit_pca(x, x.shape[1])
    turned = axes.transform(x)
    rng = np.random.default_rng(seed)
    even = [rng.uniform(turned.min(axis=0), turned.max(axis=0), turned.shape) for _ in range(references)]
    gaps, errors, assignments = [], [], []
    for k in numbers:
        found = _fit(turned, k, seed)
        logs = np.array([_log_scatter(_fit(reference, k, seed)) for reference in even])
        gaps.append(logs.mean() - _log_scatter(found))
        # s_k = sd_k √(1 + 1/B), for the references are drawn by chance.
        errors.append(logs.std() * np.sqrt(1 + 1 / references))
        assignments.append(found.labels_)
        report(float(k / numbers[-1]))
    return np.array(gaps), np.array(errors), assignments


def chosen_by_gap(numbers: Array, gaps: Array, errors: Array) -> int | None:
    """The smallest number k with Gap(k) ≥ Gap(k + 1) − s_(k + 1), or None where there is none."""
    enough = np.flatnonzero(gaps[:-1] >= gaps[1:] - errors[1:])
    return int(numbers[enough[0]]) if len(enough) else None


def _fit(x: Array, clusters: int, seed: int) -> Any:
    return k_means(NumberOfClusters(clusters=int(clusters)), x, seed, STARTS).fit(x)


def _log_scatter(found: Any) -> float:
    # Samples of which many are the same may leave nothing.
    return float(np.log(max(found.inertia_, np.finfo(np.float64).tiny)))
