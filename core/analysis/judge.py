"""A classifier that judges generated samples: fitted to labelled training data, then frozen."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from core.dataset import Split
from core.errors import LatentLabError

# Samples (N, …) → for each class the probability that they belong to it and not to the rest, (N, K).
Classifier = Callable[[Tensor], Tensor]
# A sample counts as one of a class from this probability on.
CONFIDENT = 0.9
# It learns from no more samples than these: machines for ten classes take seconds then.
LEARNED = 1500
# Units of the hidden layer that samples are compared in, and how often its network sees what it learns from.
FEATURES = 64
PASSES = 50


def classifier(train: Split) -> Classifier:
    """A support vector machine for each class against the rest, fitted to a fixed part of labelled data and frozen.

    Probabilities are Platt's, class by class, and need not sum to one: normalised, the least unlikely class of a
    sample that resembles none would look certain.

    Raises:
        LatentLabError: there are no labels.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import SVC

    if train.y is None:
        raise LatentLabError("Fidelity is judged by a classifier, and these data have no labels to train it on.")
    learned = train.fixed(LEARNED)
    # Given one column a class, scikit-learn leaves the probabilities as they are.
    columns = torch.nn.functional.one_hot(torch.as_tensor(learned.y), int(train.y.max()) + 1).numpy()
    machines = OneVsRestClassifier(CalibratedClassifierCV(SVC(C=10.0), ensemble=False))
    machines.fit(learned.x.flatten(1).numpy(), columns)
    return lambda x: torch.from_numpy(machines.predict_proba(x.flatten(1).numpy()))


def features(train: Split) -> Callable[[Tensor], Tensor]:
    """What a classifier sees in samples: (N, …) → the hidden layer (N, FEATURES) of a network fitted to labelled data.

    Raises:
        LatentLabError: there are no labels, or one class only.
    """
    from sklearn.neural_network import MLPClassifier

    if train.y is None or len(torch.unique(train.y)) < 2:
        raise LatentLabError("A classifier learns its features from samples of two classes at least.")
    learned = train.fixed(LEARNED)
    # A fixed number of passes is no convergence, and features need none.
    network = MLPClassifier((FEATURES,), max_iter=PASSES, n_iter_no_change=PASSES, random_state=0)
    with warnings.catch_warnings(action="ignore"):
        network.fit(learned.x.flatten(1).numpy(), learned.y)
    weight, bias = (torch.from_numpy(part[0]) for part in (network.coefs_, network.intercepts_))
    # h = ReLU(x W + b)
    return lambda x: (x.flatten(1) @ weight + bias).relu()


def verdict(
    classify: Classifier, samples: Tensor, wanted: Tensor | None = None
) -> tuple[float, float, float, float | None]:
    """What a classifier finds in `samples` (N, …): fidelity, the share of classes that occur, and the rarest's share.

    Fidelity is the share of samples that are of some class with a probability of 0.9 at least. The rarest class is
    compared with an equal share of these: 1 when all are as frequent. Where classes (N,) are `wanted`, the fourth is
    the share of samples that are of these with such a probability.
    """
    probabilities = classify(samples)
    best, found = probabilities.max(dim=1)
    confident = best >= CONFIDENT
    counts = torch.bincount(found[confident], minlength=probabilities.shape[1])
    rarest = counts.min() * len(counts) / counts.sum().clamp(min=1)
    met = None if wanted is None else float((confident & (found == wanted)).float().mean())
    return float(confident.float().mean()), float((counts > 0).float().mean()), float(rarest), met


def accuracy(classify: Classifier, split: Split) -> float:
    """The share of labelled samples whose class the classifier finds most likely."""
    return float(classify(split.x).argmax(dim=1).eq(torch.as_tensor(split.y)).float().mean())
