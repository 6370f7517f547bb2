"""Held-out scores on digits, defaults only, five seeds (each draws its own split), beside their baselines."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

import numpy as np
import torch

from core import RunConfig, fit
from core.analysis import ANALYSES, Context

SEEDS = range(5)
LATENTS = (2, 8, 16)


def main() -> None:
    """Print mean squared errors beside PCA's, the VAE's bound, and clustering beside raw pixels and PCA."""
    print("\nDigits, held-out, mean ± sd of 5 seeds")
    for model in ("autoencoder", "deep_autoencoder"):
        for latents in LATENTS:
            _show(f"{model}, {latents} latents", [_against_pca(model, latents, seed) for seed in SEEDS])
    for model in ("sparse_autoencoder", "denoising_autoencoder"):
        _show(model, [_against_pca(model, None, seed) for seed in SEEDS])
    for latents in LATENTS:
        _show(f"vae, {latents} latents", [_bound(latents, seed) for seed in SEEDS])
    for latents in (2, 16):
        _show(f"k-means, deep_autoencoder, {latents} latents", [_clusters(latents, seed) for seed in SEEDS])


def _trained(model: str, latents: int | None, seed: int) -> tuple[Context, dict[str, float]]:
    changes = {} if latents is None else {"latent_size": latents}
    config = RunConfig(dataset="digits", model=model, seed=seed, hyperparameters=changes)
    began = time.perf_counter()
    run = fit(config)
    return Context(run.model, run.dataset, config), {"seconds": time.perf_counter() - began}


def _against_pca(model: str, latents: int | None, seed: int) -> dict[str, float]:
    context, spent = _trained(model, latents, seed)
    numbers = ANALYSES["reconstruction"](context).numbers
    return {"MSE": numbers["model_mse"], "PCA": numbers["pca_mse"], **spent}


def _bound(latents: int, seed: int) -> dict[str, float]:
    context, spent = _trained("vae", latents, seed)
    rng = torch.Generator().manual_seed(seed)
    found = context.model.evaluate(context.dataset.test.x, rng)
    return {"ELBO (nats)": float(found["elbo"]), "KL (nats)": float(found["kl"]), **spent}


def _clusters(latents: int, seed: int) -> dict[str, float]:
    context, _ = _trained("deep_autoencoder", latents, seed)
    numbers: dict[str, Any] = dict(ANALYSES["clustering"](context, seeds=1).numbers)
    spaces = ("codes", "raw", "pca")
    return {f"{space} {metric}": numbers[space][metric][0] for metric in ("accuracy", "nmi", "ari") for space in spaces}


def _show(name: str, rows: list[dict[str, float]]) -> None:
    table = defaultdict(list)
    for row in rows:
        for key, value in row.items():
            table[key].append(value)
    cells = [f"{key} {np.mean(values):.4g} ± {np.std(values, ddof=1):.2g}" for key, values in table.items()]
    print(f"  {name:42s} " + "  ".join(cells), flush=True)
