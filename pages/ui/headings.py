"""Headings of sections, which explain their own terms."""

from __future__ import annotations

import streamlit as st

from core.glossary import explained


def heading(title: str) -> None:
    """The heading of a section, with the glossary's sentences beside it."""
    st.header(title, anchor=False, help=explained(title) or None)
