"""A classifier that judges generated samples: fitted to labelled training data, then frozen."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from core.analysis.result import Report, ignore_progress
from core.dataset import Split
from core.errors import LatentLabError
from core.protocol import Array

# Samples (N, …) → for each class the probability that they belong to it and not to the rest, (N, K).
Classifier = Callable[[Tensor], Tensor]
# A sample counts as one of a class from this probability on.
CONFIDENT = 0.9
# It learns from no more samples than these: machines for ten classes take seconds then.
LEARNED = 1500
# The price on a sample on the wrong side of the boundary.
C = 10.0
# Parts that it learns from in turn, to know how sure it may be of the others.
PARTS = 5
# Units of the hidden layer that samples are compared in, and how often its network sees what it learns from.
FEATURES = 64
PASSES = 50


def classifier(train: Split, report: Report = ignore_progress) -> Classifier:
    """A support vector machine for each class against the rest, fitted to a fixed part of labelled data and frozen.

    Probabilities are Platt's, class by class, and need not sum to one: normalised, the least unlikely class of a
    sample that resembles none would look certain. A class of which hardly a sample is in that part is never found.

    Raises:
        LatentLabError: there are no labels.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import SVC

    if train.y is None:
        raise LatentLabError("Fidelity is judged by a classifier, and these data have no labels to train it on.")
    learned = train.fixed(LEARNED)
    columns = torch.nn.functional.one_hot(torch.as_tensor(learned.y), int(train.y.max()) + 1).numpy()
    machines = {}
    for label, is_it in enumerate(columns.T):
        # Platt's probabilities are fitted to what each of so many parts makes of the samples of another.
        if PARTS <= is_it.sum() <= len(is_it) - PARTS:
            machine = CalibratedClassifierCV(SVC(C=C), cv=PARTS, ensemble=False)
            machines[label] = machine.fit(learned.x.flatten(1).numpy(), is_it)
        report((label + 1) / columns.shape[1])

    def probabilities(x: Tensor) -> Tensor:
        found = torch.zeros(len(x), columns.shape[1], dtype=torch.float64)
        for label, machine in machines.items():
            found[:, label] = torch.from_numpy(machine.predict_proba(x.flatten(1).numpy())[:, 1])
        return found

    return probabilities


def namer(train: Split) -> Callable[[Tensor], Tensor]:
    """What names the class (N,) of samples (N, …): a support vector machine, fitted as `classifier` is and frozen.

    Raises:
        LatentLabError: there are no labels, or one class only.
    """
    from sklearn.svm import SVC

    machine = SVC(C=C).fit(*_learned(train))
    return lambda x: torch.from_numpy(machine.predict(x.flatten(1).numpy()))


def features(train: Split) -> Callable[[Tensor], Tensor]:
    """What a classifier sees in samples: (N, …) → the hidden layer (N, FEATURES) of a network fitted to labelled data.

    Raises:
        LatentLabError: there are no labels, or one class only.
    """
    from sklearn.neural_network import MLPClassifier

    # A fixed number of passes is no convergence, and features need none.
    network = MLPClassifier((FEATURES,), max_iter=PASSES, n_iter_no_change=PASSES, random_state=0)
    with warnings.catch_warnings(action="ignore"):
        network.fit(*_learned(train))
    weight, bias = (torch.from_numpy(part[0]) for part in (network.coefs_, network.intercepts_))
    # h = ReLU(x W + b)
    return lambda x: (x.flatten(1) @ weight + bias).relu()


def verdict(
    classify: Classifier, samples: Tensor, wanted: Tensor | None = None, known: Tensor | None = None
) -> tuple[float, float, float, float | None]:
    """What a classifier finds in `samples` (N, …): fidelity, the share of classes that occur, and the rarest's share.

    Fidelity is the share of samples that are of some class with a probability of 0.9 at least. The rarest class is
    compared with an equal share of these: 1 when all are as frequent. Only the `known` classes (K,) can occur, all if
    that is not said. Where classes (N,) are `wanted`, the fourth is the share of samples that are of these with such a
    probability.
    """
    probabilities = classify(samples)
    best, found = probabilities.max(dim=1)
    confident = best >= CONFIDENT
    counts = torch.bincount(found[confident], minlength=probabilities.shape[1])
    counts = counts if known is None else counts[known]
    rarest = counts.min() * len(counts) / counts.sum().clamp(min=1)
    met = None if wanted is None else float((confident & (found == wanted)).float().mean())
    return float(confident.float().mean()), float((counts > 0).float().mean()), float(rarest), met


def accuracy(classify: Classifier, split: Split) -> float:
    """The share of labelled samples whose class the classifier finds most likely."""
    return float(classify(split.x).argmax(dim=1).eq(torch.as_tensor(split.y)).float().mean())


def _learned(train: Split) -> tuple[Array, Tensor]:
    """The rows (N, D) that a classifier learns from, and their classes (N,).

    Raises:
        LatentLabError: there are no labels, or one class only.
    """
    if train.y is None or len(torch.unique(train.y)) < 2:
        raise LatentLabError("A classifier learns from samples of two classes at least, and these data have no two.")
    learned = train.fixed(LEARNED)
    return learned.x.flatten(1).numpy(), torch.as_tensor(learned.y)
