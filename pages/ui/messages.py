"""What people read when something goes wrong."""

import logging
import re

import streamlit as st

from core.errors import LatentLabError
from pages.ui.navigation import page

logger = logging.getLogger("latent_lab")


def plain(text: str) -> str:
    """Text that came from somebody's file as Markdown that shows it as it is: no pictures, links, formulas, colours."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def explain(error: BaseException) -> bool:
    """Show an error that ended a page as a sentence; one that has none goes to the server's log, with its traceback."""
    if isinstance(error, LatentLabError):
        st.warning(plain(str(error)), icon=":material/info:")
        return True
    logger.error("A page stopped on an error.", exc_info=error)
    st.error(
        f"This page stopped on an error of ours ({type(error).__name__}). Your runs are safe: reload the page to go "
        "on. The details are in the server's log.",
        icon=":material/error:",
    )
    return True


def invite(what: str) -> None:
    """An empty page: say what would be here and lead to Train."""
    with st.container(border=True, key="empty"):
        st.markdown(f"**Nothing to show yet.** {what}")
        st.page_link(page("train"), label="Go to Train and start a run", icon=":material/play_arrow:")
