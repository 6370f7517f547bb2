"""A sweep on screen: how far it is, its runs on a wall, and its curve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core import Sweep
from core.engine import Record, SweepRecord
from core.errors import LatentLabError
from core.protocol import Status
from core.sweeps.measures import Measure, measures
from core.sweeps.suggestions import suggested
from core.sweeps.table import Row
from pages.ui.choices import choice
from pages.ui.component_data.wall import Axis
from pages.ui.datasets import classes_of
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.navigation import page
from pages.ui.owners import change, is_mine, is_own
from pages.ui.pinned import lead_to_compare
from pages.ui.state import address, attempt, open_run, session
from pages.ui.sweep_figures import draw
from pages.ui.sweep_list import DELETE, delete, open_sweep
from pages.ui.sweep_numbers import gather
from pages.ui.sweep_plan import pick_values
from pages.ui.wall import MOST, Placed, wall

# Seconds between two looks at how far the runs are; when one ends, the wall says so within half a second.
OFTEN = 2.0
# One point is no curve, and to draw it takes the browser's time from runs that still train.
FEWEST = 2


def show(record: SweepRecord) -> None:
    """Everything about one sweep."""
    sweep = record.sweep
    if sweep is None:
        st.warning(plain(record.reason), icon=":material/info:")
        st.button("New sweep", key="new_sweep", on_click=open_sweep, args=(None,))
        return
    runs = laboratory.engine.sweeps.runs(record)
    _head(record, sweep, runs)
    opened = wall(*_placed(record, sweep))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Click a title to open that run everywhere, or ☆ to set it aside for *Compare*.", width="stretch")
        lead_to_compare()
    opened = _curve(record, sweep, runs) or opened
    if opened:
        attempt(lambda: open_run(laboratory.engine.store.get(opened)))
        st.switch_page(page("train"), query_params=address())


def _head(record: SweepRecord, sweep: Sweep, runs: list[Record | None]) -> None:
    """The name, how far it is, and what can be done."""
    engine = laboratory.engine
    moving, resting = engine.sweeps.moving(record), engine.sweeps.resting(record)
    is_theirs = not is_mine(record)
    with st.container(horizontal=True, vertical_alignment="center", key="sweep_head"):
        with st.container(width="stretch"):
            st.markdown(f"**{plain(record.name)}**")
            st.fragment(_progress, run_every=OFTEN if moving else None)(record)
        if moving:
            st.button(
                "Cancel",
                key="cancel_sweep",
                disabled=is_theirs,
                icon=":material/stop:",
                on_click=attempt,
                args=(change, record, engine.sweeps.cancel, record.id),
                help="End all its runs; what is finished stays.",
            )
        elif resting:
            st.button(
                "Go on",
                key="go_on",
                disabled=is_theirs,
                icon=":material/play_arrow:",
                on_click=attempt,
                args=(change, record, engine.sweeps.go_on, record.id, session()),
                help=f"{len(resting)} of its runs are not finished.",
            )
        with st.popover("Extend", icon=":material/add:", key="extend", disabled=is_theirs):
            _extend(record, sweep)
        st.button(
            "",
            key="delete_sweep",
            icon=":material/delete:",
            disabled=is_theirs,
            on_click=delete,
            args=(record,),
            help=DELETE,
        )
        st.button("New sweep", key="new_sweep", icon=":material/tune:", on_click=open_sweep, args=(None,))


def _progress(record: SweepRecord) -> None:
    """A line that says how far the runs are; the page runs again when one has ended."""
    engine = laboratory.engine
    runs, moving = engine.sweeps.runs(record), engine.sweeps.moving(record)
    count = {status: sum(run is not None and run.status is status for run in runs) for status in Status}
    parts = [f"{count[Status.FINISHED]} of {len(runs)} runs finished"]
    parts += [f"{count[status]} {status}" for status in Status if count[status] and status is not Status.FINISHED]
    if None in runs:
        parts.append(f"{runs.count(None)} deleted: restore them on the Runs page")
    if moving and all(live.rate for live in moving):
        left = max((live.config.steps - live.step) / live.rate for live in moving)
        parts.append(f"about {max(1, left):.0f} s left")
    st.caption(" · ".join(parts))
    over = len(runs) - len(moving)
    before = st.session_state.get("sweep_over")
    st.session_state["sweep_over"] = record.id, over
    if before is not None and before[0] == record.id and before[1] != over:
        st.rerun()


def _extend(record: SweepRecord, sweep: Sweep) -> None:
    """Further values of each knob; once they are trained, none is chosen any more."""
    for name, knob in sweep.knobs().items():
        now = sweep.base.settings()[name]
        classes = classes_of(sweep.base.dataset)
        offered = [value for value in suggested(knob, now, classes) if value not in sweep.axes[name]]
        try:
            chosen = pick_values(knob, offered, now, {"key": f"further-{record.id}-{name}-{len(sweep.axes[name])}"})
        except LatentLabError as error:
            st.error(str(error), icon=":material/tune:")
            continue
        # Others can be typed.
        values = [value for value in chosen if value not in sweep.axes[name]]
        st.button(
            f"Train {len(values)} more" if values else "Train more",
            key=f"extend-{name}",
            disabled=not values,
            on_click=attempt,
            args=(change, record, laboratory.engine.sweeps.extend, record.id, session(), name, values, is_own),
        )


def _placed(record: SweepRecord, sweep: Sweep) -> tuple[list[Placed], str, str, Axis | None, Axis | None]:
    """The runs of one seed as they stand on the wall, its key, its title, and its axes."""
    settings = sweep.settings()
    seed = 0
    if sweep.seeds > 1:
        seeds = range(sweep.seeds)
        seed = st.segmented_control(
            "Seed on the wall",
            seeds,
            format_func=lambda further: f"seed {sweep.base.seed + further}",
            required=True,
            **choice("wall_seed", seeds, 0),
            label_visibility="collapsed",
        )
    runs = record.runs[seed * len(settings) : (seed + 1) * len(settings)]
    # Of two knobs the one with more values goes across; more than two have no grid.
    names: list[str | None] = [*sorted(sweep.axes, key=lambda name: -len(sweep.axes[name])), None]
    across, down = names[:2] if len(sweep.axes) < 3 else (None, None)
    placed = [
        Placed(run, _title(sweep, setting), _place(sweep, down, setting), _place(sweep, across, setting))
        for run, setting in zip(runs, settings, strict=True)
    ]
    if len(sweep.axes) > 2:
        st.caption(f"Above each run: {' · '.join(knob.label for knob in sweep.knobs().values())}.")
    if len(placed) > MOST:
        st.caption(f"The first {MOST} of {len(placed)} runs; the others are in the curve.")
    return placed, f"wall-{record.id}", record.name, _axis(sweep, across), _axis(sweep, down)


def _title(sweep: Sweep, setting: Mapping[str, Any]) -> str:
    """What sets a run apart, so short that it fits above its pictures."""
    if len(setting) == 1:
        return sweep.text(setting)
    knobs = sweep.knobs()
    return " · ".join(knobs[name].text(value) for name, value in setting.items())


def _place(sweep: Sweep, name: str | None, setting: Mapping[str, Any]) -> int:
    return sweep.axes[name].index(setting[name]) if name else 0


def _axis(sweep: Sweep, name: str | None) -> Axis | None:
    if name is None:
        return None
    knob = sweep.knobs()[name]
    return {"title": knob.label, "values": [knob.text(value) for value in sweep.axes[name]]}


def _curve(record: SweepRecord, sweep: Sweep, runs: list[Record | None]) -> str | None:
    """A metric against the knobs and what it shows; the run whose point was clicked."""
    heading("What it shows")
    # From runs, because the data may have been deleted.
    specs = [run.spec for run in runs if run and run.spec and run.status.is_over]
    if not specs or (len(specs) < FEWEST and laboratory.engine.sweeps.moving(record)):
        st.caption("The curve is drawn as runs finish.")
        return None
    spec = specs[0]
    reported = {key for run in runs if run for key in run.metrics}
    offered = {each.key: each for each in measures(sweep.base, spec) if each.key in reported or not each.is_reported}
    answering = [f"test_{knob.seen_in}" for knob in sweep.knobs().values() if f"test_{knob.seen_in}" in offered]
    ordered = list(dict.fromkeys([*answering, *offered]))
    measured_by = st.selectbox(
        "Measured by",
        ordered,
        format_func=lambda key: offered[key].title,
        **choice("measure", ordered, ordered[0]),
        width=420,
        help="What finished runs are compared by; scores of codes and of samples are computed when they are asked for.",
    )
    measure: Measure = offered[measured_by]
    rows: list[Row] = gather(sweep, runs, measure)
    return draw(record, sweep, rows, measure, runs)
