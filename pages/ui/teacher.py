"""What a teacher sees on the page Runs: all runs that move, on a wall that follows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, zip_longest

import streamlit as st

from core.engine import Record
from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.owner_names import name_of
from pages.ui.owners import enter, is_common, is_teacher, visitor
from pages.ui.state import address, attempt, open_run
from pages.ui.teachers import word
from pages.ui.wall import MOST, Placed, wall

WORD = "teachers_word"
# Seconds until runs that have begun since are on the wall.
AGAIN = 3.0


def teach() -> None:
    """Ask for the teacher's word where there is one; to whoever entered it, show all runs that move."""
    if not word():
        return
    if is_teacher():
        _all_that_moves()
        return
    with st.container(horizontal=True, vertical_alignment="center", key="teacher"):
        with st.popover("I teach here", icon=":material/school:"):
            st.text_input("The teacher's word", key=WORD, type="password", on_change=_enter)
        if not is_common():
            st.caption(f"Whoever teaches here sees your runs as those of {name_of(visitor())}.")


@st.fragment(run_every=AGAIN)
def _all_that_moves() -> None:
    moving = [record for record in laboratory.engine.store.all() if record.status.is_moving]
    owners = {record.owner for record in moving}
    with st.container(horizontal=True, vertical_alignment="center", key="teacher"):
        st.button("Pause all", key="pause_all", icon=":material/pause:", disabled=not moving, on_click=_pause_all)
        st.caption(_said(len(moving), len(owners)))
    if not moving:
        return
    placed = [Placed(record.id, f"{name_of(record.owner)} · {record.name}") for record in in_turn(moving)]
    opened = wall(placed, "wall-teacher", "Everybody's runs")
    if opened:
        open_run(laboratory.engine.store.get(opened))
        st.switch_page(page("train"), query_params=address())


def in_turn(records: Sequence[Record]) -> list[Record]:
    """Runs in such an order that the first of each owner come first."""
    of: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        of[record.owner].append(record)
    return [record for record in chain.from_iterable(zip_longest(*of.values())) if record is not None]


def _said(moving: int, owners: int) -> str:
    if not moving:
        return "You see everybody's runs. None of them moves now; one that begins is shown here by itself."
    runs = "1 run moves" if moving == 1 else f"{moving} runs move"
    whose = "one visitor" if owners == 1 else f"{owners} visitors"
    more = f" The first {MOST} are shown." if moving > MOST else ""
    return f"{runs}, of {whose}.{more} A click on a title opens a run; in the table each can be paused and deleted."


def _pause_all() -> None:
    engine = laboratory.engine
    moving = [record.id for record in engine.store.all() if record.status.is_moving]
    # All at once: each ends within a slice of its own.
    with ThreadPoolExecutor(MOST) as many:
        attempt(list, many.map(engine.pause, moving))


def _enter() -> None:
    attempt(enter, st.session_state[WORD])
