"""Pick a dataset and a model, turn the knobs, train, and watch."""

import streamlit as st

from core import MODELS
from core.engine import ReadableRecord
from pages.ui import sweep_plan, transport
from pages.ui.calmer import offer_calmer
from pages.ui.controls import draw_controls, said
from pages.ui.datasets import describe, offer_fetch, say_cautions, source_of, spec_of
from pages.ui.differs import say_what_differs
from pages.ui.follow import follow, switch
from pages.ui.formula import draw_formula
from pages.ui.layers import draw_layers
from pages.ui.pinned import lead_to_compare
from pages.ui.preview import preview
from pages.ui.selection_panel import selection_panel
from pages.ui.session import memory
from pages.ui.stage import stage
from pages.ui.state import current_run, first_visit, live_run, show_flash, write_address
from pages.ui.welcome import welcome

config, mistake = said()
follow(config)
write_address()
record, live = current_run(), live_run()

head = st.container(horizontal=True, gap="small", vertical_alignment="center", key="head")
controls, view = st.columns([1, 3], gap="small")

with head:
    transport.listen(record, live)

# The pictures first: who turns a knob waits for these.
with view:
    show_flash()
    ready = config is not None and offer_fetch(config.dataset)
    with st.container(key="stage"):
        if record is not None:
            stage(record, live)
            if isinstance(record, ReadableRecord):
                selection_panel([record], ["validation"], lines=1)
        elif config is not None and config == first_visit() and not memory().has_seen_one:
            welcome(config)
        elif config is not None:
            source = source_of(config.dataset)
            describe(spec_of(config.dataset, config.data), source.card, source.sizes)
            if ready:
                preview(config, "Press **Train** (or the space bar) and watch a network learn them.")
        else:
            st.error(mistake, icon=":material/tune:")
    if config is not None:
        model = MODELS[config.model]
        told = ", to which labels are given" if model.needs_labels else ""
        title = f"{model.title}{told}: the idea, the formula, the layers, the papers"
        card = st.expander(title, key="card", on_change="rerun")
        if card.open:
            with card:
                st.markdown(model.summary)
                draw_formula(model.formula(config.hyperparameters), "formula")
                draw_layers(config)
                st.caption(" · ".join(model.references))

with controls:
    with st.container(key="controls"):
        switch()
        draw_controls(config, head)
    with st.container(key="differs"):
        if config is not None:
            say_cautions(config)
        elif record is not None:
            st.error(mistake, icon=":material/tune:")
        say_what_differs(config, record)
        if isinstance(record, ReadableRecord):
            offer_calmer(record)
    sweep_plan.offer(config)
    lead_to_compare()

with head:
    transport.buttons(config, record, live)
