"""Which held-out samples look strange: by the model's reconstruction error, and by detectors that need no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.data import counts, fitted_of, flat, held_back, outputs, shown_of
from core.analysis.flagging import auc
from core.analysis.reconstruction import reconstruct
from core.analysis.result import Context, Result, measured
from core.analysis.spread import of_share
from core.model import Model
from core.protocol import Array

# Neighbours that a sample is compared with: few, so that a small group of its own kind does not hide it.
NEIGHBOURS = 5
# As many as the paper of the local outlier factor advises at least (Breunig et al. 2000, section 6.2: 10 to 20).
LOCAL_NEIGHBOURS = 20
# ν of the one-class SVM: the share of training samples that may lie outside.
OUTSIDE = 0.1
# How often the one-class SVM's kernel may get twice as narrow.
NARROWER = 6
# Codes drawn for each sample where a bound is estimated.
DRAWS = 10


@dataclass(frozen=True, kw_only=True)
class Anomalies(Result):
    """How strange each held-out sample is to each of the `detectors`, called as in `TITLES`.

    `scores` (detectors, N) has a row for each: higher is stranger, and scales differ. They belong to the `originals`
    (N, …), their `reconstructions` (N, …) and their `labels` (N,), or None; `places` (N,) say where these stand among
    all samples that somebody brought, and are None of others. `unseen` (N,) marks the samples whose class is in no
    training sample, and `unseen_classes` names these classes; where there are none, `unseen`, `auc` and `spread`, the
    standard deviation of each area, are None.
    """

    definition = 2
    detectors: tuple[str, ...]
    scores: Array
    originals: Array
    reconstructions: Array
    labels: Array | None
    places: Array | None = None
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
    spread: Mapping[str, float] | None = None

    @property
    def errors(self) -> Array:
        """The squared error of each reconstruction, (N,)."""
        error: Array = self.scores[self.detectors.index("model" if "model" in self.detectors else "inversion")]
        return error


def detect(context: Context) -> Anomalies:
    """Score held-out samples by what the model says of them, by PCA's error, and by `DETECTORS`.

    All are fitted on training samples. PCA is left out where it reconstructs everything: its errors are then rounding.

    Raises:
        LatentLabError: a reconstruction is not finite.
    """
    rebuilt = reconstruct(context)
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    train, test = flat(fitted.x), flat(shown.x)
    scores = {"model": rebuilt.errors} if context.model.autoencodes else {"inversion": rebuilt.errors}
    if context.model.autoencodes:
        # Of what autoencoders say of digits this tells most.
        scores = {"manifold": nearest(flat(outputs(context.model.reconstruct, fitted.x)), test, 1), **scores}
    if "likelihood" in context.model.capabilities:
        scores["bound"] = minus_elbo(context.model, shown.x)
    if not rebuilt.pca_is_exact:
        scores["pca"] = rebuilt.pca_errors
    for done, (name, detector) in enumerate(DETECTORS.items()):
        context.report(done / len(DETECTORS))
        scores[name] = detector.scores(train, test)
    unseen, unseen_classes, areas = None, (), {}
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
        reconstructions=rebuilt.reconstructions,
        labels=rebuilt.labels,
        places=None if shown.places is None else shown.places.numpy(),
        unseen=unseen,
        unseen_classes=unseen_classes,
        auc={name: area for name, (area, _) in areas.items()} or None,
        spread={name: sd for name, (_, sd) in areas.items()} or None,
    )


def minus_elbo(model: Model, x: Tensor) -> Array:
    """−ELBO of samples (N, …) in nats, the mean over `DRAWS` codes each (Kingma & Welling 2014, eq. 3)."""
    rng = torch.Generator().manual_seed(0)
    bound = torch.stack([outputs(lambda part: model.log_weights(part, part, rng), x) for _ in range(DRAWS)])
    scores: Array = -bound.mean(dim=0).numpy()
    return scores


def nearest(train: Array, test: Array, count: int = NEIGHBOURS) -> Array:
    """The mean distance to the `count` nearest training samples (Angiulli & Pizzuti 2002)."""
    from sklearn.neighbors import NearestNeighbors

    neighbours = NearestNeighbors(n_neighbors=min(count, len(train))).fit(train)
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


def one_class_svm(train: Array, test: Array) -> Array:
    """How far outside of a boundary around all but at most a tenth of training samples (Schölkopf et al. 2001).

    It is the tightest that shuts out no more of a held-back fifth than it should (Tax & Müller 2004): its kernel
    exp(−γ ‖x − y‖²) gets twice as narrow again and again, from γ = 1 / (D var) on.
    """
    from sklearn.svm import OneClassSVM

    kept, tried = held_back(train, np.random.default_rng(0))
    most = OUTSIDE + 2 * of_share(OUTSIDE, len(tried))
    gamma = 1 / (train.shape[1] * max(float(train.var()), 1e-12))
    for _ in range(NARROWER):
        outside = OneClassSVM(nu=OUTSIDE, gamma=2 * gamma).fit(kept).predict(tried) < 0
        if outside.sum() > most * len(tried):
            break
        gamma *= 2
    scores: Array = -OneClassSVM(nu=OUTSIDE, gamma=gamma).fit(train).score_samples(test)
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
    "one_class_svm": Detector("One-class SVM", one_class_svm),
}
# What finds strange samples without the model.
BASELINES = ("pca", *DETECTORS)
# All that samples are scored by, the model's own first: name → title. What has no encoder rebuilds nothing: the nearest
# that it can generate is searched for.
TITLES: dict[str, str] = {
    "manifold": "Distance to what it rebuilds",
    "model": "This model's error",
    "inversion": "Distance to what it can generate",
    "bound": "Minus its ELBO",
    "pca": "PCA's error",
    **{name: detector.title for name, detector in DETECTORS.items()},
}
