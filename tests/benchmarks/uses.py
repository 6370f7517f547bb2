"""What codes and samples of digits are good for: labels that they save, held-out data, defaults only, five seeds."""

from __future__ import annotations

from itertools import product

import numpy as np

from core import RunConfig, fit
from core.analysis import Context
from core.analysis.augmentation import augment
from core.analysis.few_labels import few_labels
from tests.benchmarks.pool import pool

SEEDS = range(5)
MODELS = ("denoising_autoencoder", "autoencoder", "vae", "gan")
# Labels a class of the augmented classifier.
LABELLED = 5
Row = dict[str, list[float]]


def main() -> None:
    """Print accuracies with few labels, in the mean over draws, and those with made samples beside the real ones."""
    jobs = list(product(MODELS, SEEDS))
    with pool() as workers:
        found = dict(zip(jobs, workers.map(_used, *zip(*jobs, strict=True)), strict=True))
    print(f"\nDigits, accuracy of logistic regression on held-out ones, mean ± sd of {len(SEEDS)} seeds")
    for model in MODELS:
        rows = [found[model, seed] for seed in SEEDS]
        for name in rows[0]:
            means = np.array([row[name] for row in rows])
            cells = [
                f"{mean:.3f} ± {sd:.3f}" for mean, sd in zip(means.mean(axis=0), means.std(axis=0, ddof=1), strict=True)
            ]
            print(f"  {model:22s} {name:44s} " + "  ".join(cells), flush=True)


def _used(model: str, seed: int) -> Row:
    config = RunConfig(dataset="digits", model=model, seed=seed)
    run = fit(config)
    context = Context(run.model, run.dataset, config)
    few, made = few_labels(context), augment(context, LABELLED)
    with_labels = {
        f"{space}, {', '.join(map(str, few.labels))} labels a class": few.accuracies[i, 0].mean(axis=1).tolist()
        for i, space in enumerate(few.spaces)
    }
    ways = {"generated": made.generated, "jittered": made.jittered, "unlabelled": made.unlabelled}
    with_samples = {
        f"{LABELLED} labels, and of {name} × {', '.join(map(str, made.times))}": accuracies.mean(axis=1).tolist()
        for name, accuracies in ways.items()
    }
    return with_labels | with_samples
