"""What a sweep can be judged by: what every run reports anyway, and what analyses find of finished runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.analysis import ANALYSES, Result
from core.analysis.cluster_scores import Scores as ClusterScores
from core.analysis.clustering import ScoredClusters, score_clusters
from core.analysis.disentanglement import MEASURES as SCORED
from core.analysis.disentanglement import SPACES, Disentangled, disentangle
from core.analysis.fidelity import Fidelity, judge
from core.analysis.fidelity import Scores as SampleScores
from core.analysis.yardstick import Yardstick, measure, whose
from core.config import RunConfig
from core.dataset import DataSpec
from core.datasets import metrics_of
from core.metrics import Metric
from core.models import MODELS

# The number of a run and that of the simplest answer, where there is one.
Pair = tuple[float | None, float | None]


@dataclass(frozen=True)
class Measure:
    """A metric of a finished run and its baseline, which is `whose`.

    `pair` takes both from what the `analysis`, with its `parameters`, found; what a run reports anyway is under the
    `key` of its metrics.
    """

    metric: Metric
    key: str
    title: str
    whose: str
    analysis: Callable[..., Result]
    parameters: dict[str, Any]
    pair: Callable[[Any], Pair]

    @property
    def is_reported(self) -> bool:
        """Whether runs report it, those that measured it, under its key; else an analysis finds it."""
        return self.analysis is measure


def measures(config: RunConfig, spec: DataSpec) -> list[Measure]:
    """What runs of this model on these data can be judged by, what they are known by first."""
    model = MODELS[config.model]
    known = {metric.name: metric for metric in (*model.metrics, *metrics_of(config.dataset, config.data))}
    first = [known.pop(name) for name in model.headline]
    found = [_reported(metric) for metric in (*first, *known.values())]
    # Who was told the classes is not judged by how well its codes find them.
    if ANALYSES["clustering_scores"].fits(model) and not model.needs_labels:
        names = ("accuracy", "nmi", "ari", "silhouette") if len(spec.label_names) > 1 else ("silhouette",)
        clusters = {"method": "kmeans", "clusters": max(2, len(spec.label_names))}
        found += [_of_clusters(name, clusters) for name in names]
    if ANALYSES["fidelity"].fits(model):
        found += [_of_samples(name) for name in ("precision", "recall", "density", "coverage")]
    if ANALYSES["disentanglement"].fits(model) and ANALYSES["disentanglement"].fits_data(spec):
        found += map(_of_factors, SCORED)
    return [*found, *map(_trained, model.metrics)]


def _reported(metric: Metric) -> Measure:
    """A validation metric, beside the yardstick."""

    def pair(found: Yardstick) -> Pair:
        return None, found.baselines.get(metric.name)

    title = f"{metric.title} (validation)"
    return Measure(metric, f"test_{metric.name}", title, whose(metric.name), measure, {}, pair)


def _trained(metric: Metric) -> Measure:
    """A metric of the batches that a run learned from last; what the yardstick gets is of validation samples."""
    return Measure(metric, metric.name, f"{metric.title} (training)", "", measure, {}, lambda found: (None, None))


def _of_factors(name: str) -> Measure:
    """A score of how latents stand for the known factors, beside that of principal components."""
    metric, place = Disentangled.metrics()[name], SCORED.index(name)

    def pair(found: Disentangled) -> Pair:
        return getattr(found, name), float(found.scores[SPACES.index("pca"), place].mean())

    return Measure(metric, f"factors.{name}", f"{metric.title} of codes", "PCA of the same size", disentangle, {}, pair)


def _of_clusters(name: str, parameters: dict[str, Any]) -> Measure:
    """A score of k-means on codes, beside that on raw values."""
    metric = ClusterScores.metrics()[name]
    # Silhouettes are each by the distances of their own space.
    compared = name != "silhouette"

    def pair(found: ScoredClusters) -> Pair:
        return getattr(found.codes, name).mean, getattr(found.raw, name).mean if compared else None

    title, baseline = f"{metric.title} of k-means on codes", "k-means on raw values"
    return Measure(metric, f"clusters.{name}", title, baseline, score_clusters, parameters, pair)


def _of_samples(name: str) -> Measure:
    """A score of generated samples, beside that of real ones."""
    metric = SampleScores.metrics()[name]

    def pair(found: Fidelity) -> Pair:
        return getattr(found.generated, name), getattr(found.real, name)

    return Measure(metric, f"samples.{name}", f"{metric.title} of samples", "real data", judge, {}, pair)
