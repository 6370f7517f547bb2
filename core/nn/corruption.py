"""Corruption of a denoising autoencoder's input (Vincent et al. 2008; 2010, section 3.3)."""

from typing import Literal

import torch
from torch import Tensor

Noise = Literal["none", "gaussian", "masking", "block", "flip"]


# The corrupted input x̃, at a level s.
CORRUPTION_FORMULAS: dict[Noise, str] = {
    "none": r"\tilde x = x",
    "gaussian": r"\tilde x = x + s\, \varepsilon,\ \varepsilon \sim \mathcal{N}(0, I)",
    "masking": r"\tilde x_i = 0 \text{ with probability } s, \text{ else } x_i",
    "block": r"\tilde x_i = 0 \text{ in a block of a share } s, \text{ else } x_i",
    "flip": r"\tilde x_i = l + h - x_i \text{ with probability } s, \text{ else } x_i",
}

# One for all samples, or one each, (N, 1, …).
Level = float | Tensor


def corrupt(x: Tensor, noise: Noise, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    """A corrupted copy x̃ ~ C(x̃ | x) of `x`, any shape (N, …).

    `level` is the standard deviation of `gaussian`, in units of the data, and otherwise the share of values hit: by
    `masking` (value → 0), by one `block` of a sample (values → 0), or by `flip` (value → its mirror image in
    `value_range`).
    """
    return _CORRUPTIONS[noise](x, level, value_range, rng)


def extent(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of a sample (…) that a block or a hole lies in: rows and columns, steps, or the values of a vector."""
    return (1, 2) if len(shape) == 3 else (0,)


def spread(seen: Tensor, shape: tuple[int, ...]) -> Tensor:
    """What is said of the places of samples, (N, …) along `extent`, said of all their values, (N, *shape)."""
    for axis in range(len(shape)):
        if axis not in extent(shape):
            seen = seen.unsqueeze(1 + axis)
    return seen.expand(len(seen), *shape)


def _gaussian(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    return x + level * torch.randn(x.shape, generator=rng)


def _masking(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    return x * (torch.rand(x.shape, generator=rng) >= level)


def _block(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    axes = extent(tuple(x.shape[1:]))
    each = (-1, *[1] * (x.dim() - 1))
    share = torch.as_tensor(level, dtype=x.dtype).clamp(0, 1).reshape(each) ** (1 / len(axes))
    inside = torch.ones_like(x, dtype=torch.bool)
    for axis in axes:
        side = x.shape[1 + axis]
        length = (share * side).round()
        # Every place where the block fits is as likely.
        start = (torch.rand(len(x), generator=rng).reshape(each) * (side - length + 1)).floor()
        place = torch.arange(side).reshape([side if axis == other else 1 for other in range(-1, x.dim() - 1)])
        inside &= (place >= start) & (place < start + length)
    return x.masked_fill(inside, 0)


def _flip(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    low, high = value_range
    return torch.where(torch.rand(x.shape, generator=rng) < level, low + high - x, x)


def _none(x: Tensor, level: Level, value_range: tuple[float, float], rng: torch.Generator) -> Tensor:
    return x


_CORRUPTIONS = {"none": _none, "gaussian": _gaussian, "masking": _masking, "block": _block, "flip": _flip}
