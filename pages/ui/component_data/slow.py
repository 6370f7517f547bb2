"""What a step in slow motion is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from pages.ui.component_data.shared import Drawn

if TYPE_CHECKING:
    # It would bring torch to the first paint.
    from core.analysis.slow_pictures import Form


class Shown(TypedDict):
    """A picture of a scene: see `core.analysis.slow_pictures.Picture`; numbers come as base64, arrows may be "".

    Samples come in 256 levels, all else as float32. The `colour` of points may be "", which is that of text.
    """

    name: str
    form: Form
    values: str
    shape: list[int]
    arrows: str
    frame: list[list[float]]
    colour: str


class Term(TypedDict):
    """A number that a line of code names, or what a loss comes to."""

    name: str
    value: float


class Changed(TypedDict):
    """A layer: the norm of its gradient or of its change in the step, and that of its weights."""

    layer: str
    size: float
    weights: float


class SceneData(TypedDict):
    """A scene of a step: a sentence, the code around the `line` that is at work, and its `place`, numbers, pictures.

    Its `formula` is one of those on the page, counted from 0. Of layers it says how they moved, where `moved`, or else
    what their gradients are.
    """

    title: str
    formula: int
    says: str
    moved: bool
    place: str
    before: str
    line: str
    after: str
    terms: list[Term]
    layers: list[Changed]
    pictures: list[Shown]


class SlowData(TypedDict):
    """All scenes of a `step`, counted from 1, and how its samples are drawn."""

    scenes: list[SceneData]
    step: int
    look: Drawn
