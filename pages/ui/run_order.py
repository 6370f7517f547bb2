"""In which order runs are listed: the newest first, or by a number, the best first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.engine import Record
from core.metrics import Metric
from pages.ui.choices import choice
from pages.ui.run_table import numbers, title_with_unit

NEWEST = "newest"


def in_order(records: Sequence[Record]) -> list[Record]:
    """Ask for an order of runs, the newest of which come first, and put them into it.

    A click on a column orders the table as well, but browsers keep that to themselves.
    """
    # Two metrics may have one name, but no two one title.
    metrics = {title_with_unit(metric): metric for record in records for metric in numbers(record)}
    orders = [NEWEST, *metrics]
    by = st.selectbox(
        "Order",
        orders,
        format_func=lambda order: "Newest first" if order == NEWEST else order,
        **choice("listed_by", orders, NEWEST),
        label_visibility="collapsed",
        width=158,
    )
    return list(records) if by == NEWEST else best_first(records, metrics[by])


def best_first(records: Sequence[Record], metric: Metric) -> list[Record]:
    """Runs by a number, the lowest first unless higher is better; those without it come last, as they were."""
    sign = -1 if metric.better == "higher" else 1
    found = {record.id: numbers(record).get(metric) for record in records}
    has, lacks = ([record for record in records if (found[record.id] is None) is is_none] for is_none in (False, True))
    return [*sorted(has, key=lambda record: sign * (found[record.id] or 0.0)), *lacks]
