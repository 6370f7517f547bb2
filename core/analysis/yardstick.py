"""What the simplest answer gets in the metrics that a run is followed by, on the same validation samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.data import counts, flat
from core.analysis.independent import binary_nll, normal_nll
from core.analysis.principal import fit_pca
from core.analysis.reconstruction import EXACT
from core.analysis.result import Context, Result
from core.modes import DRAWN, coverage
from core.nn.likelihood import Bernoulli
from core.training.observer import Observer

# Who gives the answer, by the name of the metric; all other metrics are of samples.
WHOSE = {
    "mse": "PCA of the same size",
    "elbo": "each value by itself, without latents",
    "accuracy": "always the class that training has most of",
}
REAL = "real data"


@dataclass(frozen=True, kw_only=True)
class Yardstick(Result):
    """Baselines by the names of metrics."""

    baselines: dict[str, float]


def measure(context: Context) -> Yardstick:
    """PCA of as many components as there are latents, a likelihood without any, the largest class, a mixture's data."""
    model, dataset = context.model, context.dataset
    validation = dataset.validation.fixed(len(Observer(dataset).x))
    found: dict[str, float] = {}
    if model.autoencodes and "reconstruct" in model.capabilities:
        pca, rows = fit_pca(flat(dataset.train.x), model.latents), flat(validation.x)
        error = float(np.square(rows - pca.inverse_transform(pca.transform(rows)), dtype=np.float64).mean())
        # With a component for all that varies PCA is exact, and no yardstick.
        if error > EXACT * float(np.square(rows - pca.mean_, dtype=np.float64).mean()):
            found["mse"] = error
    if "likelihood" in model.capabilities:
        train, x = dataset.train.x, validation.x
        is_binary = isinstance(model.likelihood, Bernoulli)
        nll = binary_nll(train, x) if is_binary else normal_nll(train, x, dataset.value_range)
        found["elbo"] = -float(nll.mean())
    if "classify" in model.capabilities and dataset.train.y is not None and validation.y is not None:
        found["accuracy"] = float((validation.y == dataset.train.y.bincount().argmax()).float().mean())
    if dataset.modes is not None and "sample" in model.capabilities:
        real = coverage(dataset.train.fixed(DRAWN).x, dataset.modes)
        values = {metric.name: getattr(real, metric.name) for metric in dataset.modes.metrics}
        found |= {name: float(value) for name, value in values.items() if value is not None}
    return Yardstick(counts=counts(dataset, validation), baselines=found)


def whose(metric: str) -> str:
    """Whose answer the baseline of a metric is, in words."""
    return WHOSE.get(metric, REAL)
