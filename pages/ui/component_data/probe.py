"""What the sliders that ask a run's model are given."""

from __future__ import annotations

from typing import Literal, TypedDict

from pages.ui.component_data.shared import Drawn


class Sliders(TypedDict, total=False):
    """To decode, the latents that have a slider, their names, ranges, and a code to start from; to repair, the noise.

    `inactive` are those of the latents that say nothing of a sample. Their sliders stand where `stands` says.
    """

    latents: list[int]
    names: list[str]
    inactive: list[int]
    start: list[float]
    stands: list[float]
    low: list[float]
    high: list[float]
    kinds: dict[str, str]
    noise: str
    level: float


class ProbeData(Sliders):
    """Sliders that ask a run's model."""

    run: str
    kind: Literal["decode", "noise"]
    look: Drawn
