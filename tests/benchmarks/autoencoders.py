"""Held-out scores on digits, defaults only, five seeds (each draws its own split), beside their baselines."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from core import RunConfig, fit
from core.analysis import Context
from core.analysis.data import flat
from core.analysis.denoising import LEVELS, best_components, leading, wiener
from core.analysis.fidelity import scores
from core.analysis.generation import copy_rate, nearest
from core.analysis.judge import classifier, verdict
from core.analysis.likelihood import estimate
from core.analysis.neighbours import density_and_coverage
from core.analysis.principal import fit_pca
from core.analysis.reconstruction import psnr, reconstruct
from core.analysis.units import survey
from tests.benchmarks.pool import pool

SEEDS = range(5)
SIZES = {
    "deep_autoencoder": range(1, 33),
    "autoencoder": (1, 2, 4, 8, 16, 32),
    "convolutional_autoencoder": (1, 2, 4, 8, 16, 32),
}

# What one seed found: a row's name → its cells.
Rows = dict[str, dict[str, float]]
Job = Callable[[int], Rows]


def main() -> None:
    """Print what each kind of autoencoder is for, and how well it does that."""
    sizes = [partial(_against_pca, model, latents) for model, several in SIZES.items() for latents in several]
    bounds = [
        partial(_bounds, model, latents, loss)
        for model, loss in (("vae", "gaussian"), ("vae", "mse"), ("vae", "bce"), ("convolutional_vae", "gaussian"))
        for latents in (2, 16)
    ]
    spreads = [partial(_spread, model, latents) for model in ("adversarial_autoencoder", "vae") for latents in (2, 8)]
    tables: dict[str, list[Job]] = {
        "mean squared error beside PCA's with as many components": sizes,
        "noise repaired, gain in PSNR over the noisy input in dB": [_denoised],
        "sparse codes": [_sparse],
        "bounds of the likelihood": bounds,
        "codes spread like the prior, and samples": spreads,
    }
    with pool() as workers:
        found = {
            title: [[workers.submit(job, seed) for seed in SEEDS] for job in jobs] for title, jobs in tables.items()
        }
        for title, jobs in found.items():
            print(f"\nDigits, held-out, mean ± sd of {len(SEEDS)} seeds: {title}")
            for seeds in jobs:
                show([seed.result() for seed in seeds])


def trained(model: str, seed: int, dataset: str = "digits", **changes: Any) -> tuple[Context, float]:
    """A run with its defaults but for `changes`, and how many seconds it took."""
    config = RunConfig(dataset=dataset, model=model, seed=seed, hyperparameters=changes)
    began = time.perf_counter()
    run = fit(config)
    return Context(run.model, run.dataset, config), time.perf_counter() - began


def _against_pca(model: str, latents: int, seed: int) -> Rows:
    context, seconds = trained(model, seed, latent_size=latents)
    result = reconstruct(context)
    ours, pca = result.model_mse, result.pca_mse
    return {f"{model}, {latents}": {"MSE": ours, "PCA": pca, "below PCA": float(ours < pca), "seconds": seconds}}


def _denoised(seed: int) -> Rows:
    """One network for all levels, beside the best that is linear."""
    context, seconds = trained("denoising_autoencoder", seed)
    x, train = context.dataset.test.x, flat(context.dataset.train.x)
    rng, ends = torch.Generator().manual_seed(seed), context.dataset.value_range
    pca = fit_pca(train, train.shape[1])
    rows: Rows = {}
    for level, components in zip(LEVELS, best_components(train, LEVELS, ends), strict=True):
        noisy = x + level * torch.randn(x.shape, generator=rng)
        answers = {
            "noisy": flat(noisy),
            "clipped": flat(noisy.clamp(*ends)),
            "PCA": leading(pca, flat(noisy), components).clip(*ends),
            "Wiener": wiener(pca, flat(noisy), level).clip(*ends),
            "network": flat(context.model.reconstruct(noisy)),
        }
        cells = {name: psnr(float(np.square(answer - flat(x)).mean()), 1.0) for name, answer in answers.items()}
        gains = {name: decibels - cells["noisy"] for name, decibels in cells.items() if name != "noisy"}
        rows[f"σ {level}"] = {"noisy PSNR": cells["noisy"], **gains, "seconds": seconds}
    return rows


def _sparse(seed: int) -> Rows:
    context, seconds = trained("sparse_autoencoder", seed)
    codes = context.model.encode(context.dataset.test.x)
    units = survey(context)
    # What hovers at the target has next to no spread; what is silent or loud has several times its mean.
    cells = {
        "mean activation / ρ": units.mean / context.config.hyperparameters.sparsity_target,  # type: ignore[attr-defined]
        "% dead": 100 * units.dead / codes.shape[1],
        "% active": 100 * units.active,
        "sd / mean": float(codes.std() / codes.mean()),
        "% of codes below 0.01": 100 * float((codes < 0.01).float().mean()),
        "MSE": reconstruct(context).model_mse,
        "seconds": seconds,
    }
    return {"sparse_autoencoder": cells}


def _bounds(model: str, latents: int, loss: str, seed: int) -> Rows:
    context, seconds = trained(model, seed, latent_size=latents, reconstruction_loss=loss)
    result = estimate(context)
    wanted = {
        "ELBO": "elbo",
        "IWAE-50": "iwae",
        "bits/dim": "bits_per_dim",
        "without latents": "independent_bits",
        "nats without": "independent",
        "limit": "limit",
        "σ": "sigma",
        "active units": "active_units",
        "prior filled": "prior_filled",
        "by draws": "prior_filled_by_draws",
    }
    found = {title: getattr(result, key) for title, key in wanted.items()}
    cells = {title: float(value) for title, value in found.items() if value is not None}
    return {f"{model}, {latents} latents, {loss}": {**cells, "seconds": seconds}}


def _spread(model: str, latents: int, seed: int) -> Rows:
    context, seconds = trained(model, seed, latent_size=latents)
    train, test = context.dataset.train, context.dataset.test
    codes = context.model.encode(test.x)
    draws = context.model.prior(len(codes), torch.Generator().manual_seed(seed))
    samples = context.model.sample(len(codes), seed)
    judge = classifier(train)
    judged = scores(samples, samples, test, judge, context.dataset)
    cells = {
        "MSE": reconstruct(context).model_mse,
        # As much as independent draws would fill of each other: 0.97.
        "prior filled": density_and_coverage(codes, draws)[1],
        "fidelity": judged.fidelity,
        "held_out_fidelity": verdict(judge, test.x)[0],
        "coverage": judged.coverage,
        "copy_rate": copy_rate(nearest(samples, train.x)[0], nearest(test.x, train.x)[0]),
        "seconds": seconds,
    }
    return {f"{model}, {latents} latents": cells}


def show(seeds: list[Rows]) -> None:
    """Print mean ± sd over seeds, a line for each row."""
    for name in seeds[0]:
        table = defaultdict(list)
        for rows in seeds:
            for key, value in rows[name].items():
                table[key].append(value)
        spread = min(1, len(seeds) - 1)
        cells = [f"{key} {np.mean(values):.4g} ± {np.std(values, ddof=spread):.2g}" for key, values in table.items()]
        print(f"  {name:36s} " + "  ".join(cells), flush=True)
