"""What some knobs do to held-out scores when they are turned from their defaults, five seeds."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import torch

from core import DATASETS, RunConfig, fit
from core.analysis import Context
from core.analysis.clustering import score_clusters
from core.analysis.completion import HOLES, complete
from core.analysis.few_labels import few_labels
from core.analysis.fidelity import scores
from core.analysis.generation import copy_rate, nearest
from core.analysis.judge import classifier
from core.analysis.reconstruction import reconstruct
from core.modes import coverage
from tests.benchmarks.autoencoders import SEEDS, Rows, show, trained
from tests.benchmarks.gans import SAMPLES
from tests.benchmarks.pool import pool

# How the denoising autoencoder may be trained, as far as noise is concerned.
NOISES: dict[str, dict[str, Any]] = {
    "without noise": {"noise": "none"},
    "gaussian, 0.3": {},
    "masking, 0.5": {"noise": "masking", "noise_level": 0.5},
    "block, 0.5": {"noise": "block", "noise_level": 0.5},
}
# μ and γ of the deep autoencoder's mirrored term.
MIRRORS: dict[str, dict[str, Any]] = {
    "off": {},
    **{
        f"μ {weight:g}, γ {ratio:g}": {"mirror": "on", "mirror_weight": weight, "mirror_ratio": ratio}
        for weight, ratio in ((0.1, 1), (1, 1), (1, 0.3))
    },
}
DROPOUTS = (0.0, 0.2, 0.5)
# Where a recurrent autoencoder has its code, and how many latents there.
CODES = (("last_step", 8), ("every_step", 1))
# The longest gradient that is followed, 0 for any; what letters are compared by; and how measurements are scaled.
CLIPS = (0.0, 1.0)
LETTERS = ("softmax", "mse")
SCALINGS = ("none", "min_max", "standardise", "per_sample")


def main() -> None:
    """Print a row for each way to turn a knob."""
    jobs = [
        *(partial(_mirrored, name) for name in MIRRORS),
        *(partial(_completed, name) for name in NOISES),
        *(partial(_dropped_out, share) for share in DROPOUTS),
        *(partial(_dropped_out_on_the_ring, share) for share in DROPOUTS),
        *(partial(_coded, *code) for code in CODES),
        *(partial(_clipped, limit) for limit in CLIPS),
        *(partial(_spelled, loss) for loss in LETTERS),
        *(partial(_scaled, dataset, scaling) for dataset in ("wine", "breast_cancer") for scaling in SCALINGS),
    ]
    print(f"\nKnobs that are off by default, held-out, mean ± sd of {len(SEEDS)} seeds")
    with pool() as workers:
        for seeds in [[workers.submit(job, seed) for seed in SEEDS] for job in jobs]:
            show([seed.result() for seed in seeds])


def _mirrored(name: str, seed: int) -> Rows:
    context, seconds = trained("deep_autoencoder", seed, **MIRRORS[name])
    result = reconstruct(context)
    cells = {"MSE": result.model_mse, "PCA": result.pca_mse, "seconds": seconds}
    return {f"deep_autoencoder, mirrored term {name}": cells}


def _completed(name: str, seed: int) -> Rows:
    context, seconds = trained("denoising_autoencoder", seed, **NOISES[name])
    cells = {"MSE without a hole": reconstruct(context).model_mse}
    for hole in HOLES:
        found = complete(context, hole)
        cells |= {hole: found.mse, f"{hole}, 5 neighbours": found.knn_mse, f"{hole}, PCA": found.pca_mse}
    return {f"denoising_autoencoder, {name}": {**cells, "seconds": seconds}}


def _dropped_out(share: float, seed: int) -> Rows:
    context, seconds = trained("gan", seed, dropout=share)
    train, test = context.dataset.train, context.dataset.test
    samples = context.model.sample(1000, seed)
    judged = scores(samples, samples, test, classifier(train), context.dataset)
    cells = {
        "fidelity": judged.fidelity,
        "rarest": judged.rarest,
        "coverage": judged.coverage,
        "copies": copy_rate(nearest(samples, train.x)[0], nearest(test.x, train.x)[0]),
    }
    return {f"gan on digits, dropout {share:g}": {**cells, "seconds": seconds}}


def _dropped_out_on_the_ring(share: float, seed: int) -> Rows:
    context, seconds = trained("gan", seed, "ring", dropout=share)
    found = coverage(context.model.sample(SAMPLES, seed), context.dataset.modes)  # type: ignore[arg-type]
    cells = {"modes": found.covered, "within 3 σ": found.high_quality, "spread": found.spread or 0.0}
    return {f"gan on the ring, dropout {share:g}": {**cells, "seconds": seconds}}


def _coded(place: str, latents: int, seed: int) -> Rows:
    context, seconds = trained("recurrent_autoencoder", seed, "waves", code_at=place, latent_size=latents)
    result = reconstruct(context)
    cells = {"numbers": context.model.latents, "MSE": result.model_mse, "PCA": result.pca_mse, "seconds": seconds}
    return {f"recurrent_autoencoder, {latents} latents at {place}": cells}


def _clipped(limit: float, seed: int) -> Rows:
    context, seconds = trained("autoregressive", seed, "surnames", gradient_clip=limit)
    x = context.dataset.test.x
    nats = float(context.model.evaluate(x, torch.Generator().manual_seed(seed))["nats"])
    return {f"autoregressive, clipped at {limit:g}": {"nats": nats, "seconds": seconds}}


def _spelled(loss: str, seed: int) -> Rows:
    context, seconds = trained("recurrent_autoencoder", seed, "surnames", reconstruction_loss=loss)
    x = context.dataset.test.x
    right = float((context.model.reconstruct(x).argmax(dim=2) == x.argmax(dim=2)).float().mean())
    return {f"recurrent_autoencoder, letters by {loss}": {"letters right": right, "seconds": seconds}}


def _scaled(dataset: str, scaling: str, seed: int) -> Rows:
    """What clusters and a classifier find in codes, which unlike errors have no unit."""
    config = RunConfig.for_data(
        DATASETS[dataset].spec, dataset=dataset, model="autoencoder", seed=seed, data={"preprocessing": scaling}
    )
    run = fit(config, every=math.inf)
    context = Context(run.model, run.dataset, config)
    found = score_clusters(context, clusters=len(run.dataset.label_names))
    learned = few_labels(context)
    accuracies = learned.accuracies[:, learned.classifiers.index("logistic regression"), -1].mean(axis=-1)
    cells = {"ARI of codes": found.codes.ari.mean, "ARI of raw": found.raw.ari.mean}
    cells |= {f"accuracy on {space}": float(value) for space, value in zip(learned.spaces, accuracies, strict=True)}
    return {f"autoencoder on {dataset}, scaled: {scaling}": cells}
