"""What the drawing board is given, and what it gives back."""

from __future__ import annotations

from typing import TypedDict


class BoardData(TypedDict):
    """The classes that can be drawn, and the fewest and the most points."""

    names: list[str]
    limits: tuple[int, int]


class Drawing(TypedDict):
    """What the board gives back: points (N, 2) and the index of each one's class."""

    points: list[list[float]]
    classes: list[int]
