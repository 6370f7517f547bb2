"""The grid of a table's columns: what each is and what it is for, guessed, and put right by people."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import streamlit as st

from core.uploads.parse.format import Kind
from core.uploads.parse.raw import Raw
from core.uploads.prepare.grid import Told
from core.uploads.prepare.options import ROLES, Options, Role

# Rows that are in sight.
ROWS = 8
TITLED: dict[str, Role] = {title: role for role, title in ROLES.items()}


def put_right(raw: Raw, key: str) -> tuple[tuple[tuple[str, Role], ...], tuple[tuple[str, Kind], ...]]:
    """The roles and the kinds that people chose in the grid of columns, whose widget has this key."""
    rows = st.session_state.get(key, {}).get("edited_rows", {})
    edited = [(raw.columns[row].name, cells) for row, cells in rows.items() if row < len(raw.columns)]
    roles = tuple((name, TITLED[cells["Role"]]) for name, cells in edited if "Role" in cells)
    return roles, tuple((name, cells["Kind"]) for name, cells in edited if "Kind" in cells)


def show_columns(guessed: list[Told], told: list[Told], options: Options, key: str) -> None:
    """Columns as they were `guessed`, and what was `told` of them after that, in a widget of this key."""
    # The editor forgets a choice that is what it is given; a column that fell away stays to be put right.
    roles, kinds, found = dict(options.columns), dict(options.kinds), {column.name: column for column in told}
    shown = [
        replace(
            found.get(old.name, old),
            role=(old if old.name in roles else found.get(old.name, old)).role,
            kind=(old if old.name in kinds else found.get(old.name, old)).kind,
        )
        for old in guessed
    ]
    cells = {
        "Column": [column.name for column in shown],
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
        "Values": st.column_config.BarChartColumn(help="How often values come up, from the least to the largest."),
    }
    st.data_editor(
        cells,
        column_config=config,
        disabled=[name for name in cells if name not in ("Kind", "Role")],
        hide_index=True,
        height="auto" if len(shown) <= ROWS else 35 * (ROWS + 1) + 3,
        key=key,
    )
