"""What several components are given: how samples are drawn, which are selected, and what they are drawn on."""

from __future__ import annotations

from typing import TypedDict

from core.protocol import Rendering


class Drawn(TypedDict):
    """How a component draws samples: the rendering, the characters of words, and the rate of sounds in Hz."""

    kind: Rendering
    alphabet: str
    rate: int | None


class Selected(TypedDict):
    """The `indices` that are selected of the samples of a plot; where `samples` is the same text, these are the same.

    Scripts send the same back when others are selected.
    """

    samples: str
    indices: list[int]


class Ground(TypedDict):
    """What codes are drawn on: the lowest and the highest x and y, how many `latents` a code has, and their `prior`.

    Points that are samples themselves have no latents.
    """

    low: list[float]
    high: list[float]
    latents: int
    prior: str | None


class Marked(TypedDict):
    """The mark of a group: see `core.looks.Mark`."""

    colour: str
    shape: str
