"""How a page is drawn while others delete what it shows."""

from collections.abc import Callable

import streamlit as st

from core.errors import Unknown
from pages.ui.session import memory


def draw(page: Callable[[], None]) -> None:
    """Draw a page, and once more where something that it had found was deleted before it was shown.

    Raises:
        Unknown: it is missing the second time, too.
    """
    try:
        page()
    except Unknown:
        is_second, memory().is_overtaken = memory().is_overtaken, False
        if is_second:
            raise
        memory().is_overtaken = True
        st.rerun()
    memory().is_overtaken = False
