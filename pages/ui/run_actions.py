"""What can be done with the runs that were picked in the table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.engine import Record, SweepRecord
from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.owners import change, mine
from pages.ui.pinned import COMPARED
from pages.ui.session import memory
from pages.ui.state import MOST_PICKED, address, attempt, leave_run, open_run, write_address
from pages.ui.sweep_list import open_sweep


def actions(records: Sequence[Record], listed: Sequence[Record]) -> None:
    """A button for each thing that can be done with the picked of all `records`, of which some are `listed`."""
    known = {record.id: record for record in records}
    picked = [known[run] for run in memory().picked if run in known]
    one = picked[0] if len(picked) == 1 else None
    readable = all(record.config for record in picked)
    with st.container(horizontal=True, vertical_alignment="center", key="run_actions"):
        if st.button("Open", key="open", icon=":material/open_in_new:", disabled=one is None or not readable):
            show(one)
        _compare(picked, readable)
        moving = [record for record in picked if record.status.is_moving]
        if moving:
            st.button("Pause", key="pause_picked", icon=":material/pause:", on_click=_pause, args=(moving,))
        with st.popover("Rename", icon=":material/edit:", disabled=one is None, key="rename"):
            if one is not None:
                st.text_input("Name", one.name, key=f"name-{one.id}", on_change=_rename, args=(one,))
        st.button(
            "Delete",
            key="delete",
            icon=":material/delete:",
            disabled=not picked,
            help="Can be undone for a day, unless the disk is nearly full.",
            on_click=_delete,
            args=(picked,),
        )
        sweep = _sweep_of(picked)
        if sweep is not None and st.button(
            "Its sweep" if one else "Their sweep", key="open_sweep", icon=":material/tune:", help=sweep.name
        ):
            open_sweep(sweep.id)
            st.switch_page(page("sweep"), query_params=address())
        st.caption(_said(picked, records, listed))


def show(record: Record | None) -> None:
    """Put a run, if there is one, on screen, on the page Train."""
    if record is not None:
        open_run(record)
        st.switch_page(page("train"), query_params=address())


def _compare(picked: Sequence[Record], readable: bool) -> None:
    """Compare what is picked, or else what was set aside on other pages."""
    chosen = tuple(record.id for record in picked) or memory().aside
    if st.button(
        f"Compare {len(chosen)}" if chosen else "Compare",
        key="compare",
        icon=":material/difference:",
        disabled=len(chosen) not in COMPARED or not readable,
        help=f"Two to {COMPARED[-1]} runs side by side: those picked below, or else those set aside on other pages.",
    ):
        memory().compared = chosen
        write_address()
        st.switch_page(page("compare"), query_params=address())


def _said(picked: Sequence[Record], records: Sequence[Record], listed: Sequence[Record]) -> str:
    """How many runs there are and how many are picked."""
    kept = "1 run" if len(records) == 1 else f"{len(records)} runs"
    shown = kept if len(listed) == len(records) else f"{len(listed)} of {kept}"
    if not picked:
        return f"{shown}. Pick rows on the left to compare, rename or delete them."
    hidden = len({record.id for record in picked} - {record.id for record in listed})
    parts = [f"{len(picked)} of {kept} picked"]
    if hidden:
        parts.append(f"{hidden} of them not listed now")
    if len(picked) > MOST_PICKED:
        parts.append(f"more than the {MOST_PICKED} that a reload and Back find again")
    return f"{', '.join(parts)}."


def _rename(record: Record) -> None:
    name = st.session_state[f"name-{record.id}"].strip()
    if name:
        attempt(change, record, laboratory.engine.store.rename, record.id, name)


def _pause(moving: Sequence[Record]) -> None:
    for record in mine(moving):
        attempt(laboratory.engine.pause, record.id)


def _delete(picked: Sequence[Record]) -> None:
    for record in mine(picked):
        attempt(laboratory.engine.stop, record.id)
        attempt(laboratory.engine.store.delete, record.id)
        if memory().run == record.id:
            leave_run()
    memory().deleted = tuple(record.id for record in picked)
    memory().picked = ()


def _sweep_of(picked: Sequence[Record]) -> SweepRecord | None:
    """The newest sweep that all of these runs belong to."""
    runs = {record.id for record in picked}
    kept = mine(laboratory.engine.sweeps.kept.all()) if runs else []
    return next((sweep for sweep in kept if runs <= set(sweep.runs)), None)
