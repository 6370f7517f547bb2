"""What simple counts expect next: of each place alone, or of the one or two symbols before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from core.nn.symbols import inverse_cdf


class Counted(Protocol):
    """What says how probable each symbol is after those before it."""

    def following(self, before: Tensor) -> Tensor:
        """Symbols (N, t, places) → probabilities of the next ones, (N, places, choices)."""


class ByPlace:
    """p_t(a) = (n_t(a) + 1) / (N + V): how often each of V symbols stood at step t in `train` (N, T, places)."""

    def __init__(self, train: Tensor, choices: int) -> None:
        at = train.permute(1, 2, 0)
        tallies = torch.ones(*at.shape[:2], choices).scatter_add_(2, at, torch.ones(at.shape))
        self.p = tallies / tallies.sum(dim=-1, keepdim=True)

    def following(self, before: Tensor) -> Tensor:
        """The same whatever came before."""
        return self.p[before.shape[1]].expand(len(before), -1, -1)


class Chain:
    """A Markov chain: p_k(a | b) = (n(b, a) + V p_{k−1}(a | b′)) / (n(b) + V), b the last k symbols, b′ all but one.

    V added counts are spread as a chain of an order less expects, at order 1 evenly (a Dirichlet prior, MacKay & Peto
    1995). The first steps, which have no k before them, are those of a lower order; the very first is `ByPlace`.
    """

    def __init__(self, train: Tensor, choices: int, order: int) -> None:
        self.lower: Counted = Chain(train, choices, order - 1) if order > 1 else ByPlace(train[:, :1], choices)
        self.choices, self.order = choices, order
        seen = [self._contexts(train[:, :step]) * choices + train[:, step] for step in range(order, train.shape[1])]
        # Only what occurred is kept: of most triples of levels there is none.
        self.occurred, self.counts = torch.stack(seen).unique(return_counts=True)

    def following(self, before: Tensor) -> Tensor:
        """By the last symbols."""
        if before.shape[1] < self.order:
            return self.lower.following(before)
        asked = self._contexts(before).unsqueeze(2) * self.choices + torch.arange(self.choices)
        at = torch.searchsorted(self.occurred, asked).clamp(max=len(self.occurred) - 1)
        n = torch.where(self.occurred[at] == asked, self.counts[at], 0)
        spread = self.lower.following(before) if self.order > 1 else torch.full((), 1 / self.choices)
        return (n + self.choices * spread) / (n.sum(dim=-1, keepdim=True) + self.choices)

    def _contexts(self, before: Tensor) -> Tensor:
        """The place and the last symbols of each of (N, t, places), as one number, (N, places)."""
        number = torch.arange(before.shape[2]).expand(len(before), -1)
        for symbols in before[:, before.shape[1] - self.order :].unbind(dim=1):
            number = number * self.choices + symbols
        return number


def nats(counted: Counted, unseen: Tensor) -> Tensor:
    """−Σ_t log p(x_t | x_1 … x_{t−1}) of symbols (N, T, places), in nats, (N,)."""
    total = torch.zeros(len(unseen))
    for step in range(unseen.shape[1]):
        chosen = counted.following(unseen[:, :step]).gather(2, unseen[:, step].unsqueeze(2))
        total -= chosen.log().sum(dim=(1, 2))
    return total


def draw(counted: Counted, n: int, shape: Sequence[int], rng: torch.Generator, temperature: float = 1.0) -> Tensor:
    """New symbols (n, T, places) of `shape` (T, places), each step drawn after those before it by p^(1/temperature)."""
    steps, places = shape
    symbols = torch.zeros(n, 0, places, dtype=torch.int64)
    for _ in range(steps):
        p = (counted.following(symbols).log() / temperature).softmax(dim=-1)
        next_one = inverse_cdf(p, torch.rand(n, places, generator=rng))
        symbols = torch.cat([symbols, next_one.unsqueeze(1)], dim=1)
    return symbols
