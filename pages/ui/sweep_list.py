"""The sweeps that are kept: the one on screen, and all others to reopen, rename and delete."""

from __future__ import annotations

import datetime

import streamlit as st

from core.engine import SweepRecord
from core.errors import UnknownSweep
from pages.ui.choices import unchoose
from pages.ui.deleted import restorable, undo_last
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.owners import change, mine
from pages.ui.session import BRUSH, memory
from pages.ui.state import attempt, write_address

WIDTHS = [5, 3, 2]
DELETE = "Delete this sweep; its runs stay. Can be undone for a day, unless the disk is nearly full."


def current() -> SweepRecord | None:
    """The sweep on screen, as it is kept now."""
    sweep = memory().sweep
    if sweep is None:
        return None
    try:
        return laboratory.engine.sweeps.kept.get(sweep)
    except UnknownSweep as error:
        open_sweep(None)
        st.warning(str(error), icon=":material/info:")
        return None


def open_sweep(id: str | None) -> None:
    """Put a sweep on screen, or none; a brush belongs to the one before."""
    remembered = memory()
    remembered.sweep = id
    unchoose(*(name for name in (*remembered.begun, *remembered.asked) if name.startswith(BRUSH)))
    write_address()


def show() -> None:
    """All kept sweeps, newest first, and those that can be restored."""
    kept = laboratory.engine.sweeps.kept
    gone = {record.id: record.name for record in mine(kept.deleted())}
    undo_last(gone, kept.restore, "Its runs stay on the Runs page.")
    records = mine(kept.all())
    if records:
        heading("Sweeps from before")
    for record in records:
        _row(record)
    restorable(gone, kept.restore)


def delete(record: SweepRecord) -> None:
    """Take a sweep away; its runs end and stay."""

    def act() -> None:
        sweeps = laboratory.engine.sweeps
        change(record, sweeps.cancel, record.id)
        change(record, sweeps.kept.delete, record.id)
        memory().deleted = (record.id,)
        if memory().sweep == record.id:
            open_sweep(None)

    attempt(act)


def rename(record: SweepRecord) -> None:
    """Call a sweep as its field says."""
    name = st.session_state[f"name-{record.id}"].strip()
    if name:
        attempt(change, record, laboratory.engine.sweeps.kept.rename, record.id, name)


def _row(record: SweepRecord) -> None:
    name, what, actions = st.columns(WIDTHS, vertical_alignment="center")
    name.text_input(
        "Name",
        record.name,
        key=f"name-{record.id}",
        label_visibility="collapsed",
        disabled=record.sweep is None,
        on_change=rename,
        args=(record,),
    )
    what.caption(_what(record))
    with actions.container(horizontal=True, gap="small", wrap=False):
        st.button(
            "Open", key=f"open-{record.id}", disabled=record.sweep is None, on_click=open_sweep, args=(record.id,)
        )
        st.button(
            "",
            key=f"delete-{record.id}",
            icon=":material/delete:",
            help=DELETE,
            on_click=delete,
            args=(record,),
        )


def _what(record: SweepRecord) -> str:
    """The values of a sweep, and when it was begun; of one that cannot be read, why."""
    if record.sweep is None:
        return record.reason
    knobs = record.sweep.knobs()
    axes = [
        f"{knobs[name].label} {', '.join(map(knobs[name].text, values))}" for name, values in record.sweep.axes.items()
    ]
    seeds = f" · {record.sweep.seeds} seeds" if record.sweep.seeds > 1 else ""
    when = datetime.datetime.fromtimestamp(record.created).strftime("%d %b, %H:%M")
    return f"{' × '.join(axes)}{seeds} · {when}"
