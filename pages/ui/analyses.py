"""Analyses on a page: ask for one, show that it is under way, draw it when it is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.analysis import Result, name_of
from core.analysis.result import Counts, Measured
from core.engine import Job, Record
from core.errors import LatentLabError, UnknownDataset
from pages.ui.laboratory import laboratory
from pages.ui.once import once
from pages.ui.session import memory

T = TypeVar("T")
R = TypeVar("R", bound=Result)

# Draws what is known of a job that is under way.
Meanwhile = Callable[[Job[Any]], None]

# Answers that come this fast are waited for: a progress line that flashes by helps nobody.
PATIENCE = 0.3
# How often, in seconds, a page asks for what it waits for, and what lasts longer than that: each time costs the browser
# and the server as much as it takes to draw a part of the page.
SOON, LATER, LONG = 0.3, 1.0, 2.0
# Results that a session keeps at hand; older ones come back from the disk.
REMEMBERED = 12


def analysed(
    record: Record,
    analysis: Callable[..., R],
    what: str,
    repetition: int | None = None,
    is_beside: bool = False,
    meanwhile: Meanwhile | None = None,
    **parameters: Any,
) -> R | None:
    """The result of `analysis` on the run's last checkpoint; None, with a progress line, until it is there.

    What takes long can be stopped beside that line, and waits then until it is started again; `meanwhile` draws the job
    below it, with a way of its own to stop as soon as its points are known. With the seed of a `repetition` it is that
    of this model. How many samples were looked at is not said of that, nor where an answer that this `is_beside` says
    so. While the run trains, the first result stays until a newer one is asked for: a newer checkpoint every few
    seconds would leave a slow analysis without an end.
    """
    engine, name = laboratory.engine, name_of(analysis)
    key = _key(record, analysis, repetition, parameters)
    if key in memory().given_up:
        _say_that_it_was_stopped(key, what)
        return None

    def ask() -> Job[R]:
        return engine.analyse(record.id, name, parameters, repetition)

    result: R | None = result_of(key, ask, what, meanwhile, can_stop=meanwhile is None)
    if result is not None and repetition is None and not is_beside:
        _say_what_was_measured(result.counts)
    return result


def again(record: Record, analysis: Callable[..., Result], **parameters: Any) -> None:
    """Have the analysis done anew the next time it is asked for, because it was stopped."""
    forget(_key(record, analysis, None, parameters))


def give_up(record: Record, analysis: Callable[..., Result], **parameters: Any) -> None:
    """Wait no longer for an analysis that is under way; when nobody does, it ends."""
    key = _key(record, analysis, None, parameters)
    if under_way(key):
        forget(key)


def _key(record: Record, analysis: Callable[..., Result], repetition: int | None, parameters: dict[str, Any]) -> str:
    engine = laboratory.engine
    when = "live" if engine.live(record.id) else str(engine.store.checkpoint(record.id))
    return f"{record.id} {name_of(analysis)} {sorted(parameters.items())} {when} {repetition}"


def metric(column: DeltaGenerator, result: Measured, name: str, of: int | None = None) -> None:
    """The number called `name` as its metric says; with `of`, of how many it is."""
    value = result.text(name) if of is None else f"{result.text(name)} of {of}"
    declared = result.metrics()[name]
    column.metric(declared.title, value, help=declared.explanation)


def sure(result: Measured, name: str, spread: float) -> str:
    """How sure the number called `name` is, by its spread: "± 2 %"."""
    return f"± {result.metrics()[name].text(spread)}"


def with_spread(result: Measured, name: str, spread: float) -> str:
    """The number called `name` with its spread: "24.1 ± 0.2 nats"."""
    return result.metrics()[name].text(getattr(result, name), spread)


def _say_what_was_measured(counts: Counts) -> None:
    """One line where not all samples were looked at, because there are so many."""
    parts = []
    if counts.shown < counts.held_out:
        parts.append(f"measured on a fixed {counts.shown:,} of {counts.held_out:,} held-out samples")
    if counts.fitted < counts.training:
        parts.append(f"fitted to a fixed {counts.fitted:,} of {counts.training:,} training samples")
    if parts:
        st.caption(f"There are many samples: this is {' and '.join(parts)}.")


def under_way(key: str) -> bool:
    """Whether what this session asked for under `key` is being worked on."""
    job = memory().jobs.get(key)
    return job is not None and not job.future.done()


def forget(key: str) -> None:
    """Ask anew the next time, after a failure for instance, and wait no longer for what is under way."""
    job = memory().jobs.pop(key, None)
    if job is not None and not job.future.done():
        job.leave()


def forget_all_of(run: str) -> None:
    """Ask anew for all that is known of a run, because it has gone on."""
    memory().given_up -= {key for key in memory().given_up if key.startswith(run)}
    for key in [key for key in memory().jobs if key.startswith(run)]:
        forget(key)


def result_of(
    key: str, ask: Callable[[], Job[T]], what: str, meanwhile: Meanwhile | None = None, can_stop: bool = False
) -> T | None:
    """What came of the job called `key`, which this session asks for unless it has; None, with a line, until then."""
    jobs: dict[str, Job[T]] = memory().jobs
    if key in jobs and jobs[key].is_stopped and jobs[key].token not in memory().stopped:
        # Somebody else was content with where it stood.
        forget(key)
    if key not in jobs:
        # What is under way may be waited for on this very page.
        for old in [old for old, job in jobs.items() if job.future.done()][: 1 - REMEMBERED]:
            forget(old)
        jobs[key] = ask()
    job = jobs[key]
    try:
        return job.future.result(timeout=PATIENCE)
    except TimeoutError:
        is_soon = _age(job) < LONG
        line = st.fragment(_progress, run_every=SOON if is_soon else LATER)
        line(job, key, what, meanwhile, is_soon, can_stop)
    except CancelledError:
        # Somebody stopped it, here or in another tab.
        forget(key)
    except UnknownDataset as error:
        # Somebody may bring the data back.
        forget(key)
        st.warning(str(error), icon=":material/info:")
    except LatentLabError as error:
        st.warning(str(error), icon=":material/info:")
    except Exception as error:
        # Whatever an analysis stumbles over on its worker, the page stands and says which one it was.
        st.error(f"{what} did not succeed: {type(error).__name__}: {error}", icon=":material/error:")
    return None


def _age(job: Job[Any]) -> float:
    return time.time() - job.started


def _progress(job: Job[Any], key: str, what: str, meanwhile: Meanwhile | None, is_soon: bool, can_stop: bool) -> None:
    """A line that counts the seconds, with a bar where it is known how far it is; then the page runs again.

    It does so as well when what was to be there soon turns out to be long, from when on it can be stopped.
    """
    if job.future.done() or memory().jobs.get(key) is not job or (is_soon and _age(job) >= LONG):
        st.rerun()
    with st.container(key=f"progress-{what}", horizontal=True, vertical_alignment="center"):
        line = f":material/hourglass_top: {what}… {_age(job):.0f} s. Everything else on the page works meanwhile."
        if job.done > 0:
            st.progress(job.done, line)
        else:
            st.markdown(line, width="stretch")
        # Points on their way are stopped where they stand, by what draws them.
        if not is_soon and (can_stop if meanwhile is None else job.points is None):
            st.button("Stop", key=f"stop {what}", icon=":material/stop:", on_click=once(_stop, key))
    if meanwhile is not None:
        meanwhile(job)


def _stop(key: str) -> None:
    """Wait no longer for what is under way, and do not ask for it again by itself."""
    forget(key)
    memory().given_up.add(key)


def _say_that_it_was_stopped(key: str, what: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{what}: stopped before its end, so there is nothing to show.", width="content")
        st.button("Start again", key=f"start {what}", on_click=once(memory().given_up.discard, key))
