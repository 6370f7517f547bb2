"""Clusters of held-out digits against their labels, five seeds (each draws its own split)."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch

from core import RunConfig, fit, load_dataset
from core.analysis.cluster_methods import METHODS, Method, NumberOfClusters, k_means
from core.analysis.cluster_scores import distances, scores, summary
from core.analysis.principal import fit_pca
from core.protocol import Array
from core.training.loop import Training
from tests.benchmarks.pool import pool

SEEDS = range(5)
METRICS = ("accuracy", "nmi", "ari")
# One run each, as everywhere in this table; k-means and mixtures are drawn anew with each seed as well.
K_MEANS, N2D = replace(METHODS["kmeans"], build=partial(k_means, starts=3)), METHODS["umap_gmm"]
TEN = NumberOfClusters(clusters=10)
Rows = dict[str, dict[str, float]]


def main() -> None:
    """Print accuracy, NMI and ARI: fitted on the training split, measured on held-out samples."""
    with pool() as workers:
        found = list(workers.map(_digits, SEEDS))
    print(f"\nDigits: fitted on the training split, scored on held-out samples, mean ± sd of {len(SEEDS)} seeds\n")
    print("| clustered | accuracy | NMI | ARI |")
    print("|---" * 4 + "|")
    for name in found[0]:
        scored = summary([rows[name] for rows in found])
        print(f"| {name} | " + " | ".join(scored.text(metric) for metric in METRICS) + " |")


def _digits(seed: int) -> Rows:
    """Every way to cluster digits, one seed."""
    # UMAP says that Tensorflow is not installed, and that one seed means one thread.
    warnings.simplefilter("ignore")
    dataset = load_dataset("digits", seed=seed)
    x, y = (dataset.train.x, dataset.test.x), dataset.test.y.numpy()
    raw = tuple(part.flatten(1).numpy() for part in x)
    pca = fit_pca(raw[0], 10)
    denoising = fit(RunConfig(dataset="digits", model="denoising_autoencoder", seed=seed)).model
    codes = tuple(denoising.encode(part).numpy() for part in x)
    rows = {
        "raw, k-means": _held_out(K_MEANS, raw, y, seed),
        "PCA (10), k-means": _held_out(K_MEANS, tuple(pca.transform(part) for part in raw), y, seed),
        "raw, UMAP + mixture": _held_out(N2D, raw, y, seed),
        "denoising_autoencoder, k-means": _held_out(K_MEANS, codes, y, seed),
        "denoising_autoencoder, UMAP + mixture": _held_out(N2D, codes, y, seed),
        # As N2D's authors have it: held-out samples are in what is fitted, their labels are not.
        "denoising_autoencoder, UMAP + mixture of all": _transductive(codes, y, seed),
    }
    reader = fit(RunConfig(dataset="digits", model="info_gan", seed=seed), every=math.inf).model
    rows["info_gan, the code that is read off"] = _own(reader, x[1], y)
    training = Training(RunConfig(dataset="digits", model="deep_embedded_clustering", seed=seed))
    # k-means places the centroids before this last step, which hardly moves them.
    training.advance(training.model.start + 1)
    with torch.no_grad():
        rows["deep_embedded_clustering at its start (k-means)"] = _own(training.model, x[1], y)
    training.advance()
    with torch.no_grad():
        rows["deep_embedded_clustering"] = _own(training.model, x[1], y)
    return rows


def _held_out(method: Method, split: tuple[Array, ...], labels: Array, seed: int) -> dict[str, float]:
    train, test = split
    return scores(distances(test), method.assign(TEN, train, test, [seed])[0], labels)


def _transductive(split: tuple[Array, ...], labels: Array, seed: int) -> dict[str, float]:
    everything = np.concatenate(split)
    assigned = N2D.assign(TEN, everything, everything, [seed])[0][-len(labels) :]
    return scores(distances(split[1]), assigned, labels)


def _own(model: Any, x: torch.Tensor, labels: Array) -> dict[str, float]:
    return scores(distances(model.encode(x).numpy()), model.assign(x).argmax(dim=1).numpy(), labels)
