"""A dial: a knob that acts while it is dragged, where a slider of Streamlit's waits until the hand lets go."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from core.hyperparameters import Knob
from pages.ui.component import component
from pages.ui.component_data.dial import DialData
from pages.ui.widgets import help_of, stops

_dial = component("dial")


def dial(knob: Knob, begin: Any, marks: Collection[Any], is_changed: bool) -> Any:
    """Draw a number as a dial and return it; `begin` is its default, `marks` are values that it must reach."""
    values = stops(knob, begin, marks)
    value = st.session_state.get(knob.name, begin)
    data: DialData = {
        "label": knob.label,
        "stops": [knob.text(each) for each in values],
        "place": values.index(value),
        "changed": is_changed,
        "live": knob.live,
        "help": help_of(knob),
    }

    def turn() -> None:
        st.session_state[knob.name] = values[st.session_state[f"dial-{knob.name}"]["place"]]

    _dial(key=f"dial-{knob.name}", data=data, on_place_change=turn)
    return value
