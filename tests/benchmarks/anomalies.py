"""One digit left out of training: how well its held-out samples are told from the rest, five seeds, all ten digits."""

from __future__ import annotations

import numpy as np

from core import RunConfig, fit
from core.analysis import Context
from core.analysis.anomaly import detect
from tests.benchmarks.pool import pool

SEEDS = range(5)
SIZES = (2, 8, 16)
# Of the detectors without a network, PCA alone has a size; this one is shown.
PCA_SIZE = 8


def main() -> None:
    """Print the area under the ROC curve by digit and in the mean, detector by detector."""
    jobs = [(seed, digit, size) for seed in SEEDS for digit in range(10) for size in SIZES]
    with pool() as workers:
        found = dict(zip(jobs, workers.map(_areas, *zip(*jobs, strict=True)), strict=True))
    table = {f"autoencoder, {size} latents": _column(found, size, "model") for size in SIZES}
    table |= {f"distance to its, {size} latents": _column(found, size, "manifold") for size in SIZES}
    table[f"PCA, {PCA_SIZE} components"] = _column(found, PCA_SIZE, "pca")
    for name in ("isolation_forest", "one_class_svm", "nearest", "local_outlier_factor"):
        table[name.replace("_", " ")] = _column(found, PCA_SIZE, name)
    print(f"\nDigits, one left out of training: ROC-AUC of its held-out samples, mean ± sd of {len(SEEDS)} seeds")
    print(f"  {'':26s} {'mean':>15s}  " + "  ".join(f"{digit:5d}" for digit in range(10)))
    for name, areas in table.items():
        means = areas.mean(axis=1)
        spread = means.std(ddof=min(1, len(SEEDS) - 1))
        digits = "  ".join(f"{area:.3f}" for area in areas.mean(axis=0))
        print(f"  {name:26s} {means.mean():.3f} ± {spread:.3f}   {digits}", flush=True)


def _areas(seed: int, digit: int, size: int) -> dict[str, float]:
    config = RunConfig(
        dataset="digits", model="autoencoder", seed=seed, data={"left_out": [str(digit)]},
        hyperparameters={"latent_size": size},
    )  # fmt: skip
    run = fit(config)
    areas = detect(Context(run.model, run.dataset, config)).auc
    assert areas is not None
    return dict(areas)


def _column(found: dict[tuple[int, int, int], dict[str, float]], size: int, detector: str) -> np.ndarray:
    """One detector's areas, (seeds, digits)."""
    return np.array([[found[seed, digit, size][detector] for digit in range(10)] for seed in SEEDS])
