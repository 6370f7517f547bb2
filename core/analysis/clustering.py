"""Whether codes fall into groups, and whether the groups are the classes that nobody told the model about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.cluster_methods import METHODS
from core.analysis.cluster_scores import Scores, contingency, scores, summary
from core.analysis.data import codes_of, counts, fitted_of, flat, labels_of, outputs, shown_of
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Result, choose, measured
from core.errors import LatentLabError
from core.plane import Plane
from core.protocol import Array


@dataclass(frozen=True, kw_only=True)
class Clustering(Result):
    """Clusters of held-out samples, scored on `codes`, on `raw` values, and on `pca` of these, of the codes' size.

    The arrays are those of the first seed on codes: `assignments` (N,) and `sizes` (clusters,), the `samples` (N, …)
    with their `labels` (N,), or None, and their codes in the `plane` (N, 2). `confusion` (clusters, classes) counts the
    samples of each class in each cluster; without labels it is None, as is `chance_accuracy`.
    """

    codes: Scores
    raw: Scores
    pca: Scores
    assignments: Array
    sizes: Array
    samples: Array
    labels: Array | None
    plane: Array
    confusion: Array | None = None
    chance_accuracy: float | None = measured(
        "Accuracy of one cluster",
        "%",
        ".1f",
        None,
        "Share of the largest class: the accuracy of putting every sample in one cluster.",
        default=None,
    )


# What is clustered: a field of `Clustering` → its title.
SPACES: dict[str, str] = {
    "codes": "this model's codes",
    "raw": "raw values",
    "pca": "PCA, same size",
}


def cluster(context: Context, method: str = "kmeans", clusters: int = 10, seeds: int | None = None) -> Clustering:
    """Fit clusters on training samples and assign held-out ones, on codes, raw values, and PCA of raw values.

    Scores are over the `seeds` 0, 1, …, as many as the method can be given in reasonable time unless said otherwise.
    The method "model" takes the model's own assignments in place of the codes' and its own number of clusters, without
    any chance in it, and k-means with as many clusters on raw values and PCA.

    Raises:
        LatentLabError: an unknown method or one that the model lacks, more clusters than samples to fit, or codes all
            the same.
    """
    chosen = choose("clustering", method, METHODS)
    if not chosen.fits(type(context.model)):
        raise LatentLabError(f"{context.model.title} makes no assignments of its own; choose another method.")
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    own = outputs(context.model.assign, shown.x).numpy() if method == "model" else None
    clusters, seeds = clusters if own is None else own.shape[1], chosen.seeds if seeds is None else seeds
    if not 1 <= clusters <= len(fitted.x):
        raise LatentLabError(f"{clusters} clusters cannot be found in {len(fitted.x)} training samples.")
    codes = codes_of(context.model.encode, fitted.x), codes_of(context.model.encode, shown.x)
    raw = flat(fitted.x), flat(shown.x)
    pca = fit_pca(raw[0], codes[0].shape[1])
    spaces = {"codes": codes, "raw": raw, "pca": (pca.transform(raw[0]), pca.transform(raw[1]))}

    labels = labels_of(shown)
    found = {} if own is None else {"codes": [own.argmax(axis=1)]}
    for done, (space, (train, test)) in enumerate(spaces.items()):
        if space not in found:
            found[space] = [chosen.build(clusters, train, seed).fit(train).predict(test) for seed in range(seeds)]
        context.report((done + 1) / len(spaces))
    first = found["codes"][0]
    classes = len(context.dataset.spec.label_names)
    confusion = None if labels is None else contingency(first, labels, clusters, classes)
    return Clustering(
        counts=counts(context.dataset, shown, fitted),
        **{space: summary([scores(test, run, labels) for run in found[space]]) for space, (_, test) in spaces.items()},
        assignments=first,
        sizes=np.bincount(first, minlength=clusters),
        samples=shown.x.numpy(),
        labels=labels,
        plane=Plane(context.axes).flatten(codes[1]),
        confusion=confusion,
        chance_accuracy=None if confusion is None else float(confusion.sum(axis=0).max() / confusion.sum()),
    )
