"""What a trained model is good for: one small tool for each use, its number beside what is simpler."""

import streamlit as st

from core import MODELS
from pages.ui.advice import what_to_turn
from pages.ui.choices import choice
from pages.ui.header import opened_run
from pages.ui.headings import heading
from pages.ui.use_table import USES, lead_on

record = opened_run("What a trained model can be used for appears here, each use with a number.", "encode", "decode")
name = st.segmented_control(
    "Use",
    list(USES),
    format_func=lambda each: USES[each].title,
    required=True,
    label_visibility="collapsed",
    **choice("use", list(USES), next(iter(USES))),
)
use = USES[name]
heading(use.question)
if use.can(MODELS[record.config.model], record.spec):
    use.draw(record)
    if advice := what_to_turn(record, use.advice):
        st.caption(f"What to turn. {advice}")
else:
    lead_on(record, use)
