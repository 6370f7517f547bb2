"""Whether codes fall into groups, and whether the groups are the classes that nobody told the model about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from core.analysis.cluster_methods import METHODS, Method, NumberOfClusters
from core.analysis.cluster_scores import Scores, contingency, distances, scores, summary
from core.analysis.data import codes_of, counts, drawn_of, fitted_of, flat, labels_of, outputs, shown_of
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Result, choose, measured, within
from core.analysis.rocket import untrained_spaces
from core.errors import LatentLabError
from core.plane import axes_for, on_axes
from core.protocol import Array

# The share of the time that fitting takes; scoring takes the rest.
FITTING = 0.7
# What is clustered: a field of `ScoredClusters` → its title.
SPACES: dict[str, str] = {
    "own": "the model's own assignments",
    "codes": "this model's codes",
    "raw": "raw values",
    "pca": "PCA, same size",
    "rocket": "random kernels (ROCKET)",
    "quantiles": "quantiles of |values| and |steps|",
}


@dataclass(frozen=True, kw_only=True)
class ScoredClusters(Result):
    """Clusters of held-out samples, scored on `codes`, on `raw` values, and on `pca` of these, of the codes' size.

    Of series there are scores on what random kernels find, `rocket`, and on `quantiles`, too, both without training.
    `own` are the scores of the model's own assignments, where it makes any. `assignments` (N,) are those of the method
    to `clusters` clusters, some perhaps empty: on codes those of the first restart; −1 is noise.
    """

    own: Scores | None = None
    codes: Scores
    raw: Scores
    pca: Scores
    rocket: Scores | None = None
    quantiles: Scores | None = None
    clusters: int
    assignments: Array

    def spaces(self) -> dict[str, Scores]:
        """The scores that there are, by the name of the space."""
        return {name: getattr(self, name) for name in SPACES if getattr(self, name) is not None}


@dataclass(frozen=True, kw_only=True)
class Clustering(ScoredClusters):
    """Scored clusters and what is in them.

    `sizes` (clusters,) leave out noise. The `samples` (M, …) that are drawn, first the N that are scored, have `labels`
    (M,), or None; their codes stand in the `plane` (M, 2), as on every page, and are `clustered` (M,). `confusion`
    (rows, classes) counts the scored samples of each class in each cluster, and in a last row in none; without labels
    it is None, as is `chance_accuracy`. `assignments` (N,) are as above.
    """

    sizes: Array
    samples: Array
    labels: Array | None
    plane: Array
    clustered: Array
    confusion: Array | None = None
    chance_accuracy: float | None = measured(
        "Accuracy of one cluster",
        "",
        ".3f",
        None,
        "Share of the largest class: the accuracy of putting every sample in one cluster.",
        default=None,
    )


def cluster(context: Context, method: str = "kmeans", restarts: int | None = None, **parameters: Any) -> Clustering:
    """Fit clusters on training samples and assign held-out ones: their scores, and what is in them.

    Raises:
        LatentLabError: as `score_clusters` does.
    """
    found = score_clusters(context, method, restarts, **parameters)
    shown, assigned, chosen = shown_of(context.dataset), found.assignments, METHODS[method]
    labels, classes = labels_of(shown), len(context.dataset.spec.label_names)
    confusion = None if labels is None else contingency(assigned, labels, found.clusters, classes)
    # An embedding places samples together, so that with others each would lie elsewhere.
    drawn = drawn_of(context.dataset.test) if chosen.embedding is None else shown
    codes = codes_of(context.model.encode, drawn.x)
    return Clustering(
        **vars(found),
        sizes=np.bincount(assigned[assigned >= 0], minlength=found.clusters),
        samples=drawn.x.numpy(),
        labels=labels_of(drawn),
        plane=on_axes(codes, axes_for(codes, context.axes)),
        clustered=assigned if len(codes) == len(assigned) else _clustered(context, chosen, parameters, drawn.x, codes),
        confusion=confusion,
        chance_accuracy=None if confusion is None else float(confusion.sum(axis=0).max() / confusion.sum()),
    )


def _clustered(context: Context, method: Method, parameters: dict[str, Any], x: Tensor, codes: Array) -> Array:
    """The clusters (M,) of samples (M, …) and their codes: the model's own, or those of the first restart."""
    if method.is_own:
        own: Array = outputs(context.model.assign, x).numpy().argmax(axis=1)
        return own
    fitted = codes_of(context.model.encode, fitted_of(context.dataset).x)
    (found,) = method.assign(method.parameters(parameters), fitted, codes, seeds=[0])
    return found


def score_clusters(
    context: Context, method: str = "kmeans", restarts: int | None = None, **parameters: Any
) -> ScoredClusters:
    """Fit clusters on training samples and score those of held-out ones, on codes, raw values, and PCA of raw values.

    Series are scored on random kernels and quantiles as well. `parameters` are those that the method declares. In every
    space there are as many `restarts`, seeds 0, 1, …. The method "model" takes the model's own assignments and its own
    number of clusters, and k-means with as many in the other spaces.

    Raises:
        LatentLabError: an unknown method or one that the model lacks, parameters outside of their limits, more clusters
            than samples to fit, or codes all the same.
    """
    chosen = choose("clustering", method, METHODS)
    if not chosen.fits(type(context.model)):
        raise LatentLabError(f"{context.model.title} makes no assignments of its own; choose another method.")
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    own = outputs(context.model.assign, shown.x).numpy() if "assign" in context.model.capabilities else None
    if own is not None and chosen.is_own:
        parameters = {"clusters": own.shape[1]}
    values, labels = chosen.parameters(parameters), labels_of(shown)
    if isinstance(values, NumberOfClusters) and values.clusters > len(fitted.x):
        raise LatentLabError(f"{values.clusters} clusters cannot be found in {len(fitted.x)} training samples.")

    seeds, spaces = range(chosen.restarts if restarts is None else restarts), spaces_of(context)
    if context.dataset.kind == "sequence" and not context.dataset.spec.alphabet:
        spaces |= untrained_spaces(fitted.x, shown.x)
    assigned: dict[str, list[Array]] = {} if own is None else {"own": [own.argmax(axis=1)]}
    for done, (space, (train, test)) in enumerate(spaces.items()):
        report = within(context.report, FITTING * done / len(spaces), FITTING * (done + 1) / len(spaces))
        assigned[space] = chosen.assign(values, train, test, seeds, report)
    # The model's own assignments are of codes.
    apart = {space: distances(test) for space, (_, test) in spaces.items()}
    apart["own"] = apart["codes"]
    found = {}
    for space, runs in assigned.items():
        found[space] = summary([scores(apart[space], run, labels) for run in runs])
        context.report(FITTING + (1 - FITTING) * len(found) / len(assigned))
    first = assigned["own" if chosen.is_own else "codes"][0]
    return ScoredClusters(
        counts=counts(context.dataset, shown, fitted),
        **found,
        clusters=values.clusters if isinstance(values, NumberOfClusters) else int(first.max()) + 1,
        assignments=first,
    )


def spaces_of(context: Context) -> dict[str, tuple[Array, Array]]:
    """Rows to fit to (N, D) and held-out ones (M, D): codes, raw values, and PCA of these of the codes' size."""
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    codes = codes_of(context.model.encode, fitted.x), codes_of(context.model.encode, shown.x)
    raw = flat(fitted.x), flat(shown.x)
    pca = fit_pca(raw[0], codes[0].shape[1])
    return {"codes": codes, "raw": raw, "pca": (pca.transform(raw[0]), pca.transform(raw[1]))}
