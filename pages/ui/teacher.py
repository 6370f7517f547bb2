"""What a teacher sees on the page Runs: all runs that move, on a wall."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.engine import Record
from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.owners import enter, has_teacher, is_teacher
from pages.ui.state import address, attempt, open_run
from pages.ui.wall import MOST, Placed, wall

WORD = "teachers_word"


def teach(records: Sequence[Record]) -> None:
    """Ask for the teacher's word where there is one; of whoever entered it, the moving ones of all `records`."""
    if not has_teacher():
        return
    if not is_teacher():
        with st.popover("I teach here", icon=":material/school:", key="teacher"):
            st.text_input("The teacher's word", key=WORD, type="password", on_change=_enter)
        return
    moving = [record for record in records if record.status.is_moving]
    if not moving:
        st.caption("You see everybody's runs; none of them moves now.")
        return
    more = f" The first {MOST} of them are on the wall." if len(moving) > MOST else ""
    st.caption(f"You see everybody's runs: {len(moving)} of them move now.{more} Below they can be paused and deleted.")
    opened = wall([Placed(record.id, record.name) for record in moving], "wall-teacher", "Everybody's runs")
    if opened:
        open_run(laboratory.engine.store.get(opened))
        st.switch_page(page("train"), query_params=address())


def _enter() -> None:
    attempt(enter, st.session_state[WORD])
