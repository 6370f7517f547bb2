"""Runs as a table that can be sorted by every column: what each is, what it makes, and a column for each metric."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core import MODELS
from core.datasets import metrics_of
from core.engine import Record
from core.metrics import Metric
from pages.ui.datasets import title_of
from pages.ui.differences import own_settings
from pages.ui.metric_columns import metric_column
from pages.ui.owner_names import name_of
from pages.ui.owners import is_own
from pages.ui.run_names import given_name
from pages.ui.session import memory
from pages.ui.thumbnails import address

# Pixels; the rows that are seen at once.
ROW, HEAD, ROWS = 44, 38, 9
OPEN = "Open"


def table(records: Sequence[Record]) -> Record | None:
    """The runs, of which rows can be picked; the one whose Open was pressed just now, else None."""
    remembered = memory()
    # Rows are told by their places, as they were when somebody clicked.
    before, remembered.listed = remembered.listed, tuple(record.id for record in records)
    places = [i for i, run in enumerate(remembered.listed) if run in remembered.picked]
    # Others are picked where the browser went back.
    if before != remembered.listed or places != _marked():
        st.session_state["run_table"] = {"selection": {"rows": places}}
    measured = [numbers(record) for record in records]
    rows = [row(*pair) for pair in zip(records, measured, strict=True)]
    # What most runs have comes first.
    often = Counter(metric for found in measured for metric in found)
    titles = {metric: title_with_unit(metric) for metric, _ in often.most_common()}
    metrics = {
        title: metric_column(metric, (each[title] for each in rows if title in each), metric.explanation)
        for metric, title in titles.items()
    }
    # Most runs have no name of their own and ended as they should, and whose they are matters to whoever sees others'.
    unsaid = {title for title in ("Whose", "Name", "Why") if not any(each[title] for each in rows)}
    first = [title for title in BEFORE if title not in unsaid]
    st.dataframe(
        rows,
        hide_index=True,
        column_config={**COLUMNS, **metrics},
        column_order=[*first, *metrics, *AFTER],
        row_height=ROW,
        height=HEAD + ROW * min(len(records), ROWS),
        placeholder="",
        on_select=_pick,
        selection_mode="multi-row",
        key="run_table",
    )
    pressed = st.session_state.get("open_row")
    return next((record for record in records if pressed and record.id == before[pressed.row]), None)


def row(record: Record, measured: dict[Metric, float]) -> dict[str, Any]:
    """What is told of a run, by the titles of columns; shares as percentages."""
    config = record.config
    return {
        OPEN: OPEN if config else None,
        "Picture": address(record.id, record.step) if config and record.step else None,
        "Whose": "" if is_own(record) else name_of(record.owner),
        "Name": given_name(record),
        "Differs from the defaults": own_settings(record, unsaid=("steps", "seed")) if config else None,
        "Model": MODELS[config.model].title if config else None,
        "Data": title_of(config.dataset) if config else None,
        "Status": str(record.status),
        "Why": record.reason,
        "Step": record.step,
        "Of": config.steps if config else None,
        "Seed": config.seed if config else None,
        "Seconds": record.seconds,
        "Created": datetime.datetime.fromtimestamp(record.created),
        **{title_with_unit(metric): 100 * value if metric.unit == "%" else value for metric, value in measured.items()},
    }


def numbers(record: Record) -> dict[Metric, float]:
    """The validation numbers that a run is known by, and how well it visits the modes of its data."""
    if record.config is None:
        return {}
    found = MODELS[record.config.model].validated(record.metrics)
    for metric in metrics_of(record.config.dataset, record.config.data):
        if f"test_{metric.name}" in record.metrics:
            found[metric] = record.metrics[f"test_{metric.name}"]
    return found


def title_with_unit(metric: Metric) -> str:
    """The title of a metric's column: no two kinds of number have the same."""
    return f"{metric.title} ({metric.unit})" if metric.unit else metric.title


def _marked() -> list[int]:
    """The places of the rows that are marked in the table."""
    return sorted(st.session_state.get("run_table", {"selection": {"rows": []}})["selection"]["rows"])


def _pick() -> None:
    """Rows were marked or let go; what is not in sight stays as it was."""
    remembered = memory()
    marked = [remembered.listed[i] for i in _marked()]
    hidden = [run for run in remembered.picked if run not in remembered.listed]
    remembered.picked = (*hidden, *marked)


COLUMNS: dict[str, Any] = {
    OPEN: st.column_config.ButtonColumn("", key="open_row", pinned=True, width=64),
    "Picture": st.column_config.ImageColumn(
        "Makes", width=130, help="What it rebuilds of validation samples, blue, or new samples, orange; else its codes."
    ),
    "Whose": st.column_config.TextColumn(width=105, help="Who trained it: everybody has an animal and a number here."),
    "Name": st.column_config.TextColumn(width=150, help="What somebody called it; pick a row to rename it."),
    "Differs from the defaults": st.column_config.TextColumn(
        width=210, help="The settings that are not those that its model begins with on its data."
    ),
    "Model": st.column_config.TextColumn(width=165),
    "Data": st.column_config.TextColumn(width=130),
    "Why": st.column_config.TextColumn(width=210, help="Why it does not go on, where that was not somebody's wish."),
    "Step": st.column_config.NumberColumn(format="localized", help="How far it is."),
    "Of": st.column_config.NumberColumn("Of steps", format="localized", help="How many steps it was meant to take."),
    "Seed": st.column_config.NumberColumn(
        format="%d", help="What its first weights and its validation samples are drawn from."
    ),
    "Seconds": st.column_config.NumberColumn(format="%.1f", help="Seconds of training so far."),
    "Created": st.column_config.DatetimeColumn(format="D MMM, HH:mm"),
}
BEFORE = [OPEN, "Picture", "Whose", "Name", "Differs from the defaults", "Model", "Data", "Status", "Why"]
AFTER = ["Step", "Of", "Seconds", "Seed", "Created"]
