"""A run repeated with other seeds: the button, how far it is, and the same analysis of every model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from core.analysis import Result
from core.engine import Record
from core.engine.repetition import REPETITIONS
from pages.ui.analyses import analysed, forget, result_of, under_way
from pages.ui.laboratory import laboratory
from pages.ui.owners import change, is_mine
from pages.ui.session import memory
from pages.ui.state import attempt

R = TypeVar("R", bound=Result)


def repeated(record: Record, analysis: Callable[..., R], what: str, **parameters: Any) -> list[R]:
    """What `analysis` finds on five models of the run's configuration; until they are there none, and what to do."""
    engine = laboratory.engine
    seeds = engine.repeated(record.id)
    if len(seeds) < REPETITIONS:
        offer(record)
        return []
    results: list[R] = []
    for seed in seeds:
        result = analysed(record, analysis, f"{what}, seed {seed}", repetition=seed, **parameters)
        if result is None:
            return []
        results.append(result)
    return results


def offer(record: Record, widget: str = "repeat") -> None:
    """The button that trains the models that are missing, or how far that is; `widget` is its key."""
    engine, key = laboratory.engine, f"repeat {record.id}"
    done = len(engine.repeated(record.id))
    if engine.live(record.id):
        st.caption(
            "Once this run has paused or ended, five models of its configuration can be trained from other seeds."
        )
    elif not is_mine(record) and not engine.repeating(record.id):
        st.caption(
            f"Whoever trained this run can train {REPETITIONS - done} models of its configuration from other seeds "
            "here, and so can you with a run of your own of the same settings."
        )
    elif engine.repeating(record.id) or key in memory().jobs:
        if result_of(key, lambda: engine.repeat(record.id), "Training five models") is not None:
            # The last one came since they were counted.
            forget(key)
            st.rerun()
        if not is_mine(record):
            return
        if under_way(key):
            st.button("Stop", key=f"{widget}_stop", on_click=_stop, args=(record,), help="Finished models are kept.")
        else:
            st.button("Try again", key=f"{widget}_again", on_click=forget, args=(key,))
    else:
        left = REPETITIONS - done
        st.button(
            "Repeat with five seeds" if left == REPETITIONS else f"Train the {left} models that are missing",
            key=widget,
            icon=":material/repeat:",
            on_click=attempt,
            args=(change, record, lambda: memory().jobs.update({key: engine.repeat(record.id)})),
        )
        st.caption(
            f"Trains {left} models to step {record.step:,} as this one, one after the other. This run took "
            f"{_duration(record.seconds)} of training, so that takes about {_duration(left * record.seconds)} on one "
            "core, longer if others use it. Everything else goes on meanwhile; the models are kept with the run."
        )


def _stop(record: Record) -> None:
    key = f"repeat {record.id}"
    attempt(change, record, memory().jobs[key].future.cancel)
    forget(key)


def _duration(seconds: float) -> str:
    """Seconds as people say them: "40 s", "3 min"."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
