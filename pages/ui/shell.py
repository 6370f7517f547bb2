"""The frame around every page: title, navigation, and the wait for the core on the very first visit."""

from pathlib import Path

import streamlit as st

from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.navigation import PAGES, page

ASSETS = Path(__file__).resolve().parents[2] / "assets"

st.set_page_config(page_title="Latent Lab", page_icon=str(ASSETS / "icon.svg"), layout="wide")
st.logo(ASSETS / "logo.svg", size="large")
st.html(ASSETS / "shell.css")

is_first_paint = not laboratory.ready
if not is_first_paint and not laboratory.problem:
    from pages.ui.state import keep_address

    # A browser that hears of another page before it hears of its address makes two steps of its history of them.
    keep_address()

here = st.navigation([page(name) for name in PAGES], position="top")

st.title(here.title, anchor=False)
laboratory.painted()
if is_first_paint:
    with st.spinner("Warming up: the neural networks are being unpacked…"):
        laboratory.wait()
if laboratory.problem:
    st.error(plain(laboratory.problem), icon=":material/error:")
    st.stop()
if is_first_paint:
    # Imports torch, so it comes after the first paint.
    from pages.ui.state import keep_address

    keep_address()

from pages.ui.before import end_left  # noqa: E402 - the same
from pages.ui.drawing import draw  # noqa: E402 - the same


def say_problems() -> None:
    for problem in filter(None, (laboratory.engine.problem, laboratory.home.problem)):
        st.error(plain(problem), icon=":material/error:")


# What is said of workers that are late is taken back when they are there.
st.fragment(say_problems, run_every=5 if laboratory.engine.problem else None)()
try:
    draw(here.run)
finally:
    end_left()
