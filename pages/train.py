"""Pick a dataset and a model, turn the knobs, train, and watch."""

import streamlit as st

from core import MODELS
from core.datasets import find
from core.fetching import missing
from pages.ui import transport
from pages.ui.analyses import preview
from pages.ui.controls import pick_config
from pages.ui.datasets import describe, here, say_if_few
from pages.ui.stage import stage
from pages.ui.state import current_run, live_run, show_flash

controls, view = st.columns([1, 3], gap="large")
record, live = current_run(), live_run()

with controls, st.container(key="controls"):
    transport_place = st.container(key="transport")
    config = pick_config()

with transport_place:
    can_train = config is not None and not missing(find(config.dataset).downloads)
    transport.buttons(config if can_train else None, record, live)

with view:
    show_flash()
    transport.say_what_differs(config, record)
    ready = config is not None and here(config.dataset)
    if config is not None:
        say_if_few(config)
    with st.container(key="stage"):
        if record is not None:
            stage(record, live)
        elif config is not None:
            describe(find(config.dataset))
            if ready:
                preview(config, "Press **Train** (or the space bar) and watch a network learn them.")
    if config is not None:
        model = MODELS[config.model]
        with st.expander(f"{model.title}: the idea, the formula, the papers"):
            st.markdown(model.summary)
            st.latex(model.formula)
            st.caption(" · ".join(model.references))
