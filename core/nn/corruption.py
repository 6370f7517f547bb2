"""Corruption of a denoising autoencoder's input (Vincent et al. 2008; 2010, section 3.3)."""

from typing import Literal

import torch
from torch import Tensor

Noise = Literal["none", "gaussian", "masking", "flip"]


# The corrupted input x̃, at a level s.
CORRUPTION_FORMULAS: dict[Noise, str] = {
    "none": r"\tilde x = x",
    "gaussian": r"\tilde x = x + s\, \varepsilon,\ \varepsilon \sim \mathcal{N}(0, I)",
    "masking": r"\tilde x_i = 0 \text{ with probability } s, \text{ else } x_i",
    "flip": r"\tilde x_i = l + h - x_i \text{ with probability } s, \text{ else } x_i",
}

# One for all samples, or one each, (N, 1, …).
Level = float | Tensor


def corrupt(x: Tensor, noise: Noise, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    """A corrupted copy x̃ ~ C(x̃ | x) of `x`, any shape (N, …).

    `level` is the standard deviation of `gaussian`, in units of the data, and for `masking` (value → 0)
    and `flip` (value → its mirror image in `value_range`) the share of values hit.
    """
    return _CORRUPTIONS[noise](x, level, value_range, rng)


def _gaussian(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    return x + level * torch.randn(x.shape, generator=rng)


def _masking(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    return x * (torch.rand(x.shape, generator=rng) >= level)


def _flip(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    low, high = value_range
    return torch.where(torch.rand(x.shape, generator=rng) < level, low + high - x, x)


def _none(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    return x


_CORRUPTIONS = {"none": _none, "gaussian": _gaussian, "masking": _masking, "flip": _flip}
