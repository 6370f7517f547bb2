"""What held-out values cost without any latent: each value by itself, as it is spread over the training part."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core.nn.losses import gaussian_nll

# Added to each level's count: a level that training never showed has a probability all the same.
UNSEEN = 1.0
# The least standard deviation of a value, as a share of the value range: one that never changes has none.
LEAST = 1e-3


def histogram_nll(train: Tensor, x: Tensor, levels: int, value_range: tuple[float, float]) -> Tensor:
    """−log Π_d p_d(x_d) in nats per sample, (N,), from a histogram of each value over `levels` (Laplace's rule)."""
    low, high = value_range
    fitted, asked = (((part - low) / (high - low) * (levels - 1)).round().long().flatten(1) for part in (train, x))
    counts = torch.zeros(levels, fitted.shape[1]).scatter_add_(0, fitted, torch.ones(fitted.shape))
    probabilities = (counts + UNSEEN) / (len(train) + levels * UNSEEN)
    return -probabilities.gather(0, asked).log().sum(dim=1)


def normal_nll(train: Tensor, x: Tensor, value_range: tuple[float, float]) -> Tensor:
    """−log Π_d N(x_d; mean_d, sd_d²) in nats per sample, (N,), a normal for each value of `train`."""
    mean, std = train.mean(dim=0), train.std(dim=0, correction=0)
    std = std.clamp(min=LEAST * (value_range[1] - value_range[0]))
    return gaussian_nll(torch.zeros_like(x), (x - mean) / std, 1.0) + std.log().sum()


def binary_nll(train: Tensor, x: Tensor) -> Tensor:
    """−log Π_d p_d(x_d) in nats per sample, (N,), of zeros and ones (or their expectations) by the mean picture."""
    mean = train.mean(dim=0).clamp(1e-6, 1 - 1e-6)
    return torch.nn.functional.binary_cross_entropy(mean.expand_as(x), x, reduction="none").flatten(1).sum(dim=1)


def binary_entropy(x: Tensor) -> Tensor:
    """Σ_d H(x_d) in nats per sample, (N,): what is left when every grey value is known, were it a probability."""
    return -(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)).flatten(1).sum(dim=1)


def bits_per_value(nats: float, x: Tensor) -> float:
    """Nats per sample of `x` (N, …) as bits for each value."""
    return nats / (x[0].numel() * math.log(2))
