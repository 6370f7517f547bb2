"""What is selected of the samples of a plot, and what somebody selects there."""

from __future__ import annotations

import streamlit as st

from core.selection import Part, Samples, Selection
from pages.ui.choices import unchoose
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
    if selected is None or of is None:
        return
    memory().selection = Selection(of, tuple(sorted(selected["indices"]))) if selected["indices"] else None
    if selected["indices"]:
        _have_projected(of.part)


def _have_projected(part: Part) -> None:
    """Have the page of codes project this part, so that what is selected there stands out."""
    unchoose("projected")
    if part != "held-out":
        memory().asked["projected"] = memory().chosen["projected"] = part


def let_go() -> None:
    """Nothing is selected any more."""
    memory().selection = None
