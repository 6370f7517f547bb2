"""Simple features of series to cluster by, without any training: random kernels, and quantiles."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.analysis.principal import fit_pca
from core.protocol import Array

KERNELS = 500
LENGTHS = (7, 9, 11)
COMPONENTS = 10
# Eleven quantiles, from the least to the largest.
QUANTILES = torch.linspace(0, 1, 11)
# What is divided by at least: a series may be constant.
LEAST_STD = 1e-8


def random_kernel_features(x: Tensor, kernels: int = KERNELS, seed: int = 0) -> Tensor:
    """The maximum, and the share of values above 0, of sequences (N, T, F) under random kernels, (N, 2 kernels).

    ROCKET (Dempster et al. 2020, section 3): lengths 7, 9 or 11 (at most T), weights N(0, 1) minus their mean, bias
    U(−1, 1), dilation 2^a with a ~ U(0, log₂((T − 1) / (l − 1))), padding or none, over standardised series. Kernels of
    several features have weights for all of them.
    """
    rng, (_, steps, features) = np.random.default_rng(seed), x.shape
    series = _standardised(x).transpose(1, 2)
    # Kernels of one length, dilation and padding are one convolution: (length, dilation, padding) → how many.
    alike: Counter[tuple[int, int, int]] = Counter()
    for _ in range(kernels):
        length = min(int(rng.choice(LENGTHS)), steps)
        dilation = int(2 ** rng.uniform(0, math.log2((steps - 1) / max(1, length - 1))))
        alike[length, dilation, int(rng.integers(2)) * ((length - 1) * dilation // 2)] += 1
    found = []
    for (length, dilation, padding), count in sorted(alike.items()):
        weights = rng.normal(size=(count, features, length))
        weights -= weights.mean(axis=2, keepdims=True)
        kernel, bias = (torch.from_numpy(each).float() for each in (weights, rng.uniform(-1, 1, count)))
        response = F.conv1d(series, kernel, bias, dilation=dilation, padding=padding)
        found += [response.amax(dim=2), (response > 0).float().mean(dim=2)]
    return torch.cat(found, dim=1)


def rocket(train: Tensor, test: Tensor) -> tuple[Array, Array]:
    """The first principal components of these features, of training and of held-out sequences."""
    fitted, asked = (random_kernel_features(part).numpy() for part in (train, test))
    pca = fit_pca(fitted, COMPONENTS)
    return pca.transform(fitted), pca.transform(asked)


def quantiles(x: Tensor) -> Array:
    """Eleven quantiles of |values| and eleven of |steps| of sequences (N, T, F), (N, 22)."""
    parts = [values.abs().flatten(1).quantile(QUANTILES, dim=1).T for values in (x, x.diff(dim=1))]
    rows: Array = torch.cat(parts, dim=1).numpy()
    return rows


def _standardised(x: Tensor) -> Tensor:
    """Each feature of each sequence (N, T, F) with mean 0 and deviation 1."""
    return (x - x.mean(dim=1, keepdim=True)) / x.std(dim=1, keepdim=True).clamp(min=LEAST_STD)


def untrained_spaces(train: Tensor, test: Tensor) -> dict[str, tuple[Array, Array]]:
    """Rows to fit to and held-out ones by `rocket` and by `quantiles`, of training and held-out sequences."""
    return {"rocket": rocket(train, test), "quantiles": (quantiles(train), quantiles(test))}
