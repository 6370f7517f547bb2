"""The grid of a table's columns: what each is and what it is for, guessed, and put right by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import streamlit as st

from core.uploads.parse.format import Kind
from core.uploads.parse.raw import Raw
from core.uploads.prepare.grid import Told
from core.uploads.prepare.options import ROLES, Options, Role
from core.uploads.prepare.roles import as_table

# Rows that are in sight.
ROWS = 8
TITLED: dict[str, Role] = {title: role for role, title in ROLES.items()}


def put_right(raw: Raw, place: str) -> tuple[tuple[tuple[str, Role], ...], tuple[tuple[str, Kind], ...]]:
    """The roles and the kinds of its columns that people chose, kept in this `place` of the session."""
    chosen = st.session_state.get(place, {})
    told = [(column.name, chosen[column.name]) for column in as_table(raw).columns if column.name in chosen]
    roles = tuple((name, TITLED[cells["Role"]]) for name, cells in told if "Role" in cells)
    return roles, tuple((name, cells["Kind"]) for name, cells in told if "Kind" in cells)


def show_columns(guessed: Sequence[Told], told: Sequence[Told], options: Options, key: str, place: str) -> None:
    """Columns as they were `guessed` and `told` of after that, in a widget of this key; choices go to `place`."""
    # What was chosen stands there also where it cannot be; a column that fell away stays to be put right.
    roles, kinds, found = dict(options.columns), dict(options.kinds), {column.name: column for column in told}
    shown = [found.get(column.name, column) for column in guessed]
    shown = [
        replace(column, role=roles.get(column.name, column.role), kind=kinds.get(column.name, column.kind))
        for column in shown
    ]
    names = [column.name for column in shown]
    cells = {
        "Column": names,
        "Kind": [column.kind for column in shown],
        "Role": [ROLES[column.role] for column in shown],
        "Missing": [column.missing for column in shown],
        "Values": [list(column.histogram) for column in shown],
        "Examples": [column.examples for column in shown],
        "Why": [column.why for column in shown],
    }
    choice = st.column_config.SelectboxColumn
    config = {
        "Kind": choice(options=[*get_args(Kind)], required=True, help="What its cells are."),
        "Role": choice(options=[*ROLES.values()], required=True, help="What it is for."),
        "Missing": st.column_config.NumberColumn(format="percent"),
        "Values": st.column_config.BarChartColumn(
            # Else the rarest would have no bar.
            y_min=0,
            help="How often values come up: of numbers from the least to the largest, of texts the commonest first.",
        ),
    }
    st.data_editor(
        cells,
        column_config=config,
        disabled=[name for name in cells if name not in ("Kind", "Role")],
        hide_index=True,
        height="auto" if len(shown) <= ROWS else 35 * (ROWS + 1) + 3,
        key=key,
        on_change=_keep,
        args=(key, place, names),
    )


def _keep(key: str, place: str, names: list[str]) -> None:
    """Keep what was chosen: the editor forgets a choice that is what it is given, and all of them with other rows."""
    chosen = st.session_state.setdefault(place, {})
    for row, cells in st.session_state[key]["edited_rows"].items():
        chosen[names[row]] = chosen.get(names[row], {}) | cells
