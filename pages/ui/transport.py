"""Train, pause, step, stop, reset: the buttons in a row."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core import RunConfig
from core.engine import LiveRun, ReadableRecord, Record
from core.protocol import Status
from pages.ui.before import end_left, give_way, put_on_screen, seen_before, step_back
from pages.ui.component import component
from pages.ui.differences import called
from pages.ui.laboratory import laboratory
from pages.ui.owners import change, is_mine
from pages.ui.session import memory
from pages.ui.slow_motion import open_slow_motion, play_slowly
from pages.ui.state import adopt, attempt, leave_run, open_run, session, settings_of
from pages.ui.successors import announce

_keys = component("keys")


def buttons(config: RunConfig | None, record: Record | None, live: LiveRun | None) -> None:
    """The buttons, each enabled only when it does something, and their keys: space, full stop and s."""
    is_ours = record is None or is_mine(record)
    _train_button(config, record, live)
    st.button(
        "Pause",
        key="pause",
        disabled=live is None or not is_ours,
        on_click=_ask,
        args=("pause", record),
        help="Halt this run where it is (space); Resume goes on exactly there.",
    )
    st.button(
        "Step",
        key="step",
        disabled=config is None or live is not None,
        on_click=_train,
        args=(config, _resumable(config, record), 1),
        help="Take a single training step (.).",
    )
    st.button(
        "Stop",
        key="stop",
        disabled=not is_ours or not (live or (record and record.status is Status.PAUSED)),
        on_click=_ask,
        args=("stop", record),
        help="End this run early and keep what it has learned; Resume can still go on from here.",
    )
    st.button(
        "Reset",
        key="reset",
        disabled=record is None,
        on_click=_reset,
        args=(record,),
        help="Clear the stage: the data are shown again, the knobs stay. The run is kept on the Runs page.",
    )
    st.button(
        "",
        icon=":material/slow_motion_video:",
        key="slow",
        disabled=not isinstance(record, ReadableRecord),
        on_click=attempt,
        args=(open_slow_motion, record),
        help="Slow motion: what the next step does, scene by scene (s).",
    )
    _keys(key="keys")
    play_slowly(record)


def train(config: RunConfig) -> None:
    """Start a run of these settings."""
    _train(config, None)


def restart(config: RunConfig) -> None:
    """Start a run of these settings, which the knobs say already, in place of the one on screen.

    One that was started like this and has not ended is not kept; any other one becomes the ghost.
    """

    def act() -> None:
        run = _begin(config)
        announce(memory().page, run)
        give_way()
        put_on_screen(run)
        memory().follower = run

    attempt(act)


def show(record: Record) -> None:
    """Show a run that is there already, and has the settings that the knobs say, in place of the one on screen."""
    give_way()
    put_on_screen(record.id)


def _train_button(config: RunConfig | None, record: Record | None, live: LiveRun | None) -> None:
    """Go on, or start anew; never what is there already."""
    same = record is not None and settings_of(record) == config
    resumed = None if live else _resumable(config, record)
    seen = seen_before(config) if config is not None and not same else None
    label, help = "Train", "Start training (space)."
    action: Callable[[], None] = partial(_train, config, None)
    if resumed is not None:
        label, help = "Resume", "Go on where this run stands (space)."
        action = partial(_train, config, resumed)
    elif live is None and config is not None and record is not None and record.config == config:
        seed = config.seed
        label = "Train again"
        help = f"Trains with seed {seed + 1} (space): with seed {seed} it would be this run again, bit for bit."
        action = partial(_train_anew, config.model_copy(update={"seed": seed + 1}))
    elif seen is not None:
        label, help = "Show again", "These settings were trained already: shows that very run (space)."
        action = partial(_show, seen)
    st.button(
        label,
        key="train",
        type="primary",
        icon=":material/play_arrow:",
        disabled=config is None or (live is not None and same),
        on_click=action,
        help=help,
    )


def _resumable(config: RunConfig | None, record: Record | None) -> Record | None:
    """The run on screen if it can go on with what the knobs say."""
    same = record is not None and settings_of(record) == config
    return record if same and record is not None and not record.status.is_over and is_mine(record) else None


def _train(config: RunConfig | None, record: Record | None, steps: int | None = None) -> None:
    """Go on with `record`, or start a new run."""

    def act() -> None:
        engine = laboratory.engine
        if record is not None:
            change(record, engine.resume, record.id, session(), steps)
            memory().started.add(record.id)
        elif config is not None:
            step_back()
            # Its place among the runs of a session is free at once.
            end_left()
            open_run(engine.store.get(_begin(config, steps)))

    attempt(act)


def _begin(config: RunConfig, steps: int | None = None) -> str:
    """Start a run of these settings."""
    run = laboratory.engine.start(config, session(), called(config), steps)
    memory().started.add(run)
    return run


def _train_anew(config: RunConfig) -> None:
    """Start a run of other settings than the knobs say."""
    adopt(config)
    _train(config, None)


def _show(record: Record) -> None:
    """Show a run that is there already, the one on screen as its ghost."""
    step_back()
    open_run(record)


def _ask(what: str, record: Record | None) -> None:
    if record is not None:
        attempt(change, record, getattr(laboratory.engine, what), record.id)


def _reset(record: Record) -> None:
    # Somebody else's goes on.
    if is_mine(record):
        _ask("stop", record)
    if not memory().pinned:
        memory().before = None
    leave_run()
