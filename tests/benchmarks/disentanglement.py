"""Sprites: how far latents stand for the factors, five seeds, a β-TC-VAE beside a VAE, untrained encoders and PCA."""

from __future__ import annotations

import numpy as np
import torch

from core import RunConfig, fit
from core.analysis import ANALYSES, Context
from core.analysis.disentanglement import MEASURES
from tests.benchmarks.pool import pool

SEEDS = range(5)
SAME = ("latent_size", "hidden_sizes", "reconstruction_loss", "learning_rate", "batch_size")


def main() -> None:
    """Print the mean and the standard deviation over seeds of each score, and of the squared error."""
    with pool() as workers:
        found = {model: list(workers.map(_scores, [model] * len(SEEDS), SEEDS)) for model in ("beta_tc_vae", "vae")}
    print(f"\nSprites, held-out samples, mean ± sd of {len(SEEDS)} seeds")
    for name, space in (("beta_tc_vae", 0), ("vae", 0), ("untrained", 1), ("pca", 2)):
        of = np.array([scores[space] for scores, _ in found.get(name, found["beta_tc_vae"])])
        cells = [f"{measure} {_text(values)}" for measure, values in zip(MEASURES, of.T, strict=True)]
        errors = [f"MSE {_text(np.array([mse for _, mse in found[name]]), 4)}"] if name in found else []
        print(f"  {name:14s} " + "  ".join(cells + errors), flush=True)


def _text(values: np.ndarray, digits: int = 3) -> str:
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


def _scores(model: str, seed: int) -> tuple[np.ndarray, float]:
    """Scores of a model's codes, of untrained ones and of PCA, (spaces, measures), and the model's squared error."""
    config = RunConfig(dataset="sprites", model="beta_tc_vae", seed=seed)
    if model == "vae":
        # The same network, likelihood and training; only total correlation is no dearer than the rest.
        same = {name: getattr(config.hyperparameters, name) for name in SAME}
        config = RunConfig(dataset="sprites", model="vae", seed=seed, hyperparameters=same)
    run = fit(config)
    found = ANALYSES["disentanglement"](Context(run.model, run.dataset, config))
    x = run.dataset.test.x
    with torch.no_grad():
        error = (run.model.reconstruct(x) - x).square().mean()
    return found.scores.mean(axis=2), float(error)
