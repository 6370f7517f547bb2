"""What a cloud of points is given, and the hands among them."""

from __future__ import annotations

from typing import Literal, TypedDict

from core.selection import Part
from pages.ui.component_data.shared import Drawn, Ground, Marked, Selected


class Hands(TypedDict):
    """What hands can do among the codes of a run: its `tools` beside selecting.

    The `codes` (N, latents) and, where points are codes @ axes, those `axes` (latents, 2), or nothing, are float32 as
    base64. Around a `prior` codes turn about 0. Without `decodes` the model rebuilds nothing, else samples of this
    `part` of the data. One question can hold so many codes at `most`.
    """

    run: str
    codes: str
    axes: str
    prior: bool
    decodes: bool
    part: Part
    most: int
    tools: list[Literal["walk", "between", "draw"]]


class CloudData(TypedDict):
    """Points in 2 or 3 `dimensions`, their groups, and the samples behind them, as base64 (see `pages.ui.encoding`).

    Without a `ground` their coordinates mean nothing by themselves, and have no axes. Groups that were found, clusters,
    have `hollow` marks and their names among the points. Where a plot draws other points, too, `places` are those of
    each among the samples that can be selected, int32 as base64, −1 for the others. With `hands` its codes can be
    walked among. `frames` are where points were after so many `steps` each, one after the other; where they are still
    `moving`, more will come.
    """

    points: str
    dimensions: int
    groups: str
    samples: str
    shape: list[int]
    look: Drawn
    names: list[str]
    marks: list[Marked]
    hollow: bool
    ground: Ground | None
    selected: Selected
    places: str
    hands: Hands | None
    frames: str
    steps: list[int]
    moving: bool
