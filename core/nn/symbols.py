"""Sequences as symbols: letters of an alphabet, or levels of a series, of which a network says the next."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Letters:
    """One letter a step, of an alphabet of `choices`: samples are (N, T, choices), a one among zeros."""

    choices: int
    places: int = 1

    def read(self, x: Tensor) -> Tensor:
        """Samples (N, T, letters) → numbers of letters, int64 (N, T, 1)."""
        return x.argmax(dim=2, keepdim=True)

    def write(self, symbols: Tensor) -> Tensor:
        """Numbers of letters (N, T, 1) → samples (N, T, letters)."""
        return self.one_hot(symbols)

    def one_hot(self, symbols: Tensor) -> Tensor:
        """Symbols (…, places) → what the network reads, (…, places · choices)."""
        return F.one_hot(symbols, self.choices).flatten(-2).float()


@dataclass(frozen=True)
class Levels(Letters):
    """Each of so many values a step, rounded to one of `choices` levels between the ends of `value_range`."""

    value_range: tuple[float, float] = (0.0, 1.0)

    def read(self, x: Tensor) -> Tensor:
        """Samples (N, T, places) → numbers of levels, int64 (N, T, places)."""
        low, high = self.value_range
        return ((x - low) * ((self.choices - 1) / (high - low))).round().long().clamp(0, self.choices - 1)

    def write(self, symbols: Tensor) -> Tensor:
        """Numbers of levels (N, T, places) → the samples that lie on them."""
        low, high = self.value_range
        return low + symbols * ((high - low) / (self.choices - 1))


def inverse_cdf(p: Tensor, u: Tensor) -> Tensor:
    """The first choice at which the sum of probabilities (…, choices) exceeds `u` (…), 0 to 1: a draw for uniform u."""
    # A sum may end a rounding error short of 1; choices that cannot be are never chosen.
    last = p.shape[-1] - 1 - (p > 0).flip(-1).int().argmax(dim=-1)
    found = torch.searchsorted(p.cumsum(dim=-1).contiguous(), u.unsqueeze(-1).contiguous(), right=True).squeeze(-1)
    return torch.minimum(found, last)
