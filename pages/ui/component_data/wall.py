"""What a wall of several runs is given, and what it gives back."""

from __future__ import annotations

from typing import Literal, TypedDict

from core.protocol import Panel
from pages.ui.component_data.stage import StageData


class Tile(TypedDict):
    """A run on a wall, at a place counted from 0; of one that is gone there is no `stage`, and `reason` says why.

    The `title` says what sets it apart.
    """

    stage: StageData | None
    title: str
    reason: str
    row: int
    column: int


class Axis(TypedDict):
    """A knob that was swept: its title, and its values as people read them, one for each row or column."""

    title: str
    values: list[str]


class WallView(TypedDict):
    """What somebody looks at on a wall: all tiles or one under a slider, a panel, and a metric of the curves.

    Where sliders stand is a `place` (row, column), as far as there are so many, and a `time` from 0 to 1, which is now.
    No panel and no metric are the first there are. Scripts send the same back when something else is looked at.
    """

    mode: Literal["tiles", "knob"]
    panel: Panel | Literal[""]
    metric: str
    place: tuple[int, int]
    time: float


class WallData(TypedDict):
    """Several runs and the `title` of all; where knobs were swept, the axes that their columns and rows stand for."""

    title: str
    view: WallView
    tiles: list[Tile]
    across: Axis | None
    down: Axis | None
