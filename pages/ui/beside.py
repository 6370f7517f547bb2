"""Numbers beside a picture, which on a phone comes first."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def numbers_beside(key: str, *widths: int) -> tuple[DeltaGenerator, ...]:
    """A narrow place for numbers, and wider ones on its right; on a phone `shell.css` puts the numbers below these."""
    left, *right = st.columns([1, *(widths or (3,))], gap="large")
    return left.container(key=f"numbers-{key}"), *right
