"""What a dataset is: where it comes from (`Source`) and what it holds (`Dataset`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor

from core.hyperparameters import Hyperparameters

Kind = Literal["vector", "image", "sequence"]
# How one sample is drawn: a dot of the plane, a picture, curves over time (or over the values of a vector), a word, or
# a sound's waveform, which can be played.
Look = Literal["dot", "picture", "curve", "text", "sound"]
# Curves on top of each other that can still be told apart; sequences of more features are drawn as pictures.
CURVES = 3


@dataclass(frozen=True)
class Split:
    """Samples `x`, float32 of shape (N, D), (N, C, H, W) or (N, T, F), and labels `y`, int64 (N,), or None.

    `factors`, float32 (N, K), are the numbers that synthetic samples were made from, where a dataset tells them.
    """

    x: Tensor
    y: Tensor | None
    factors: Tensor | None = None

    def __getitem__(self, chosen: slice | Tensor) -> Split:
        """The chosen samples with all that is known of them."""
        y, factors = (None if part is None else part[chosen] for part in (self.y, self.factors))
        return Split(self.x[chosen], y, factors)

    def fixed(self, most: int) -> Split:
        """The first `most` samples of a shuffle that never changes, so that every view shows the same ones."""
        return self[torch.randperm(len(self.x), generator=torch.Generator().manual_seed(0))[:most]]


@dataclass(frozen=True)
class Dataset:
    """Training and held-out data of one kind, with every value inside `value_range`.

    Labels are for looking at results: no unsupervised loss ever sees them.
    """

    name: str
    kind: Kind
    train: Split
    test: Split
    value_range: tuple[float, float]
    label_names: tuple[str, ...]


@dataclass(frozen=True)
class Download:
    """A file that a dataset needs and that does not ship: its `checksum` is "algorithm:digest", `size` is in bytes."""

    name: str
    url: str
    checksum: str
    size: int


@dataclass(frozen=True)
class Source:
    """A dataset that can be loaded: what is known of it before any data is read.

    `read(seed, parameters)` returns the two splits; `shape` is one sample's shape, `sizes` are the numbers of training
    and of held-out samples. Sequences are words where they have an `alphabet`, whose k-th character is feature k, and
    sound where they have a `sample_rate` in Hz, whose (T, F) values are T F amplitudes one after the other.
    """

    title: str
    summary: str
    origin: str
    licence: str
    kind: Kind
    shape: tuple[int, ...]
    value_range: tuple[float, float]
    label_names: tuple[str, ...]
    sizes: tuple[int, int]
    read: Callable[[int, Any], tuple[Split, Split]]
    Parameters: type[Hyperparameters] = Hyperparameters
    factor_names: tuple[str, ...] = ()
    alphabet: str = ""
    sample_rate: int | None = None
    downloads: tuple[Download, ...] = ()

    @property
    def is_plane(self) -> bool:
        """Whether samples are points of a plane, which the views draw as such."""
        return self.shape == (2,)

    @property
    def look(self) -> Look:
        """How samples are drawn: sequences of many features as pictures, a step a row."""
        if self.is_plane:
            return "dot"
        if self.alphabet:
            return "text"
        if self.sample_rate:
            return "sound"
        return "picture" if self.kind == "image" or (self.kind == "sequence" and self.shape[1] > CURVES) else "curve"

    def load(self, name: str, seed: int, parameters: Hyperparameters) -> Dataset:
        """Read the data, split by `seed`, every value held inside the stated range."""
        splits = self.read(seed, parameters)
        train, test = (replace(split, x=split.x.clamp(*self.value_range)) for split in splits)
        return Dataset(name, self.kind, train, test, self.value_range, self.label_names)
