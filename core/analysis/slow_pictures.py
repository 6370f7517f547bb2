"""Pictures of a watched step's scenes: samples, points with the arrows of what they feel, cells of numbers, maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from torch import Tensor

from core.dataset import DataSpec
from core.layers import activations
from core.model import Model
from core.plane import frame_of, lattice
from core.protocol import Array
from core.training.scenes import Passed, Scene
from core.training.trace import DRAWN, SHOWN

# Units of a layer whose heat maps are drawn, and their places along a side of the plane.
UNITS, SIDE = 8, 24
# Numbers along a side of what is drawn of an answer.
MOST = 64

# How numbers are drawn: as samples, as points with the arrows of what they feel, as the numbers of each sample, or as a
# map of each.
Form = Literal["samples", "points", "cells", "maps"]


@dataclass(frozen=True)
class Picture:
    """Something to draw: its numbers are `shape` of those from `begin` on, and behind them those of `arrows`, if any.

    `frame` holds the lowest and the highest x and y of a plane that points lie in, or a map spans.
    """

    name: str
    form: Form
    shape: tuple[int, ...]
    begin: int
    arrows: bool
    frame: tuple[tuple[float, float], ...] = ()


@dataclass
class Studio:
    """Makes pictures of scenes, and keeps their numbers one after the other."""

    model: Model
    spec: DataSpec
    values: list[Array] = field(default_factory=list)
    end: int = 0

    def pictures(self, scene: Scene) -> Iterator[Picture]:
        """What a scene shows: what was given and made, and on the plane what units make of it."""
        if scene.kind in ("corruption", "noise"):
            # Of several draws the one that says most.
            drawn = [passed for passed in scene.made if passed.name == DRAWN]
            shown = [max(drawn, key=lambda each: each.values.numel()), *scene.made[len(drawn) :]]
        else:
            shown = [*scene.given, *map(self._expected, scene.made)]
        for passed in shown:
            yield self._passed(passed)
        if scene.kind == "answer":
            yield from self._units(scene)

    def _expected(self, answer: Passed) -> Passed:
        """What a decoder answers, as the samples that it stands for."""
        is_sample = answer.name == "decoder" and answer.values.shape[1:] == self.spec.shape
        return replace(answer, values=self.model.expected(answer.values)) if is_sample else answer

    def _passed(self, passed: Passed) -> Picture:
        values, pull = passed.values.float(), passed.pull
        name = passed.name
        if values.shape[1:] == (2,) and self.spec.is_plane:
            return self._picture(name, "points", values, pull, frame_of(values.numpy(), None))
        if values.shape[1:] == self.spec.shape and pull is None:
            return self._picture(name, "samples", values)
        shown = (values if pull is None else pull)[:SHOWN]
        if shown.dim() > 2:
            # The mean of all channels of a picture.
            maps = shown.reshape(len(shown), -1, *shown.shape[-2:]).mean(dim=1)
            # Time runs to the right, as in curves.
            is_series = self.spec.kind == "sequence" and self.spec.rendering != "picture"
            return self._picture(name, "maps", (maps.mT if is_series else maps)[:, :MOST, :MOST])
        return self._picture(name, "cells", shown.reshape(len(shown), -1)[:, : MOST**2])

    def _units(self, scene: Scene) -> Iterator[Picture]:
        """Hidden units, and answers, as maps over the plane that the network was given points of.

        What else it was given, a time or the other samples of a pack, stays as it was beside the first of them.
        """
        first = scene.given[0].values
        together = getattr(self.model.hyperparameters, "packing", 1) if "discriminator" in scene.part else 1
        if first.shape[1:] != (2 * together,):
            return
        # What has the same shape was given in another call, all else in the same.
        alike = [passed.values for passed in scene.given if passed.values.shape[1:] == first.shape[1:]]
        beside = [passed.values[:1] for passed in scene.given if passed.values.shape[1:] != first.shape[1:]]
        frame = frame_of(torch.cat(alike)[:, :2].numpy(), None)
        places = torch.from_numpy(lattice(frame[0], frame[1], SIDE, SIDE)).float()
        packed = torch.cat([places, first[:1, 2:].expand(len(places), -1)], dim=1)
        network = self.model.get_submodule(scene.part)
        for name, units in activations(network, packed, *(each.expand(len(places), -1) for each in beside)):
            maps = units[:, :UNITS].T.reshape(-1, SIDE, SIDE)
            few = f", {UNITS} of {units.shape[1]}" if units.shape[1] > UNITS else ""
            yield self._picture(f"{scene.part}.{name}".rstrip(".") + few, "maps", maps, None, frame)

    def _picture(
        self,
        name: str,
        form: Form,
        values: Tensor,
        arrows: Tensor | None = None,
        frame: Array | None = None,
    ) -> Picture:
        begin = self.end
        for part in (values, arrows):
            if part is not None:
                self.values.append(part.detach().float().numpy().ravel())
                self.end += part.numel()
        return Picture(
            name,
            form,
            tuple(values.shape),
            begin,
            arrows is not None,
            () if frame is None else tuple((float(x), float(y)) for x, y in frame),
        )
