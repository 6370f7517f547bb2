"""What the picture of a model's layers is given."""

from __future__ import annotations

from typing import TypedDict


class Block(TypedDict):
    """A layer: what it is, the shape of its answer, its weights, and its `share` of the largest, on a log scale."""

    kind: str
    shape: list[int]
    weights: int
    share: float


class Network(TypedDict):
    """A network of a model, and the weights of all its layers."""

    name: str
    weights: int
    layers: list[Block]


class LayersData(TypedDict):
    """The networks of a model."""

    networks: list[Network]
