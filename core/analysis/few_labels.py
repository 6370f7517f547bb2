"""How few labels a classifier needs on codes, beside raw values and PCA: features that were learned without labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from core.analysis.clustering import spaces_of
from core.analysis.data import counts, fitted_of, labels_of, shown_of
from core.analysis.result import Context, Result, measured
from core.dataset import Dataset
from core.errors import LatentLabError
from core.protocol import Array

# Labels a class; beyond these, all that there are.
LABELS = (1, 2, 5, 10, 20, 50)
# Draws of the labelled samples: with one label a class it matters much which.
DRAWS = 20
# Neighbours that vote, or as many as a class has labels.
NEIGHBOURS = 5


@dataclass(frozen=True, kw_only=True)
class FewLabels(Result):
    """`accuracies` (spaces, classifiers, labels, draws) on held-out samples, by `labels` a class, the last of them all.

    `spaces` and `classifiers` are named as in `SPACES` and `CLASSIFIERS`. With all labels there is one draw, repeated.
    """

    spaces: tuple[str, ...]
    classifiers: tuple[str, ...]
    labels: tuple[int, ...]
    accuracies: Array
    chance: float = measured(
        "Largest class", "", ".3f", None, "The accuracy of always naming the class that most held-out samples have."
    )


def few_labels(context: Context) -> FewLabels:
    """Accuracy of classifiers with 1, 2, 5, … and all labels a class, on codes, raw values, and PCA of the codes' size.

    Each space is scaled as a whole by its training samples, whose labels are not needed for that.

    Raises:
        LatentLabError: the data have no labels or one class only, or the codes are all the same.
    """
    labels, held_out, known = labels_to_learn(context.dataset)
    sizes = np.unique(labels, return_counts=True)[1]
    steps = (*(count for count in LABELS if count <= sizes.max()), int(sizes.max()))
    steps = tuple(dict.fromkeys(steps))
    spaces = {name: scaled(*rows) for name, rows in spaces_of(context).items()}
    chosen = [list(drawn(labels, count)) for count in steps]

    accuracies = np.zeros((len(spaces), len(CLASSIFIERS), len(steps), DRAWS), np.float32)
    for i, (train, test) in enumerate(spaces.values()):
        for k, draws in enumerate(chosen):
            for draw, rows in enumerate(draws):
                for j, classify in enumerate(CLASSIFIERS.values()):
                    named = classify(train[rows], labels[rows], test[known])
                    accuracies[i, j, k, draw] = (named == held_out[known]).mean()
                context.report((i * len(steps) + k + (draw + 1) / len(draws)) / (len(spaces) * len(steps)))
            if len(draws) == 1:
                accuracies[i, :, k] = accuracies[i, :, k, :1]
    return FewLabels(
        counts=counts(context.dataset, shown_of(context.dataset), fitted_of(context.dataset)),
        spaces=tuple(spaces),
        classifiers=tuple(CLASSIFIERS),
        labels=steps,
        accuracies=accuracies,
        chance=float(np.bincount(held_out[known]).max() / known.sum()),
    )


def labels_to_learn(dataset: Dataset) -> tuple[Array, Array, Array]:
    """The labels of training samples (N,) and of held-out ones (M,), and which of the latter are asked for (M,).

    A class that was left out of training has no labels to learn from.

    Raises:
        LatentLabError: the data have no labels, or one class only.
    """
    labels, held_out = labels_of(fitted_of(dataset)), labels_of(shown_of(dataset))
    if labels is None or held_out is None:
        raise LatentLabError("These data have no labels, so there is nothing to classify.")
    if len(np.unique(labels)) < 2:
        raise LatentLabError("All training samples are of one class, so there is nothing to tell apart.")
    return labels, held_out, np.isin(held_out, labels)


def drawn(labels: Array, count: int) -> Iterator[Array]:
    """Places of `count` samples of each class, twenty times anew; where no class has more, all of them, once."""
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    if count >= max(map(len, members)):
        yield np.concatenate(members)
        return
    for draw in range(DRAWS):
        rng = np.random.default_rng((count, draw))
        yield np.concatenate([rng.choice(of, min(count, len(of)), replace=False) for of in members])


def scaled(train: Array, test: Array) -> tuple[Array, Array]:
    """Rows (N, D) and (M, D) around the training mean, divided by one number so that their mean variance is 1.

    Column by column would make as much of an idle latent, or of PCA's last component, as of the first.
    """
    mean, scale = train.mean(axis=0), float(np.sqrt(train.var(axis=0).mean()))
    return (train - mean) / scale, (test - mean) / scale


def logistic_regression(x: Array, y: Array, test: Array, price: float = 1.0) -> Array:
    """The classes (M,) of rows (M, D) by multinomial logistic regression with an L2 penalty, C being the `price`."""
    from sklearn.linear_model import LogisticRegression

    named: Array = LogisticRegression(C=price, max_iter=200, tol=1e-3).fit(x, y).predict(test)
    return named


def nearest_neighbours(x: Array, y: Array, test: Array) -> Array:
    """The classes (M,) of rows (M, D) by a vote of the five nearest, or of fewer where a class has fewer labels."""
    from sklearn.neighbors import KNeighborsClassifier

    few = min(NEIGHBOURS, int(np.unique(y, return_counts=True)[1].min()))
    # An even number of voters is often tied.
    named: Array = KNeighborsClassifier(few - (few + 1) % 2).fit(x, y).predict(test)
    return named


CLASSIFIERS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "logistic regression": logistic_regression,
    "k nearest neighbours": nearest_neighbours,
}
