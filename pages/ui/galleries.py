"""Samples that stand still, in named rows or as a wall."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.dataset import DataSpec
from core.protocol import GalleryData, Ground, Row
from pages.ui.component import component
from pages.ui.encoding import drawn, levels, pack, reduced

_gallery = component("gallery")


def rows(named: dict[str, np.ndarray], spec: DataSpec, key: str, size: int = 44) -> None:
    """Samples (N, …) in named rows below each other, as many as fit the width, about `size` pixels high."""
    _show(named, spec, key, size, None, (), None)


def wall(
    samples: np.ndarray,
    spec: DataSpec,
    key: str,
    columns: int,
    size: int = 96,
    notes: Sequence[str] = (),
    ground: Ground | None = None,
) -> None:
    """Samples (N, …) in a grid, at most `size` pixels high each, a note below each where there are any.

    Decoded codes lie on their `ground`, which then has numbers at its edges.
    """
    _show({"": samples}, spec, key, size, columns, notes, ground)


def _show(
    named: dict[str, np.ndarray],
    spec: DataSpec,
    key: str,
    size: int,
    columns: int | None,
    notes: Sequence[str],
    ground: Ground | None,
) -> None:
    data: GalleryData = {
        "rows": [_row(name, reduced(samples, spec), spec) for name, samples in named.items()],
        "look": drawn(spec),
        "size": size,
        "columns": columns,
        "notes": list(notes),
        "ground": ground,
    }
    _gallery(key=f"gallery_{key}", data=data)


def _row(name: str, samples: np.ndarray, spec: DataSpec) -> Row:
    return {"name": name, "values": pack(levels(samples, spec)), "shape": list(samples.shape)}
