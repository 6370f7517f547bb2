"""How settings differ: those on the knobs from those of the run on screen, and two runs from each other."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import RunConfig
from core.engine import Record
from core.errors import UnknownDataset
from pages.ui.datasets import source_of
from pages.ui.differences import TITLES, told
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.owners import change, is_mine
from pages.ui.state import attempt, session, settings_of


def say_what_differs(config: RunConfig | None, record: Record | None) -> None:
    """If a knob stands elsewhere than in the run on screen: what differs, and what can be done about it."""
    settings = settings_of(record)
    if config is None or record is None or settings in (None, config) or _is_without_data(settings):
        return
    changes = [f"{name} {plain(was)} → **{plain(now)}**" for name, was, now in differences(settings, config)]
    live = _turnable(record, settings, config)
    then = "**Train** starts a new run with it" + (", **Apply** turns it in this one." if live else ".")
    st.markdown(f":small[Differs from the run on screen: {' · '.join(changes)}. {then}]")
    if live:
        st.button(
            "Apply to this run",
            key="apply",
            icon=":material/bolt:",
            on_click=_change,
            args=(record, live),
            width="stretch",
            help="Go on with the run on screen, the knob turned from this step on; the run remembers when it was.",
        )


def differences(before: RunConfig, now: RunConfig) -> list[tuple[str, str, str]]:
    """What has another value, as (what, before, now) in words; settings that one of the two lacks are left out."""
    knobs = {knob.name: knob for knob in [*before.knobs(), *now.knobs()]}
    return [
        (
            knobs[name].label if name in knobs else TITLES[name],
            told(before, name, was),
            told(now, name, is_now),
        )
        for name, (was, is_now) in before.differences(now).items()
        if was is not None and is_now is not None
    ]


def _turnable(record: Record, settings: RunConfig, config: RunConfig) -> dict[str, Any]:
    """The live knobs that make the run on screen what the knobs say; none where that takes another run."""
    live = {knob.name for knob in config.knobs() if knob.live}
    values = {name: now for name, (_, now) in settings.differences(config).items()}
    return values if values.keys() <= live and not record.status.is_over and is_mine(record) else {}


def _is_without_data(settings: RunConfig) -> bool:
    """Whether the data of the run on screen are gone, which is said then."""
    try:
        source_of(settings.dataset)
    except UnknownDataset as error:
        st.info(f"What needs the data of the run on screen cannot be done. {error}", icon=":material/info:")
        return True
    return False


def _change(record: Record, values: dict[str, Any]) -> None:
    attempt(change, record, laboratory.engine.change, record.id, session(), values)
