"""What a dataset is: where it comes from (`Source`) and what it holds (`Dataset`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from core.hyperparameters import Hyperparameters

Kind = Literal["vector", "image", "sequence"]
# How one sample is drawn: a dot of the plane, a picture, or curves over time (or over the values of a vector).
Look = Literal["dot", "picture", "curve"]
# Curves on top of each other that can still be told apart; sequences of more features are drawn as pictures.
CURVES = 3


@dataclass(frozen=True)
class Split:
    """Samples `x`, float32 of shape (N, D), (N, C, H, W) or (N, T, F), and labels `y`, int64 (N,), or None."""

    x: Tensor
    y: Tensor | None

    def fixed(self, most: int) -> Split:
        """The first `most` samples of a shuffle that never changes, so that every view shows the same ones."""
        order = torch.randperm(len(self.x), generator=torch.Generator().manual_seed(0))[:most]
        return Split(self.x[order], None if self.y is None else self.y[order])


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
class Source:
    """A dataset that can be loaded: what is known of it before any data is read.

    `read(seed, parameters)` returns the two splits; `shape` is one sample's shape.
    """

    title: str
    summary: str
    origin: str
    licence: str
    kind: Kind
    shape: tuple[int, ...]
    value_range: tuple[float, float]
    label_names: tuple[str, ...]
    read: Callable[[int, Any], tuple[Split, Split]]
    Parameters: type[Hyperparameters] = Hyperparameters

    @property
    def is_plane(self) -> bool:
        """Whether samples are points of a plane, which the views draw as such."""
        return self.shape == (2,)

    @property
    def look(self) -> Look:
        """How samples are drawn: sequences of many features as pictures, a step a row."""
        if self.is_plane:
            return "dot"
        return "picture" if self.kind == "image" or (self.kind == "sequence" and self.shape[1] > CURVES) else "curve"

    def load(self, name: str, seed: int, parameters: Hyperparameters) -> Dataset:
        """Read the data, split by `seed`, every value held inside the stated range."""
        train, test = (Split(split.x.clamp(*self.value_range), split.y) for split in self.read(seed, parameters))
        return Dataset(name, self.kind, train, test, self.value_range, self.label_names)
