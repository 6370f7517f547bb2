"""Generated digits, judged by a frozen classifier and by their neighbours, five seeds (each draws its own split)."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import Tensor

from core import RunConfig, fit
from core.analysis import Context
from core.analysis.fidelity import scores
from core.analysis.generation import copy_rate, nearest
from core.analysis.judge import CONFIDENT, Classifier, classifier, verdict
from core.analysis.sampling import PRIORS, sampler
from core.dataset import Dataset
from core.training.loop import one_thread
from tests.benchmarks.pool import pool

SEEDS = range(5)
SAMPLES = 1000
MODELS = (
    "gan",
    "dcgan",
    "wgan_gp",
    "info_gan",
    "ac_gan",
    "vae_gan",
    "vae",
    "conditional_vae",
    "flow_matching",
    "vq_vae",
)
# Sampled by a density of their codes, of so many latents.
FITTED = ("mixture", "normal")
AUTOENCODERS, LATENTS = ("autoencoder", "denoising_autoencoder"), 10
COLUMNS = {
    "fidelity": "class fidelity",
    "held_out_fidelity": "… of held-out digits",
    "as_wanted": "of the class asked for",
    "told": "held-out digits classified",
    "classes": "classes present",
    "rarest": "rarest class / fair share",
    "density": "density",
    "coverage": "coverage",
    "copy_rate": "copy rate",
    "seconds": "CPU seconds a run",
}


def main() -> None:
    """Print a row a model, of samples as drawn, and one of the half that its critic prefers; defaults only."""
    print(
        f"\nDigits, {SAMPLES:,} samples, class fidelity: probability ≥ {CONFIDENT}, mean ± sd of {len(SEEDS)} seeds\n"
    )
    print("| samples | " + " | ".join(COLUMNS.values()) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    with pool() as workers:
        for model in MODELS:
            _print(list(workers.map(_judged, [model] * len(SEEDS), SEEDS)))
        for model in AUTOENCODERS:
            _print(list(workers.map(_sampled, [model] * len(SEEDS), SEEDS)))


def _print(found: list[dict[str, dict[str, float | None]]]) -> None:
    for name in found[0]:
        table = {column: [rows[name].get(column) for rows in found] for column in COLUMNS}
        cells = [
            "" if None in values else f"{np.mean(values):.3g} ± {np.std(values, ddof=1):.2g}"
            for values in table.values()
        ]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def _judged(model: str, seed: int) -> dict[str, dict[str, float | None]]:
    began = time.process_time()
    run = fit(RunConfig(dataset="digits", model=model, seed=seed))
    seconds = time.process_time() - began
    train = run.dataset.train
    with one_thread():
        drawn = run.model.sample(2 * SAMPLES, seed)
        sets = {f"`{model}`": drawn[:SAMPLES]}
        wanted, told = run.model.in_turn(SAMPLES), None
        if "classify" in run.model.capabilities:
            told = float((run.model.classify(run.dataset.test.x).argmax(dim=1) == run.dataset.test.y).float().mean())
        if "criticise" in run.model.capabilities:
            # Azadi et al. 2019 reject by the critic's score, too; here simply the lower half.
            preferred = drawn[run.model.criticise(drawn).argsort(descending=True)[:SAMPLES]]
            # In no order, for coverage looks at the first of them.
            shuffled = torch.randperm(SAMPLES, generator=torch.Generator().manual_seed(seed))
            sets[f"`{model}`, the discriminator's better half"] = preferred[shuffled]
        scored = _scored(sets, classifier(train), run.dataset, seconds, wanted)
        return {name: {**scores, "told": told} for name, scores in scored.items()}


def _sampled(model: str, seed: int) -> dict[str, dict[str, float | None]]:
    began = time.process_time()
    config = RunConfig.model_validate(
        {"dataset": "digits", "model": model, "seed": seed, "hyperparameters": {"latent_size": LATENTS}}
    )
    run = fit(config)
    seconds = time.process_time() - began
    context = Context(run.model, run.dataset, config)
    with one_thread():
        sets = {f"`{model}`, {PRIORS[prior].title}": sampler(context, prior)(SAMPLES, seed) for prior in FITTED}
        return _scored(sets, classifier(run.dataset.train), run.dataset, seconds)


def _scored(
    sets: dict[str, Tensor], judge: Classifier, dataset: Dataset, seconds: float, wanted: Tensor | None = None
) -> dict[str, dict[str, float | None]]:
    # The first set may be of classes that were `wanted`; the others are in another order.
    asked = dict.fromkeys(sets) | {next(iter(sets)): wanted}
    train, test = dataset.train, dataset.test
    yardstick = nearest(test.x, train.x)[0]
    return {
        name: {
            **vars(scores(samples, samples, test, judge, dataset, asked[name])),
            "held_out_fidelity": verdict(judge, test.x)[0],
            "copy_rate": copy_rate(nearest(samples, train.x)[0], yardstick),
            "seconds": seconds,
        }
        for name, samples in sets.items()
    }
