"""What there is to learn from, and what people bring: browse, bring a file, draw."""

import streamlit as st

from pages.ui import bring, browse, sketch
from pages.ui.choices import choice
from pages.ui.state import show_flash

VIEWS = {"Browse": browse.show, "Bring a file": bring.show, "Draw your own": sketch.show}

show_flash()
view = st.segmented_control(
    "View", list(VIEWS), required=True, label_visibility="collapsed", **choice("data_view", VIEWS, "Browse")
)
VIEWS[view]()
