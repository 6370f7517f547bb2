"""Samples that stand still, in named rows or as a wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.dataset import DataSpec
from core.selection import Samples
from pages.ui.component import component
from pages.ui.component_data.gallery import GalleryData, Row, Walked
from pages.ui.component_data.shared import Ground
from pages.ui.encoding import drawn, levels, pack, reduced
from pages.ui.selecting import select, selected_of

_gallery = component("gallery", "gallery")


@dataclass(frozen=True)
class Places:
    """Where samples that are drawn stand among those `of` a part of the data that plots draw: their `indices`.

    It is −1 for those that no plot draws.
    """

    of: Samples
    indices: Sequence[int] | np.ndarray


def rows(
    named: Mapping[str, np.ndarray],
    spec: DataSpec,
    key: str,
    size: int = 44,
    notes: Mapping[str, Sequence[str]] = MappingProxyType({}),
    places: Places | None = None,
    is_whole: bool = False,
) -> None:
    """Samples (N, …) in named rows below each other, as many as fit the width, about `size` pixels high.

    Where not all fit these are the first, or with `is_whole` some from the first to the last. `notes` has those to
    stand below the samples of a row, by the row's name. Samples that plots draw, too, have `places` there, and can be
    selected.
    """
    data = [_row(name, samples, spec, notes.get(name, ())) for name, samples in named.items()]
    _show(data, spec, key, size, None, places, is_whole=is_whole)


def wall(
    samples: np.ndarray,
    spec: DataSpec,
    key: str,
    columns: int,
    size: int = 96,
    notes: Sequence[str] = (),
    ground: Ground | None = None,
    walked: Walked | None = None,
    places: Places | None = None,
) -> None:
    """Samples (N, …) in a grid, at most `size` pixels high each, a note below each where there are any.

    Decoded codes lie on their `ground`, which then has numbers at its edges, and can be `walked`. Samples that plots
    draw, too, have `places` there, and can be selected.
    """
    _show([_row("", samples, spec, notes)], spec, key, size, columns, places, ground, walked)


def followed(samples: np.ndarray, names: Sequence[str], along: str, spec: DataSpec, key: str, columns: int) -> None:
    """Walls of samples (T, N, …) that follow one another `along` something, under a slider that says their `names`."""
    data = [_row(name, each, spec, ()) for name, each in zip(names, samples, strict=True)]
    _show(data, spec, key, 64, columns, None, along=along)


def _show(
    rows: list[Row],
    spec: DataSpec,
    key: str,
    size: int,
    columns: int | None,
    places: Places | None,
    ground: Ground | None = None,
    walked: Walked | None = None,
    is_whole: bool = False,
    along: str | None = None,
) -> None:
    data: GalleryData = {
        "rows": rows,
        "look": drawn(spec),
        "size": size,
        "columns": columns,
        "along": along,
        "ground": ground,
        "walked": walked,
        "places": [] if places is None else [int(index) for index in places.indices],
        "selected": selected_of(places.of if places else None),
        "whole": is_whole,
    }
    name, plots = f"gallery_{key}", [] if places is None else [places.of]
    _gallery(key=name, data=data, on_selected_change=lambda: select(name, *plots))


def _row(name: str, samples: np.ndarray, spec: DataSpec, notes: Sequence[str]) -> Row:
    small = reduced(samples, spec)
    return {"name": name, "values": pack(levels(small, spec)), "shape": list(small.shape), "notes": list(notes)}
