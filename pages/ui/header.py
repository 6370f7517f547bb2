"""The line on top of every view: which run is shown, and a sentence where there is nothing to show."""

from __future__ import annotations

import streamlit as st

from core import MODELS
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.model import Capability, Model
from core.protocol import Status
from pages.ui.analyses import forget_all_of
from pages.ui.laboratory import laboratory
from pages.ui.leading import lead_to_one_that_can
from pages.ui.messages import invite, plain
from pages.ui.owners import mine
from pages.ui.pinned import pin
from pages.ui.run_names import names
from pages.ui.state import current_run, open_run, show_flash

# Why a model cannot do what a page asks for.
LACKS: dict[Capability, str] = {
    "decode": "it has no decoder, so it makes no samples",
    "reconstruct": "it has no code that a sample could be rebuilt from",
}


def opened_run(invitation: str, *needs: Capability) -> ReadableRecord:
    """The run on screen, chosen from those whose model can do one of `needs`; with none, the page ends."""

    def can(model: type[Model], spec: DataSpec) -> bool:
        return not model.capabilities.isdisjoint(needs)

    show_flash()
    engine = laboratory.engine
    fitting = {
        record.id: record
        for record in mine(engine.store.all())
        if isinstance(record, ReadableRecord)
        and record.status is not Status.QUARANTINED
        and can(MODELS[record.config.model], record.spec)
    }
    record = current_run()
    # Somebody else's is seen by its link.
    if isinstance(record, ReadableRecord) and can(MODELS[record.config.model], record.spec):
        fitting.setdefault(record.id, record)
    if record is not None and not isinstance(record, ReadableRecord):
        st.warning(f"The run on screen cannot be opened. {plain(record.reason)}", icon=":material/info:")
    elif record is not None and record.id not in fitting:
        lead_to_one_that_can(record, LACKS[needs[0]], can)
        if not fitting:
            st.stop()
    if not fitting:
        invite(invitation)
        st.stop()
    shown = record if isinstance(record, ReadableRecord) and record.id in fitting else None
    called = names(list(fitting.values()), shown)
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        chosen = st.selectbox(
            "Run",
            list(called),
            index=list(called).index(shown.id) if shown else None,
            format_func=called.__getitem__,
            key=f"pick-{record.id if record else ''}",
            placeholder="Pick a run to look at",
            label_visibility="collapsed",
        )
        if shown is not None:
            pin(shown.id)
    if chosen is None:
        invite("Pick one of your runs above, or train a new one.")
        st.stop()
    if record is None or chosen != record.id:
        open_run(fitting[chosen])
        st.rerun()
    if engine.store.state(chosen) is None:
        invite("This run has no weights yet. Let it train for a moment, then come back.")
        st.stop()
    stored = engine.store.get(chosen)
    if stored.reason:
        st.caption(plain(stored.reason))
    live = engine.live(chosen)
    if live is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("This run is still training: what you see is its last checkpoint.", width="content")
            st.button("Look at a newer one", key="newer", on_click=forget_all_of, args=(chosen,))
    if MODELS[fitting[chosen].config.model].needs_labels:
        st.caption("This network was given the labels of its training samples: what it knows of classes it was told.")
    return stored if isinstance(stored, ReadableRecord) else fitting[chosen]
