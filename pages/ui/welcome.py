"""The first visit: a recording that plays at once, what this is, and where to begin."""

from __future__ import annotations

import streamlit as st

from core import RunConfig
from core.engine import ReadableRecord
from core.lessons import LESSONS
from core.protocol import Status
from pages.ui.component import component
from pages.ui.datasets import source_of
from pages.ui.lesson import open_lesson
from pages.ui.navigation import page
from pages.ui.once import once
from pages.ui.stage import described
from pages.ui.state import address
from pages.ui.transport import train

_recording = component("recording")


def welcome(config: RunConfig) -> None:
    """Draw all of it; `config` is what the recording was made of."""
    st.markdown(
        "**Turn a knob, see what a network makes of it.** This is a recording: a variational autoencoder learns to say "
        "each digit with two numbers."
    )
    play, school = ":material/play_arrow:", ":material/school:"
    # Each as wide as its words.
    with st.container(horizontal=True, gap="small"):
        st.button("Train it yourself", key="train_it", type="primary", icon=play, on_click=once(train, config))
        for name, lesson in LESSONS.items():
            if st.button(lesson.title, key=f"card-{name}", icon=school, help=lesson.question):
                open_lesson(name)
                st.switch_page(page("lessons"), query_params=address())
    spec = source_of(config.dataset).spec
    recorded = ReadableRecord(
        id="", name="", created=0.0, status=Status.FINISHED, step=0, seconds=0.0, reason="", metrics={}, owner="",
        config=config, spec=spec,
    )  # fmt: skip
    # Any touch takes over.
    _recording(key="recording", data=described(recorded, Status.FINISHED), on_touched_change=once(train, config))
