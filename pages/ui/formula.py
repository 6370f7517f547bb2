"""Formulas on pages."""

from __future__ import annotations

import streamlit as st

from core.latex import lines


def draw_formula(formula: str, key: str) -> None:
    """A formula, each line by itself: KaTeX breaks no line that is stacked on another one."""
    with st.container(key=key, gap="small"):
        for line in lines(formula):
            st.latex(line)
