"""What the sliders that ask a run's model are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from pages.ui.component_data.shared import Drawn


class Sliders(TypedDict, total=False):
    """To decode, the latents that have a slider, their names, ranges, and a code to start from; to repair, its kinds.

    `inactive` are those of the latents that say nothing of a sample. Sliders, and the kind of noise before its level,
    stand where `stands` says; scripts send the same back when one has come to rest.
    """

    latents: list[int]
    names: list[str]
    inactive: list[int]
    start: list[float]
    low: list[float]
    high: list[float]
    kinds: dict[str, str]
    stands: Sequence[str | float]


class ProbeData(Sliders):
    """Sliders that ask a run's model, whose answer shows samples (n, …) of this `shape`."""

    run: str
    shape: list[int]
    kind: Literal["decode", "noise"]
    look: Drawn
