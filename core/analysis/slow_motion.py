"""The next training step of a run, scene by scene: what passes, which term and which line are at work, what moves."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import numpy as np

from core.analysis.data import counts, shown_of
from core.analysis.result import Context, Result
from core.analysis.slow_pictures import Picture, Studio
from core.errors import LatentLabError
from core.latex import lit, lit_behind
from core.model import Model
from core.protocol import Array
from core.training.at_work import Line
from core.training.scenes import Kind, Moved, Scene
from core.training.trace import trace


@dataclass(frozen=True)
class Played:
    """A scene as it is shown, the last of so many `times`; `formula` is the model's, the term lit that is at work."""

    kind: Kind
    title: str
    formula: str
    line: Line
    times: int
    pictures: tuple[Picture, ...]
    numbers: dict[str, float]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, kw_only=True)
class SlowMotion(Result):
    """The step after `steps` others; `values` (M,) are the numbers of all pictures, one after the other."""

    steps: int
    values: Array
    scenes: tuple[Played, ...]

    def numbers(self, picture: Picture) -> tuple[Array, Array | None]:
        """The numbers of a picture, and those of its arrows, if it has any."""
        size = math.prod(picture.shape)
        parts = self.values[picture.begin :][: size * (1 + picture.arrows)].reshape(-1, *picture.shape)
        return parts[0], parts[1] if picture.arrows else None


def slow_motion(context: Context) -> SlowMotion:
    """Take the next step of the run on a copy of it, and keep what passed.

    Raises:
        LatentLabError: something in the step is not finite, or the model is of no run.
    """
    if context.resume is None:
        raise LatentLabError("A step can be watched of a run that has a checkpoint.")
    training = context.resume()
    before = copy.deepcopy(training.model).eval()
    found = trace(training)
    studio = Studio(before, training.dataset.spec)
    formula = before.formula(before.hyperparameters)
    scenes = tuple(
        Played(
            kind=scene.kind,
            title=title(before, scene),
            formula=lighten(before, scene, formula),
            line=scene.line,
            times=scene.times,
            pictures=tuple(studio.pictures(scene)),
            numbers=scene.numbers,
            moved=tuple(scene.moved),
        )
        for scene in found.scenes
    )
    values = np.concatenate(studio.values)
    told = [number for scene in scenes for number in scene.numbers.values()]
    told += [each.size for scene in scenes for each in scene.moved]
    if not (np.isfinite(values).all() and np.isfinite(told).all()):
        raise LatentLabError("In the next step numbers would not be finite any more: the run is about to diverge.")
    return SlowMotion(
        counts=counts(context.dataset, shown_of(context.dataset)), steps=found.steps, values=values, scenes=scenes
    )


def title(model: Model, scene: Scene) -> str:
    """What a scene is called, and of which part of the model it is where there are several."""
    if scene.kind in ("loss", "gradient", "update"):
        whose = model.hyperparameters.worded(scene.part)
        return f"{scene.kind.capitalize()} · {whose}" if len(model.optimised_modules()) > 1 else scene.kind.capitalize()
    declared = model.scenes.get(scene.part)
    return declared.title if declared else scene.part.replace("_", " ").capitalize()


def lighten(model: Model, scene: Scene, formula: str) -> str:
    """The model's formula, lit up where a scene is at work."""
    if scene.kind == "loss":
        return lit_behind(formula, model.aims[scene.part])
    if scene.kind in ("gradient", "update"):
        return lit(formula, model.aims[scene.part])
    declared = model.scenes.get(scene.part)
    return lit(formula, declared.symbol) if declared else formula
