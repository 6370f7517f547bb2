"""The scenes of a watched step: what each network was given and answered, what was drawn, the loss, what moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from torch import Tensor

from core.training.at_work import Line

Kind = Literal["batch", "corruption", "noise", "answer", "loss", "gradient", "update"]


@dataclass
class Passed:
    """Numbers (N, …) of the first samples, called as in the code or by what answered them, and how they are pulled.

    That is minus the gradient of the loss.
    """

    name: str
    values: Tensor
    pull: Tensor | None = None


@dataclass(frozen=True)
class Moved:
    """A layer: the norm of its gradient, or in an update that of its change, and that of its weights before."""

    layer: str
    size: float
    weights: float


@dataclass
class Scene:
    """A moment of a step: what was at work (a part of the model, or an optimised module), where, on what numbers.

    `given` and `made` are what it was given and what came of it; `numbers` are those that the line names; `moved` are
    the layers of a gradient or an update. It came `times` times, of which this is the last.
    """

    kind: Kind
    part: str
    line: Line
    given: list[Passed] = field(default_factory=list)
    made: list[Passed] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)
    times: int = 1


@dataclass(frozen=True)
class Trace:
    """The step after so many `steps`, its metrics as the model returns them, and its scenes in their order."""

    steps: int
    metrics: Mapping[str, float]
    scenes: tuple[Scene, ...]
