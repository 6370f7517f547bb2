"""The runs that are set aside to be compared: one is added from wherever it is on screen."""

from __future__ import annotations

import streamlit as st

from pages.ui.navigation import page
from pages.ui.session import memory
from pages.ui.state import address, write_address

# How many runs can be compared.
COMPARED = range(2, 7)


def pin(run: str) -> None:
    """A switch that sets the run on screen aside to be compared, and the way to those that are."""
    chosen = memory().compared
    st.toggle(
        "Compare",
        run in chosen,
        key=f"pin-{run}",
        disabled=run not in chosen and len(chosen) >= COMPARED[-1],
        help=f"Set this run aside, to see it beside others: two to {COMPARED[-1]}, from any page.",
        on_change=_turn,
        args=(run,),
    )
    if chosen and st.button(
        f"Compare {len(chosen)} runs" if len(chosen) > 1 else "One more to compare",
        key="compare",
        icon=":material/difference:",
        disabled=len(chosen) not in COMPARED,
    ):
        st.switch_page(page("compare"), query_params=address())


def _turn(run: str) -> None:
    others = tuple(each for each in memory().compared if each != run)
    memory().compared = (*others, run) if st.session_state[f"pin-{run}"] else others
    write_address()
