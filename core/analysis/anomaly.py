"""Which held-out samples look strange: by the model's reconstruction error, and by detectors that need no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.analysis.data import counts, fitted_of, flat, shown_of
from core.analysis.reconstruction import reconstruct
from core.analysis.result import Context, Result, measured
from core.protocol import Array

# Neighbours that a sample is compared with: few, so that a small group of its own kind does not hide it.
NEIGHBOURS = 5
# As many as the paper of the local outlier factor advises at least (Breunig et al. 2000, section 6.2: 10 to 20).
LOCAL_NEIGHBOURS = 20


@dataclass(frozen=True, kw_only=True)
class Anomalies(Result):
    """How strange each held-out sample is to each of the `detectors`, called as in `TITLES`.

    `scores` (detectors, N) has a row for each: higher is stranger, and scales differ. They belong to the `originals`
    (N, …) and their `labels` (N,), or None. `unseen` (N,) marks the samples whose class is in no training sample, and
    `unseen_classes` names these classes; where there are none, `unseen` and `auc` are None.
    """

    detectors: tuple[str, ...]
    scores: Array
    originals: Array
    labels: Array | None
    unseen: Array | None = None
    unseen_classes: tuple[str, ...] = ()
    auc: Mapping[str, float] | None = measured(
        "ROC-AUC",
        "",
        ".3f",
        "higher",
        "How often a held-out sample of a class never seen in training scores higher than another sample: 0.5 is "
        "chance, 1 is perfect.",
        default=None,
    )


def detect(context: Context) -> Anomalies:
    """Score held-out samples by the model's squared reconstruction error, PCA's, and `DETECTORS`.

    All are fitted on training samples. PCA is left out where it reconstructs everything: its errors are then rounding.

    Raises:
        LatentLabError: a reconstruction is not finite.
    """
    rebuilt = reconstruct(context)
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    train, test = flat(fitted.x), flat(shown.x)
    scores = {"model": rebuilt.errors}
    if not rebuilt.pca_is_exact:
        scores["pca"] = rebuilt.pca_errors
    scores |= {name: detector.scores(train, test) for name, detector in DETECTORS.items()}
    unseen, unseen_classes, areas = None, (), None
    if shown.y is not None and context.dataset.train.y is not None:
        new = ~np.isin(shown.y.numpy(), context.dataset.train.y.numpy())
        if new.any() and not new.all():
            names = context.dataset.spec.label_names
            unseen, unseen_classes = new, tuple(names[label] for label in np.unique(shown.y.numpy()[new]))
            areas = {name: auc(values, new) for name, values in scores.items()}
    return Anomalies(
        counts=counts(context.dataset, shown, fitted),
        detectors=tuple(scores),
        scores=np.stack(list(scores.values())),
        originals=rebuilt.originals,
        labels=rebuilt.labels,
        unseen=unseen,
        unseen_classes=unseen_classes,
        auc=areas,
    )


def auc(scores: Array, unseen: Array) -> float:
    """The area under the ROC curve of `scores` (N,): P(score of an unseen sample > that of another), ties half."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(unseen, scores))


def nearest(train: Array, test: Array) -> Array:
    """The mean distance to the five nearest training samples (Angiulli & Pizzuti 2002)."""
    from sklearn.neighbors import NearestNeighbors

    neighbours = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(train))).fit(train)
    distances: Array = neighbours.kneighbors(test)[0].mean(axis=1)
    return distances


def local_outlier_factor(train: Array, test: Array) -> Array:
    """How much sparser training samples are around it than around its neighbours (Breunig et al. 2000)."""
    from sklearn.neighbors import LocalOutlierFactor

    local = LocalOutlierFactor(n_neighbors=min(LOCAL_NEIGHBOURS, len(train) - 1), novelty=True).fit(train)
    scores: Array = -local.score_samples(test)
    return scores


def isolation_forest(train: Array, test: Array) -> Array:
    """How few random cuts it takes to part a sample from the others (Liu et al. 2008), 100 trees."""
    from sklearn.ensemble import IsolationForest

    scores: Array = -IsolationForest(random_state=0).fit(train).score_samples(test)
    return scores


@dataclass(frozen=True)
class Detector:
    """A title, and the function from training rows (M, D) and held-out rows (N, D) to the latter's scores (N,)."""

    title: str
    scores: Callable[[Array, Array], Array]


DETECTORS: dict[str, Detector] = {
    "nearest": Detector(f"Distance to {NEIGHBOURS} nearest", nearest),
    "local_outlier_factor": Detector("Local outlier factor", local_outlier_factor),
    "isolation_forest": Detector("Isolation forest", isolation_forest),
}
# All that samples are scored by, reconstruction errors first: name → title.
TITLES: dict[str, str] = {
    "model": "This model's error",
    "pca": "PCA's error",
    **{name: detector.title for name, detector in DETECTORS.items()},
}
