"""The way on from a run that diverged: the same with a lower learning rate, at a press."""

from __future__ import annotations

import streamlit as st

from core.engine import ReadableRecord
from core.guards import FAR, reach_of
from core.protocol import Status
from core.training.divergence import calmer
from pages.ui.datasets import is_local, known
from pages.ui.once import once
from pages.ui.transport import train


def offer_calmer(record: ReadableRecord) -> None:
    """A button, if the run diverged and its data are here, unless it is their scale that is to be turned."""
    dataset, is_far = record.config.dataset, record.spec.scaling == "none" and reach_of(record.spec) > FAR
    if record.status is not Status.DIVERGED or is_far or dataset not in known():
        return
    stood = record.config.in_force(record.config.steps)
    calm = calmer(stood, record.spec)
    if not calm.is_lower or not is_local(dataset):
        return
    config = stood.having({calm.knob.name: calm.rate}, record.spec)
    label = f"Train with {calm.name} {calm.knob.text(calm.rate)}"
    icon = ":material/play_arrow:"
    st.button(label, key="calmer", icon=icon, on_click=once(train, config), width="stretch")
