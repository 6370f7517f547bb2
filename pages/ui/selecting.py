"""What is selected of the samples of a plot, and what somebody selects there."""

from __future__ import annotations

import streamlit as st

from core.selection import Samples, Selection
from pages.ui.component_data.shared import Selected
from pages.ui.session import memory


def selected_of(samples: Samples | None) -> Selected:
    """What is selected of the samples of a plot, for its script; with None none can be."""
    if samples is None:
        return {"samples": "", "indices": []}
    held = memory().selection
    indices = held.indices if held is not None and held.of.key == samples.key else ()
    return {"samples": samples.key, "indices": list(indices)}


def select(component: str, *plots: Samples) -> None:
    """Keep what was just selected in one of a component's `plots`; of nothing, nothing is selected any more."""
    selected: Selected | None = st.session_state[component]["selected"]
    of = {samples.key: samples for samples in plots}.get(selected["samples"]) if selected else None
    if selected is not None and of is not None:
        memory().selection = Selection(of, tuple(sorted(selected["indices"]))) if selected["indices"] else None


def let_go() -> None:
    """Nothing is selected any more."""
    memory().selection = None
