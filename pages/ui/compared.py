"""Runs that are compared: which, and what differs between them."""

from __future__ import annotations

import streamlit as st

from core.engine import ReadableRecord
from pages.ui.component_data.wall import Axis
from pages.ui.differences import differing, titles
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.messages import invite
from pages.ui.owners import is_mine
from pages.ui.pinned import COMPARED, lead_to_compare
from pages.ui.run_names import names
from pages.ui.session import memory
from pages.ui.state import put, write_address

# The rows of settings that are seen at once, and the height of each in pixels.
ROWS, ROW = 5, 35


def pick() -> dict[str, ReadableRecord | None]:
    """The chosen runs by id, None for one that cannot be read; with fewer than two the page ends."""
    chosen = memory().compared[: COMPARED[-1]]
    if {*memory().aside} != {*chosen}:
        lead_to_compare()
    # Somebody else's that a link names are compared, too.
    known = {
        record.id: record
        for record in laboratory.engine.store.all()
        if isinstance(record, ReadableRecord) and (is_mine(record) or record.id in chosen)
    }
    if len(known) < COMPARED[0] and not chosen:
        invite("It takes two runs to compare: train one, turn a knob, and train another.")
        st.stop()
    called = names(list(known.values()))
    put("compared", list(chosen))
    st.multiselect(
        "Runs",
        [*known, *(run for run in chosen if run not in known)],
        key="compared",
        format_func=lambda run: called.get(run, f"a run that is gone · {run[-4:]}"),
        max_selections=COMPARED[-1],
        placeholder="Pick two to six runs",
        label_visibility="collapsed",
        on_change=_choose,
    )
    if len(chosen) < COMPARED[0]:
        invite("Pick two to six of your runs above, mark them on the Runs page, or set them aside on any other.")
        st.stop()
    return {run: known.get(run) for run in chosen}


def _choose() -> None:
    memory().compared = tuple(st.session_state["compared"])
    write_address()


def what_differs(records: list[ReadableRecord]) -> None:
    """The settings that differ: one in a line, more as a table with a column for each run."""
    heading("What differs")
    found = differing(records)
    if not found:
        st.caption("Nothing: these runs have the same settings.")
    elif len(found) == 1:
        ((label, values),) = found.items()
        st.caption(f"Only one setting: **{label}**, {', '.join(values)}.")
    else:
        table = [{"Setting": label, **column(values, records)} for label, values in found.items()]
        # The pictures below are the page: a long table scrolls.
        height = ROW * (1 + min(len(table), ROWS)) + 3
        st.dataframe(table, hide_index=True, height=height, key="differing")


def column(values: list[str], records: list[ReadableRecord]) -> dict[str, str]:
    """A row of a table of runs: a value for each, by its title."""
    return dict(zip(titles(records), values, strict=True))


def axis(records: list[ReadableRecord]) -> Axis | None:
    """The only setting that differs and its values, as the runs come; None where there are more, or none."""
    found = differing(records)
    if len(found) != 1:
        return None
    ((label, values),) = found.items()
    return {"title": label, "values": values} if len(set(values)) == len(values) else None
