"""Train, pause, step, stop, reset: the buttons, and the line that says how the knobs differ from the run on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core import MODELS, RunConfig
from core.engine import LiveRun, Record
from core.errors import UnknownDataset
from core.hyperparameters import Knob, exact
from core.protocol import Status
from pages.ui.datasets import source_of, title_of
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.session import memory
from pages.ui.state import attempt, leave_run, open_run, session, settings_of


def buttons(config: RunConfig | None, record: Record | None, live: LiveRun | None) -> None:
    """The five buttons, each enabled only when it does something."""
    same = record is not None and settings_of(record) == config
    resumable = same and record is not None and not record.status.is_over
    label = "Resume" if resumable and not live else "Train again" if same and not live else "Train"
    busy = live is not None and same
    st.button(
        label,
        key="train",
        type="primary",
        width="stretch",
        icon=":material/play_arrow:",
        disabled=config is None or busy,
        on_click=_train,
        args=(config, record if resumable else None),
        shortcut=None if busy else "Space",
        help="Start training (space).",
    )
    with st.container(horizontal=True, gap="small", wrap=False):
        st.button(
            "Pause",
            key="pause",
            width="stretch",
            disabled=live is None,
            on_click=_ask,
            args=("pause", record),
            shortcut="Space" if busy else None,
            help="Pause after the current slice (space); Resume goes on exactly there.",
        )
        st.button(
            "Step",
            key="step",
            width="stretch",
            disabled=config is None or live is not None,
            on_click=_train,
            args=(config, record if resumable else None, 1),
            help="Take a single training step (.).",
        )
    with st.container(horizontal=True, gap="small", wrap=False):
        st.button(
            "Stop",
            key="stop",
            width="stretch",
            disabled=not (live or (record and record.status is Status.PAUSED)),
            on_click=_ask,
            args=("stop", record),
            help="Stop and keep what was learned; Resume can still go on from here.",
        )
        st.button(
            "Reset",
            key="reset",
            width="stretch",
            disabled=record is None,
            on_click=_reset,
            args=(record,),
            help="Clear the stage for a fresh start with the same knobs; the run stays on the Runs page.",
        )


def say_what_differs(config: RunConfig | None, record: Record | None) -> None:
    """If a knob stands elsewhere than in the run on screen: what differs, and what can be done about it."""
    settings = settings_of(record)
    if config is None or record is None or settings is None or _is_without_data(settings):
        return
    if settings == config:
        where = "the next run" if record.status.is_over else "the next run or, if it can, in this one"
        st.caption(f"A knob turned on the left takes effect in {where}.")
        return
    knobs = {knob.name: knob for knob in [*settings.knobs(), *config.knobs()]}
    differences = settings.differences(config)
    changes = [
        f"{knobs[name].label if name in knobs else name.capitalize()} "
        f"{_say(was, name, knobs)} → **{_say(now, name, knobs)}**"
        for name, (was, now) in differences.items()
        if was is not None and now is not None
    ]
    live = {name: now for name, (_, now) in differences.items() if name in knobs and knobs[name].live}
    applies = live.keys() == differences.keys() and not record.status.is_over
    then = "**Train** starts a new run with it" + (", **Apply** turns it in this one." if applies else ".")
    st.info("Differs from the run on screen: " + " · ".join(changes) + f". {then}")
    if applies:
        st.button(
            "Apply to this run",
            key="apply",
            icon=":material/tune:",
            on_click=_change,
            args=(record, live),
            help="Go on with the run on screen, the knob turned from this step on; the run remembers when it was.",
        )


def _is_without_data(settings: RunConfig) -> bool:
    """Whether the data of the run on screen are gone, which is said then."""
    try:
        source_of(settings.dataset)
    except UnknownDataset as error:
        st.info(f"What needs the data of the run on screen cannot be done. {error}", icon=":material/info:")
        return True
    return False


def _train(config: RunConfig, record: Record | None, steps: int | None = None) -> None:
    """Start a new run, or go on with `record`."""

    def act() -> None:
        engine = laboratory.engine
        if record is not None:
            engine.resume(record.id, session(), steps)
            return
        _retire()
        name = f"{MODELS[config.model].title} · {title_of(config.dataset)}"
        open_run(engine.store.get(engine.start(config, session(), name, steps)))

    attempt(act)


def _change(record: Record, values: dict[str, Any]) -> None:
    attempt(laboratory.engine.change, record.id, session(), values)


def _ask(what: str, record: Record | None) -> None:
    if record is not None:
        attempt(getattr(laboratory.engine, what), record.id)


def _reset(record: Record) -> None:
    _ask("stop", record)
    leave_run()


def _retire() -> None:
    """A run that leaves the screen for a new one does not go on behind the scenes."""
    run = memory().run
    live = laboratory.engine.live(run) if run else None
    # Somebody else's run that is only watched here goes on.
    if live is not None and live.session == session():
        laboratory.engine.stop(live.id)


def _say(value: Any, name: str, knobs: Mapping[str, Knob]) -> str:
    """A value in words; datasets and models by their titles."""
    if name == "dataset":
        return plain(title_of(value))
    if name == "model":
        return MODELS[value].title
    return knobs[name].text(value) if name in knobs else exact(value)
