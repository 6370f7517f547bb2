"""Dense networks, and the layers that stand at the two ends of any network."""

import math
from itertools import pairwise
from typing import Any, Literal

import torch
from torch import Tensor, nn

Activation = Literal["relu", "leaky_relu", "elu", "gelu", "tanh", "sigmoid"]

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


def dense(sizes: tuple[int, ...], activation: Activation) -> nn.Sequential:
    """Linear layers from `sizes[0]` to `sizes[-1]` units, `activation` between them and none at the end."""
    layers: list[nn.Module] = []
    for size_in, size_out in pairwise(sizes):
        layers += [nn.Linear(size_in, size_out), ACTIVATIONS[activation]()]
    return nn.Sequential(*layers[:-1])


def dense_backbone(hp: Any, shape: tuple[int, ...], outputs: int) -> tuple[nn.Sequential, nn.Sequential]:
    """A dense encoder (N, …) → (N, outputs) and its mirror image, a decoder (N, latent_size) → (N, …)."""
    values = math.prod(shape)
    encoder = dense((values, *hp.hidden_sizes, outputs), hp.activation)
    decoder = dense((hp.latent_size, *hp.hidden_sizes[::-1], values), hp.activation)
    return nn.Sequential(nn.Flatten(), *encoder), nn.Sequential(*decoder, nn.Unflatten(1, shape))


class Bounded(nn.Module):
    """Anything → values inside `value_range`, by tanh (Radford et al. 2015, section 3)."""

    def __init__(self, value_range: tuple[float, float]) -> None:
        super().__init__()
        low, high = value_range
        self.middle, self.reach = (low + high) / 2, (high - low) / 2

    def forward(self, x: Tensor) -> Tensor:
        """`x` of any shape, squashed."""
        return self.middle + self.reach * torch.tanh(x)


class Centred(nn.Module):
    """Values inside `value_range` → values in [−1, 1]."""

    def __init__(self, value_range: tuple[float, float]) -> None:
        super().__init__()
        low, high = value_range
        self.middle, self.reach = (low + high) / 2, (high - low) / 2

    def forward(self, x: Tensor) -> Tensor:
        """`x` of any shape, shifted and scaled."""
        return (x - self.middle) / self.reach


class Fourier(nn.Module):
    """Values and, beside them, their sines and cosines, the frequency doubling with each of the `octaves`.

    A network learns what changes slowly first; given waves as fine as the detail, it learns detail as fast (Tancik et
    al. 2020, whose axis-aligned, log-spaced frequencies these are).
    """

    def __init__(self, octaves: int) -> None:
        super().__init__()
        self.frequencies = math.pi * 2.0 ** torch.arange(octaves)

    def forward(self, x: Tensor) -> Tensor:
        """Values in [−1, 1], (N, D) → (N, D (1 + 2 octaves)): v, sin(2ᵏ π v) and cos(2ᵏ π v)."""
        waves = (x.unsqueeze(2) * self.frequencies).flatten(1)
        return torch.cat([x, waves.sin(), waves.cos()], dim=1)
