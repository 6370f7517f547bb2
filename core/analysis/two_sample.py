"""Whether generated samples can be told from real ones: by classifiers, by their classes, by their clusters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.analysis.arithmetic import NEIGHBOURS
from core.analysis.data import counts, flat, labels_of, like_training, shown_of
from core.analysis.judge import namer
from core.analysis.result import Context, Report, Result, ignore_progress, measured, within
from core.analysis.sampling import comparable
from core.dataset import Split
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
    generated ones, and from training samples.
    `class_shares` (2, classes) are the real and the generated samples' shares of each class that is in training, as
    a classifier of training samples says, or None; `cluster_shares` (2, clusters) those of each k-means cluster of
    these and training samples together. `spreads` are standard deviations by name: of accuracies over folds, of
    distances over samples drawn anew.
    """

    definition = 3
    compared: int
    accuracies: Array
    baselines: Array
    class_shares: Array | None
    cluster_shares: Array
    spreads: Mapping[str, float]
    told: float = measured(
        "Told apart",
        "%",
        ".0f",
        "lower",
        "How often the better classifier tells held-out samples from generated ones: 50 % is as if it tossed a coin. "
        "Which is better on one fifth of them is said by the other four.",
    )
    told_baseline: float = measured(
        "Training data told apart",
        "%",
        ".0f",
        None,
        "The same of training samples in place of generated ones: what new samples of the same kind would get.",
    )
    p_value: float = measured(
        "Chance of that by tossing a coin",
        "",
        ".2g",
        None,
        "How probable it is that tossing a coin is right as often as the classifier, or more often (binomial): below "
        "0.05, there is a difference.",
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
        "How often the classifier names the class of a held-out sample: shares of classes are no surer.",
        default=None,
    )

    @property
    def by_chance(self) -> float:
        """The standard deviation that accuracies of a coin have: ½ / √(2 n), of n samples of either kind."""
        return 0.5 / float(np.sqrt(2 * self.compared))


def compare_samples(context: Context, prior: str = "", seed: int = 0) -> TwoSamples:
    """A classifier two-sample test (Lopez-Paz & Oquab 2017), and shares of classes and of clusters.

    Raises:
        LatentLabError: there are too few held-out samples, one generated is not finite, or there is no such prior.
    """
    dataset = context.dataset
    held_out, drawn = side_by_side(context, prior, seed)
    count = len(drawn)
    samples = held_out.x, drawn, dataset.train.fixed(count).x
    sets = real, generated, training = [flat(each) for each in samples]
    context.report(0.2)
    accuracies = tell_apart(real, generated, within(context.report, 0.2, 0.5))
    baselines = tell_apart(real, training, within(context.report, 0.5, 0.9))
    classes = named_classes(dataset.train, samples)
    shares = {"cluster": cluster_shares(sets, max(2, len(dataset.spec.label_names) or CLUSTERS))}
    if classes is not None and dataset.train.y is not None:
        shares["share"] = shares_of(classes, int(dataset.train.y.max()) + 1)
    folds = {"told": better(accuracies), "told_baseline": better(baselines)}
    told = {name: float(of.mean()) for name, of in folds.items()}
    spreads = {name: float(of.std(ddof=1)) for name, of in folds.items()}
    distances = {}
    for name, (of_real, *others) in shares.items():
        for other, rows in zip((f"{name}_distance", f"{name}_baseline"), others, strict=True):
            distances[other], spreads[other] = distance(of_real, rows), spread(of_real, rows, count)
    return TwoSamples(
        counts=counts(dataset, shown_of(dataset)),
        compared=count,
        accuracies=accuracies,
        baselines=baselines,
        class_shares=None if classes is None else shares["share"][:2],
        cluster_shares=shares["cluster"][:2],
        spreads=spreads,
        p_value=by_coin(told["told"], 2 * count),
        named=None if classes is None else float((classes[0] == labels_of(held_out)).mean()),
        **told,
        **distances,
    )


def side_by_side(context: Context, prior: str, seed: int) -> tuple[Split, Tensor]:
    """Real, held-out samples, and as many generated ones (n, …).

    Raises:
        LatentLabError: there are too few held-out samples, one generated is not finite, or there is no such prior.
    """
    # No generator can know a class that training never saw.
    real = like_training(context.dataset)
    count = min(COMPARED, len(real.x), len(context.dataset.train.x))
    if count < FEWEST:
        raise LatentLabError(f"Samples are compared where there are {FEWEST} held-out ones at least; here are {count}.")
    return real[:count], comparable(context, prior, count, seed)


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


def better(accuracies: Array) -> Array:
    """The accuracies (folds,) of the classifier that is better on the other folds, of (classifiers, folds).

    Chosen by the fold that it is judged on, the better of two would be above chance where both toss a coin.
    """
    others = accuracies.sum(axis=1, keepdims=True) - accuracies
    chosen: Array = np.take_along_axis(accuracies, others.argmax(axis=0)[None], axis=0)[0]
    return chosen


def by_coin(accuracy: float, n: int) -> float:
    """The probability that a coin is right at least as often in `n` tosses (Lopez-Paz & Oquab 2017, section 3.1)."""
    from scipy.stats import binom

    return float(binom.sf(round(accuracy * n) - 1, n, 0.5))


def named_classes(train: Split, sets: Sequence[Tensor]) -> list[Array] | None:
    """The class (n,) that a classifier of training samples gives each sample of each set (n, …), or None."""
    if train.y is None or len(torch.unique(train.y)) < 2:
        return None
    name = namer(train)
    return [name(of).numpy() for of in sets]


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
