"""The numbers of a sweep's runs: what they report, and what workers find of those that are finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError
from typing import Any

import streamlit as st

from core import Sweep
from core.analysis import name_of
from core.engine import Job, Record
from core.errors import LatentLabError
from core.protocol import Status
from core.sweeps.measures import Measure
from core.sweeps.table import Row
from pages.ui.laboratory import laboratory
from pages.ui.session import memory

# What a session keeps at hand of runs that it looked at.
REMEMBERED = 500
LOST = (Status.DIVERGED, Status.FAILED, Status.QUARANTINED)


class Runs:
    """The runs of a sweep, each found by its row; those that were deleted have no id."""

    def __init__(self, sweep: Sweep, runs: Sequence[Record | None]) -> None:
        configs = zip(sweep.configs(), runs, strict=True)
        self._ids = {_place(sweep.setting_of(config), config.seed): run.id for config, run in configs if run}

    def id_of(self, row: Row) -> str:
        """The id of the run that a row is about."""
        return self._ids.get(_place(row.settings, row.seed), "")


def _place(settings: Mapping[str, Any], seed: int) -> tuple[Any, ...]:
    return (*settings.values(), seed)


def gather(sweep: Sweep, runs: list[Record | None], measure: Measure) -> list[Row]:
    """A row for each run that has ended, with what is known of `measure` by now; the page runs again when more is."""
    jobs = {run.id: _job(run, measure) for run in runs if run is not None and run.status is Status.FINISHED}
    rows, problems = [], set()
    for run, config in zip(runs, sweep.configs(), strict=True):
        if run is None or run.status not in (Status.FINISHED, *LOST):
            continue
        metrics = dict(run.metrics) if run.id in jobs else {}
        baselines, reason = {}, "" if run.id in jobs else run.reason
        if run.id in jobs and jobs[run.id].future.done():
            try:
                number, baseline = measure.pair(jobs[run.id].future.result())
            except (LatentLabError, CancelledError) as error:
                problems.add(str(error))
                number = baseline = None
            metrics |= {} if number is None else {measure.key: number}
            baselines = {} if baseline is None else {measure.key: baseline}
        rows.append(Row(sweep.setting_of(config), config.seed, metrics, reason, baselines))
    missing = sum(not job.future.done() for job in jobs.values())
    # One place for what may be said: the figure below would be drawn beside itself if it came into another.
    with st.container():
        for problem in sorted(problems):
            st.caption(problem)
        if missing:
            _wait(list(jobs.values()), missing)
    return rows


def _job(run: Record, measure: Measure) -> Job[Any]:
    """What was asked of a worker about a run, once in a session."""
    jobs, name = memory().swept, name_of(measure.analysis)
    key = f"{run.id} {name} {sorted(measure.parameters.items())}"
    if key not in jobs:
        while len(jobs) >= REMEMBERED:
            jobs.pop(next(iter(jobs)))
        jobs[key] = laboratory.engine.analyse(run.id, name, measure.parameters)
    return jobs[key]


@st.fragment(run_every=0.5)
def _wait(jobs: list[Job[Any]], missing: int) -> None:
    """A line that says how many answers are missing; the page runs again when there are fewer."""
    left = sum(not job.future.done() for job in jobs)
    if left < missing:
        st.rerun()
    st.caption(f":material/hourglass_top: Measuring {left} of {len(jobs)} runs…")
