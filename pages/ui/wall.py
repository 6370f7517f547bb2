"""The wall: several runs at once, live, as tiles that all show the same view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import streamlit as st

from core.engine import ReadableRecord, Record
from core.errors import UnknownRun
from core.protocol import Panel, Status
from core.selection import Samples
from pages.ui.choices import Between, chosen
from pages.ui.component import component
from pages.ui.component_data.wall import Axis, Tile, WallData, WallView
from pages.ui.laboratory import laboratory
from pages.ui.pinned import turn_in
from pages.ui.selecting import select
from pages.ui.selection_panel import PICK, selection_panel
from pages.ui.stage import described

# The most runs that are followed at once.
MOST = 30
# Where the sliders over swept values stand at first.
FIRST = (0, 0)
# Where the slider over time does: at its end.
NOW = 1.0

_wall = component("wall")


@dataclass(frozen=True)
class Placed:
    """A run by its id on a wall, called by what sets it apart, at a place counted from 0."""

    run: str
    title: str
    row: int = 0
    column: int = 0


def wall(
    runs: Sequence[Placed], key: str, title: str, across: Axis | None = None, down: Axis | None = None
) -> str | None:
    """Up to `MOST` runs as live tiles above what is selected; the id of the run whose title was clicked now, or None.

    Their film is saved under the `title` of all. With one swept knob, `across`, its values can also be dragged through
    on a slider, and tiles take the rows that they need; with two, rows stand for the values of `down`. The page is run
    again when a run begins or ends moving. A run that is not stored any more leaves a hole with a sentence.
    """
    records = [_stored(placed.run) for placed in runs[:MOST]]
    tiles = [_tile(placed, record) for placed, record in zip(runs, records, strict=False)]
    data: WallData = {
        "title": title,
        "view": _view(tiles, across, down),
        "tiles": tiles,
        "across": across,
        "down": down,
    }
    readable = [record for record in records if isinstance(record, ReadableRecord)]
    plots = [Samples(record.config, "validation") for record in readable]
    shown = _wall(
        key=key,
        data=data,
        on_opened_change=lambda: None,
        on_status_change=lambda: None,
        on_selected_change=lambda: select(key, *plots),
        on_aside_change=lambda: turn_in(key),
        on_view_change=lambda: _look(st.session_state[key]["view"]),
    )
    if readable:
        selection_panel(readable, ["validation"], PICK)
    opened: str | None = shown.opened
    return opened


def _view(tiles: Sequence[Tile], *axes: Axis | None) -> WallView:
    """What is looked at: the same on all walls."""
    measured = {metric["name"]: None for tile in tiles if tile["stage"] for metric in tile["stage"]["metrics"]}
    most = max((len(axis["values"]) for axis in axes if axis), default=1)
    return {
        "mode": chosen("wall_mode", ("tiles", "knob"), "tiles"),
        "panel": chosen("wall_panel", get_args(Panel), ""),
        "metric": chosen("wall_metric", measured, ""),
        "place": chosen("wall_place", range(most), FIRST) if most > 1 else FIRST,
        "time": chosen("wall_time", Between(0, 1), NOW),
    }


def _look(view: WallView | None) -> None:
    """Somebody looks at something else."""
    if view is not None:
        chosen_now = {**view, "place": tuple(view["place"])}
        st.session_state.update({f"wall_{part}": word for part, word in chosen_now.items()})


def _stored(run: str) -> Record | None:
    try:
        return laboratory.engine.store.get(run)
    except UnknownRun:
        return None


def _tile(placed: Placed, record: Record | None) -> Tile:
    tile: Tile = {
        "stage": None,
        "title": placed.title,
        "reason": "",
        "row": placed.row,
        "column": placed.column,
    }
    if record is None:
        return {**tile, "reason": "This run is not kept here. Runs restores what was deleted within a day."}
    live = laboratory.engine.live(record.id)
    stage = described(record, Status(live.status if live else record.status))
    return {**tile, "stage": stage, "reason": ""}
