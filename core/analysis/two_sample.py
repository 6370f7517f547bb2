"""Whether generated samples can be told from real ones, and where: by classifiers, classes, clusters, on one map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.analysis.arithmetic import NEIGHBOURS, looks_like
from core.analysis.data import counts, finite, fitted_of, flat, shown_of
from core.analysis.projection import METHODS
from core.analysis.result import Context, Result, choose, measured
from core.analysis.sampling import sampler
from core.dataset import DataSpec, Split
from core.errors import LatentLabError
from core.protocol import Array

# At most so many generated samples are compared with as many real ones.
COMPARED = 500
FOLDS = 5
TREES = 40
# Clusters of both together where the data have no classes.
CLUSTERS = 10
# An accuracy over five folds of fewer samples says nothing.
FEWEST = 20


def _neighbours() -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(NEIGHBOURS)


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(TREES, random_state=0)


# What is told to tell them apart: title → a fresh classifier of scikit-learn.
CLASSIFIERS: dict[str, Callable[[], Any]] = {f"{NEIGHBOURS} nearest": _neighbours, "Random forest": _forest}


@dataclass(frozen=True, kw_only=True)
class TwoSamples(Result):
    """`compared` generated samples beside as many real, held-out ones, and as many training samples as a baseline.

    `accuracies` and `baselines` (classifiers, folds) are how often each of `CLASSIFIERS` tells held-out samples from
    generated ones, and from training samples. `points` (N, 2) are a map of the real ones, then the generated ones.
    `class_shares` (2, classes) are the real and the generated samples' shares of each class that is in training, as
    `NEIGHBOURS` training samples say, or None; `cluster_shares` (2, clusters) those of each k-means cluster of both.
    """

    compared: int
    accuracies: Array
    baselines: Array
    points: Array
    class_shares: Array | None
    cluster_shares: Array
    told: float = measured(
        "Told apart",
        "%",
        ".0f",
        "lower",
        "How often the better classifier tells held-out samples from generated ones: 50 % is as if it tossed a coin.",
    )
    told_baseline: float = measured(
        "Training data told apart", "%", ".0f", None, "The same of training samples: no generator gets below that."
    )
    share_distance: float | None = measured(
        "Shares of classes off",
        "%",
        ".0f",
        "lower",
        "How much of the generated samples would have to be of another class for all classes to be as frequent as in "
        "real data.",
        default=None,
    )
    share_baseline: float | None = measured(
        "Shares of classes off, training data", "%", ".0f", None, "The same of as many training samples.", default=None
    )
    cluster_distance: float = measured(
        "Shares of clusters off",
        "%",
        ".0f",
        "lower",
        "The same of the clusters that k-means finds in both together, without any labels.",
    )
    cluster_baseline: float = measured(
        "Shares of clusters off, training data", "%", ".0f", None, "The same of as many training samples."
    )


def compare_samples(context: Context, method: str = "pca", prior: str = "", seed: int = 0) -> TwoSamples:
    """A classifier two-sample test (Lopez-Paz & Oquab 2017), shares of classes and clusters, and a map of both.

    Raises:
        LatentLabError: there are too few held-out samples, one generated is not finite, or there is no such prior.
    """
    dataset = context.dataset
    count = min(COMPARED, len(shown_of(dataset).x), len(dataset.train.x))
    if count < FEWEST:
        raise LatentLabError(f"Samples are compared where there are {FEWEST} held-out ones at least; here are {count}.")
    held_out = shown_of(dataset)[:count]
    drawn = finite(sampler(context, prior)(count, seed))
    real, generated = flat(held_out.x), flat(on_levels(drawn, dataset.spec))
    training = flat(dataset.train.fixed(count).x)
    context.report(0.2)
    accuracies, baselines = (tell_apart(real, other) for other in (generated, training))
    context.report(0.7)
    both = np.concatenate([real, generated])
    points, _ = choose("method", method, METHODS).project(both, 2, 0)
    of_classes, seen_classes = (class_shares(fitted_of(dataset), real, other) for other in (generated, training))
    clusters = max(2, len(dataset.spec.label_names)) if dataset.spec.label_names else CLUSTERS
    of_clusters, seen_clusters = (cluster_shares(real, other, clusters) for other in (generated, training))
    best = accuracies.mean(axis=1).argmax()
    return TwoSamples(
        counts=counts(dataset, held_out),
        compared=count,
        accuracies=accuracies,
        baselines=baselines,
        points=points.astype(np.float32),
        class_shares=of_classes,
        cluster_shares=of_clusters,
        told=float(accuracies[best].mean()),
        told_baseline=float(baselines[best].mean()),
        share_distance=None if of_classes is None else distance(of_classes),
        share_baseline=None if seen_classes is None else distance(seen_classes),
        cluster_distance=distance(of_clusters),
        cluster_baseline=distance(seen_clusters),
    )


def on_levels(x: torch.Tensor, spec: DataSpec) -> torch.Tensor:
    """Samples (N, …) with each value on the nearest of the levels that real ones have.

    Otherwise what is not exactly a grey level is told from what is, however well it is drawn.
    """
    if spec.levels is None:
        return x
    low, high = spec.value_range
    step = (high - low) / (spec.levels - 1)
    return low + step * ((x - low) / step).round()


def tell_apart(real: Array, other: Array) -> Array:
    """How often each of `CLASSIFIERS` is right on the samples left out of each fold, (classifiers, folds).

    Both sets (N, D) are of one size, so chance is ½.
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    x, y = np.concatenate([real, other]), np.repeat([0, 1], [len(real), len(other)])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    return np.stack([cross_val_score(make(), x, y, cv=folds) for make in CLASSIFIERS.values()])


def class_shares(train: Split, real: Array, generated: Array) -> Array | None:
    """The shares (2, classes) of both that look like each class to the nearest training samples; None without any."""
    if train.y is None or len(torch.unique(train.y)) < 2:
        return None
    named = [looks_like(torch.from_numpy(of), train.x, train.y) for of in (real, generated)]
    return np.stack([_shares(of, int(train.y.max()) + 1) for of in named])


def cluster_shares(real: Array, generated: Array, clusters: int) -> Array:
    """The shares (2, clusters) of both in each k-means cluster of all."""
    from sklearn.cluster import KMeans

    both = np.concatenate([real, generated])
    members = KMeans(min(clusters, len(both)), n_init=4, random_state=0).fit_predict(both)
    return np.stack([_shares(of, members.max() + 1) for of in np.split(members, [len(real)])])


def distance(shares: Array) -> float:
    """The total variation ½ Σ_k |p_k − q_k| between the two rows of `shares` (2, K)."""
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _shares(members: Array, count: int) -> Array:
    return np.bincount(members, minlength=count) / len(members)
