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

_recording = component("recording", "stage recording")


def welcome(config: RunConfig) -> None:
    """Draw all of it; `config` is what the recording was made of."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="welcome"):
        st.markdown(
            "**Turn a knob, see what a network makes of it.** This is a recording: a variational autoencoder learns to "
            "say each digit with two numbers."
        )
        play = ":material/play_arrow:"
        st.button("Train it yourself", key="train_it", type="primary", icon=play, on_click=once(train, config))
    with st.container(key="cards", gap="small"):
        for name, lesson in LESSONS.items():
            if st.button(f"**{lesson.title}** {lesson.question}", key=f"card-{name}", width="stretch"):
                open_lesson(name)
                st.switch_page(page("lessons"), query_params=address())
    recorded = ReadableRecord.unbegun(config, source_of(config.dataset).spec)
    # Any touch takes over.
    _recording(key="recording", data=described(recorded, Status.FINISHED), on_touched_change=once(train, config))
