"""The runs that are set aside to be compared: one is added from wherever it is on screen, and stays."""

from __future__ import annotations

import streamlit as st

from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.session import memory
from pages.ui.state import address, write_address

# How many runs can be compared.
COMPARED = range(2, 7)


def pin(run: str) -> None:
    """A switch that sets the run on screen aside, and the way to those that are."""
    chosen = memory().aside
    st.toggle(
        "Set aside",
        run in chosen,
        key=f"pin-{run}",
        disabled=run not in chosen and len(chosen) >= COMPARED[-1],
        help=f"Keep this run at hand, to see it beside others: two to {COMPARED[-1]}, from any page.",
        on_change=turn,
        args=(run,),
    )
    lead_to_compare()


def lead_to_compare() -> None:
    """The way to the runs that are set aside, if there are any that are not compared already."""
    chosen = memory().aside
    if chosen and st.button(
        f"Compare {len(chosen)} set aside" if len(chosen) > 1 else "One more to compare",
        key="compare_aside",
        icon=":material/difference:",
        disabled=len(chosen) not in COMPARED,
        help="All runs that were set aside, side by side.",
    ):
        memory().compared = chosen
        st.switch_page(page("compare"), query_params=address())


def turn(run: str) -> None:
    """Set a run aside, or let it go."""
    known = {record.id for record in laboratory.engine.store.all()}
    others = tuple(each for each in memory().aside if each != run and each in known)
    if run in memory().aside:
        memory().aside = others
    elif len(others) < COMPARED[-1]:
        memory().aside = (*others, run)
    else:
        memory().say(
            f"{len(others)} runs are set aside already, and no more can be compared: let one of them go first."
        )
    write_address()


def turn_in(component: str) -> None:
    """Set the run aside, or let it go, that was asked for in a component."""
    run = st.session_state[component]["aside"]
    if run is not None:
        turn(run)
