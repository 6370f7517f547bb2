"""Whether generated samples can be told from real ones, and where: by classifiers, classes, clusters, on one map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.analysis.arithmetic import NEIGHBOURS, looks_like
from core.analysis.data import counts, finite, fitted_of, flat, labels_of, like_training, shown_of
from core.analysis.embedding import METHODS, STANDARD
from core.analysis.result import Context, Report, Result, choose, ignore_progress, measured, within
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
# How often both samples are drawn anew, to see the spread of their distance.
DRAWS = 1000


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
    `NEIGHBOURS` training samples say, or None; `cluster_shares` (2, clusters) those of each k-means cluster of
    these and training samples together. `spreads` are standard deviations by name: of accuracies over folds, of
    distances over samples drawn anew.
    """

    compared: int
    accuracies: Array
    baselines: Array
    points: Array
    class_shares: Array | None
    cluster_shares: Array
    spreads: Mapping[str, float]
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
        "The same of the clusters that k-means finds in all together, without any labels.",
    )
    cluster_baseline: float = measured(
        "Shares of clusters off, training data", "%", ".0f", None, "The same of as many training samples."
    )
    named: float | None = measured(
        "Held-out samples named rightly",
        "%",
        ".0f",
        "higher",
        "How often the training samples nearest to a held-out one name its class: shares of classes are no surer.",
        default=None,
    )


def compare_samples(context: Context, method: str = "pca", prior: str = "", seed: int = 0) -> TwoSamples:
    """A classifier two-sample test (Lopez-Paz & Oquab 2017), shares of classes and clusters, and a map of both.

    Raises:
        LatentLabError: there are too few held-out samples, one generated is not finite, or there is no such prior.
    """
    dataset = context.dataset
    # No generator can know a class that training never saw.
    held_out = like_training(dataset)
    count = min(COMPARED, len(held_out.x), len(dataset.train.x))
    if count < FEWEST:
        raise LatentLabError(f"Samples are compared where there are {FEWEST} held-out ones at least; here are {count}.")
    drawn = finite(sampler(context, prior)(count, seed))
    real, generated = flat(held_out.x[:count]), flat(on_levels(drawn, dataset.spec))
    training = flat(dataset.train.fixed(count).x)
    context.report(0.2)
    accuracies = tell_apart(real, generated, within(context.report, 0.2, 0.5))
    baselines = tell_apart(real, training, within(context.report, 0.5, 0.8))
    both = np.concatenate([real, generated])
    report = within(context.report, 0.8, 1)

    def follow(points: Array, share: float) -> bool:
        report(share)
        return False

    points = choose("method", method, METHODS).embed(both, 2, STANDARD, follow).points
    sets = real, generated, training
    fitted = fitted_of(dataset)
    classes = named_classes(fitted, sets)
    shares = {"cluster": cluster_shares(sets, max(2, len(dataset.spec.label_names) or CLUSTERS))}
    if classes is not None and fitted.y is not None:
        shares["share"] = shares_of(classes, int(fitted.y.max()) + 1)
    best = accuracies.mean(axis=1).argmax()
    spreads = {"told": float(accuracies[best].std(ddof=1)), "told_baseline": float(baselines[best].std(ddof=1))}
    distances = {}
    for name, (of_real, *others) in shares.items():
        for other, rows in zip((f"{name}_distance", f"{name}_baseline"), others, strict=True):
            distances[other], spreads[other] = distance(of_real, rows), spread(of_real, rows, count)
    return TwoSamples(
        counts=counts(dataset, shown_of(dataset)),
        compared=count,
        accuracies=accuracies,
        baselines=baselines,
        points=points.astype(np.float32),
        class_shares=None if classes is None else shares["share"][:2],
        cluster_shares=shares["cluster"][:2],
        spreads=spreads,
        told=float(accuracies[best].mean()),
        told_baseline=float(baselines[best].mean()),
        named=None if classes is None else float((classes[0] == labels_of(held_out[:count])).mean()),
        **distances,
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


def tell_apart(real: Array, other: Array, report: Report = ignore_progress) -> Array:
    """How often each of `CLASSIFIERS` is right on the samples left out of each fold, (classifiers, folds).

    Both sets (N, D) are of one size, so chance is ½.
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    x, y = np.concatenate([real, other]), np.repeat([0, 1], [len(real), len(other)])
    folds = [*StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, y)]
    right = np.zeros((len(CLASSIFIERS), FOLDS))
    for row, make in enumerate(CLASSIFIERS.values()):
        for place, fold in enumerate(folds):
            (right[row, place],) = cross_val_score(make(), x, y, cv=[fold])
            report((row * FOLDS + place + 1) / right.size)
    return right


def named_classes(train: Split, sets: Sequence[Array]) -> list[Array] | None:
    """The class (n,) that each sample of each set looks like to the nearest training samples, or None."""
    if train.y is None or len(torch.unique(train.y)) < 2:
        return None
    return [looks_like(torch.from_numpy(of), train.x, train.y) for of in sets]


def cluster_shares(sets: Sequence[Array], clusters: int) -> Array:
    """The shares (sets, clusters) of each set (n, D) in each k-means cluster of all of them together."""
    from sklearn.cluster import KMeans

    together = np.concatenate(sets)
    members = KMeans(min(clusters, len(together)), n_init=4, random_state=0).fit_predict(together)
    return shares_of(np.split(members, np.cumsum([len(of) for of in sets])[:-1]), members.max() + 1)


def shares_of(sets: Sequence[Array], count: int) -> Array:
    """The share (sets, count) that each number below `count` has of each set (n,)."""
    return np.stack([np.bincount(of, minlength=count) / len(of) for of in sets])


def distance(one: Array, other: Array) -> float:
    """The total variation ½ Σ_k |p_k − q_k| of two rows of shares (K,)."""
    return float(np.abs(one - other).sum() / 2)


def spread(one: Array, other: Array, count: int) -> float:
    """The standard deviation of that distance if `count` samples each were drawn anew by these shares (bootstrap)."""
    rng = np.random.default_rng(0)
    draws = zip(*(rng.multinomial(count, shares, DRAWS) / count for shares in (one, other)), strict=True)
    return float(np.std([distance(*pair) for pair in draws], ddof=1))
