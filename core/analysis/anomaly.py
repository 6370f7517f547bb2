"""Which held-out samples look strange: by the model's reconstruction error, and by detectors that need no network."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.analysis.data import fitted_of, flat, shown_of
from core.analysis.reconstruction import reconstruct
from core.analysis.result import Context, Result
from core.protocol import Array

# Neighbours that a sample is held against: few, so that a small group of its own kind does not hide it.
NEIGHBOURS = 5
# As many as the paper of the local outlier factor advises at least (Breunig et al. 2000, section 6.2: 10 to 20).
LOCAL_NEIGHBOURS = 20


def detect(context: Context) -> Result:
    """How strange each held-out sample is, (N,) a detector, as `model`, `pca` and the names of `DETECTORS`.

    The first two are squared reconstruction errors; all are fitted on training samples, higher is stranger, and scales
    differ. Where held-out samples have labels that no training sample has, `unseen` (N,) marks them, `unseen_classes`
    names them, and `auc[detector]` is the probability that such a sample gets a higher score than one of the others.
    `originals` and `reconstructions` (N, …) and their `order` by the model's error are those of the reconstructions.
    """
    rebuilt = reconstruct(context)
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    train, test = flat(fitted.x), flat(shown.x)
    scores = {"model": rebuilt.arrays["errors"], "pca": rebuilt.arrays["pca_errors"]}
    scores |= {name: detector(train, test) for name, detector in DETECTORS.items()}
    kept = ("originals", "reconstructions", "order", "labels")
    arrays = {**scores, **{name: rebuilt.arrays[name] for name in kept if name in rebuilt.arrays}}
    numbers: dict[str, Any] = {"fitted": len(fitted.x), "training": len(context.dataset.train.x)}
    if shown.y is not None and context.dataset.train.y is not None:
        unseen = ~np.isin(shown.y.numpy(), context.dataset.train.y.numpy())
        if unseen.any() and not unseen.all():
            arrays["unseen"] = unseen
            names = context.dataset.label_names
            numbers["unseen_classes"] = [names[label] for label in np.unique(shown.y.numpy()[unseen])]
            numbers["auc"] = {name: auc(values, unseen) for name, values in scores.items()}
    return Result(numbers, arrays)


def auc(scores: Array, unseen: Array) -> float:
    """The area under the ROC curve of `scores` (N,): P(score of an unseen sample > that of another), ties half."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(unseen, scores))


def isolation_forest(train: Array, test: Array) -> Array:
    """How few random cuts it takes to part a sample from the others (Liu et al. 2008), 100 trees."""
    from sklearn.ensemble import IsolationForest

    scores: Array = -IsolationForest(random_state=0).fit(train).score_samples(test)
    return scores


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


DETECTORS: dict[str, Callable[[Array, Array], Array]] = {
    "isolation_forest": isolation_forest,
    "nearest": nearest,
    "local_outlier_factor": local_outlier_factor,
}
