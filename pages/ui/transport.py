"""Train, pause, step, stop, reset: the buttons in a row."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import count

import streamlit as st

from core import RunConfig
from core.engine import LiveRun, ReadableRecord, Record
from core.protocol import Status
from pages.ui.before import end_left, give_way, put_on_screen, seen_before, step_back
from pages.ui.component import component
from pages.ui.component_data.keys import KeysData
from pages.ui.controls import said
from pages.ui.datasets import is_local
from pages.ui.differences import called
from pages.ui.laboratory import laboratory
from pages.ui.owners import change, is_mine
from pages.ui.session import memory
from pages.ui.slow_motion import open_slow_motion, play_slowly
from pages.ui.state import adopt, attempt, current_run, leave_run, live_run, open_run, session, settings_of
from pages.ui.successors import announce

# As many seeds as there are.
SEEDS = 2**31

_keys = component("keys")
# Of two tabs in which the same settings are trained in the same moment, the second finds the first one's run.
_DECIDING = tuple(threading.Lock() for _ in range(64))


def listen(record: Record | None, live: LiveRun | None) -> None:
    """Let keys press the buttons, from before these are there."""
    data: KeysData = {"watched": live is not None and record is not None and not is_mine(record)}
    _keys(key="keys", data=data)


def buttons(config: RunConfig | None, record: Record | None, live: LiveRun | None) -> None:
    """The buttons, each enabled only when it does something, and their keys: space, full stop and s."""
    config = _trainable(config)
    is_ours = record is None or is_mine(record)
    _train_button(config, record, live)
    st.button(
        "Pause",
        key="pause",
        icon=":material/pause:",
        disabled=live is None or not is_ours,
        on_click=_ask,
        args=("pause", record),
        help="Halt this run where it is (space); Resume goes on exactly there.",
    )
    st.button(
        "Step",
        key="step",
        disabled=config is None or live is not None,
        on_click=_press_step,
        help="Take a single training step (.).",
    )
    st.button(
        "Stop",
        key="stop",
        icon=":material/stop:",
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
        help="Clear the stage: the data are shown again, the knobs stay. A run of yours that moves is stopped, and the "
        "run before leaves the stage, too, unless it is pinned; both are kept on the Runs page.",
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
    play_slowly(record)


def train(config: RunConfig) -> None:
    """Set the knobs and do what the button Train offers then."""

    def act() -> None:
        adopt(config)
        _do_as_offered(config)

    attempt(act)


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
    """Show a run that is there already, and has the settings that the knobs say, in place of the one on screen.

    One that is not over goes on.
    """

    def act() -> None:
        give_way()
        put_on_screen(record.id)
        if not record.status.is_over:
            _resume(record)

    attempt(act)


def _train_button(config: RunConfig | None, record: Record | None, live: LiveRun | None) -> None:
    """Go on, or start anew; never what is there already."""
    label, help, action = _offer(config, record, live)
    st.button(
        label,
        key="train",
        type="primary",
        icon=":material/play_arrow:",
        disabled=action is None,
        on_click=_press_train,
        help=help,
    )


def _press_train() -> None:
    """Do what the button offers now: a knob that is turned in the moment of the press counts."""
    _do_as_offered(_said())


def _do_as_offered(config: RunConfig | None, steps: int | None = None) -> None:
    """Do what the button offers where the knobs say this."""
    # Whatever the seed is: who trains again goes on to the next one.
    settings = "" if config is None else config.model_copy(update={"seed": 0}).model_dump_json()
    with _DECIDING[hash(settings) % len(_DECIDING)]:
        _, _, action = _offer(config, current_run(), live_run(), steps)
        if action is not None:
            action()


def _press_step() -> None:
    """Do what Train would do, and pause after a step."""
    if live_run() is None:
        _do_as_offered(_said(), steps=1)


def _said() -> RunConfig | None:
    """What the knobs say in this moment."""
    config, _ = said()
    return _trainable(config)


def _trainable(config: RunConfig | None) -> RunConfig | None:
    """The settings, if a run of them can start here at once."""
    return config if config is not None and is_local(config.dataset) else None


def _offer(
    config: RunConfig | None, record: Record | None, live: LiveRun | None, steps: int | None = None
) -> tuple[str, str, Callable[[], None] | None]:
    """What the button Train is called, what its help says, and what it does, if anything.

    It trains nothing that was trained before, bit for bit; with `steps` it pauses after that many.
    """
    label, help = "Train", "Start training (space)."
    same = record is not None and settings_of(record) == config
    if config is None or (live is not None and same):
        return label, help, None
    if live is None and same and record is not None and not record.status.is_over and is_mine(record):
        return "Resume", "Go on where this run stands (space).", partial(_go_on, record, steps)
    if live is None and record is not None and record.config == config:
        other = _with_next_seed(config)
        help = f"Trains with seed {other.seed} (space): seed {config.seed} would give this run again, bit for bit."
        return "Train again", help, partial(_start_other, other, steps)
    seen = seen_before(config)
    if seen is None:
        return label, help, partial(_start, config, steps)
    if seen.status.is_over:
        return "Show again", "These settings were trained already: shows that very run (space).", partial(_show, seen)
    if seen.status.is_moving:
        return "Show", "A run of these settings moves already: shows it (space).", partial(_go_on, seen, steps)
    help = f"A run of these settings stands at step {seen.step:,}: goes on from there (space)."
    return "Resume", help, partial(_go_on, seen, steps)


def _with_next_seed(config: RunConfig) -> RunConfig:
    """The same with the next seed that was not trained yet; after the last one comes the first."""
    seeds = ((config.seed + further) % SEEDS for further in count(1))
    others = (config.model_copy(update={"seed": seed}) for seed in seeds)
    return next(other for other in others if seen_before(other) is None)


def _start(config: RunConfig, steps: int | None) -> None:
    """Start a run of these settings, the one on screen as its ghost."""

    def act() -> None:
        step_back()
        # Its place among the runs of a session is free at once.
        end_left()
        open_run(laboratory.engine.store.get(_begin(config, steps)))

    attempt(act)


def _start_other(config: RunConfig, steps: int | None) -> None:
    """Start a run of settings that the knobs do not say yet.

    It is decided already: who decides anew on the way would wait for what they hold.
    """
    adopt(config)
    _start(config, steps)


def _go_on(record: Record, steps: int | None) -> None:
    """Go on with a run; where another one is on screen, that one steps back."""

    def act() -> None:
        if record.id != memory().run:
            _show(record)
            end_left()
        _resume(record, steps)

    attempt(act)


def _resume(record: Record, steps: int | None = None) -> None:
    """Let a run go on, unless it moves."""
    change(record, laboratory.engine.resume, record.id, session(), steps)
    memory().started.add(record.id)


def _begin(config: RunConfig, steps: int | None = None) -> str:
    """Start a run of these settings."""
    run = laboratory.engine.start(config, session(), called(config), steps)
    memory().started.add(run)
    return run


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
