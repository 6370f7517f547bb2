"""Sprites: how far latents stand for the factors, five seeds, a β-TC-VAE beside a VAE, untrained encoders and PCA."""

from __future__ import annotations

import numpy as np

from core import RunConfig, fit
from core.analysis import Context
from core.analysis.disentanglement import MEASURES, disentangle
from tests.benchmarks.pool import pool

SEEDS = range(5)


def main() -> None:
    """Print the mean and the standard deviation over seeds of each score, and of the squared error."""
    with pool() as workers:
        seeds = list(workers.map(_scores, SEEDS))
    print(f"\nSprites, held-out samples, mean ± sd of {len(SEEDS)} seeds")
    for name in seeds[0]:
        cells = [
            f"{measure} {np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}"
            for measure, values in zip(
                (*MEASURES, "MSE"), zip(*(found[name] for found in seeds), strict=True), strict=False
            )
        ]
        print(f"  {name:24s} " + "  ".join(cells), flush=True)


def _scores(seed: int) -> dict[str, list[float]]:
    """The scores of each row for one seed, the squared error of models last."""
    begin = RunConfig(dataset="sprites", model="beta_tc_vae", seed=seed)
    # The same network, likelihood and training; only total correlation costs no more than the rest.
    same = {
        name: getattr(begin.hyperparameters, name) for name in ("latent_size", "reconstruction_loss", "learning_rate")
    }
    rows = {}
    for config in (begin, RunConfig(dataset="sprites", model="vae", seed=seed, hyperparameters=same)):
        run = fit(config)
        found, x = disentangle(Context(run.model, run.dataset, config)), run.dataset.test.x
        model, untrained, pca = found.scores.mean(axis=2).tolist()
        rows |= {config.model: [*model, float((run.model.reconstruct(x) - x).square().mean())]}
    return {**rows, "untrained": untrained, "PCA": pca}
