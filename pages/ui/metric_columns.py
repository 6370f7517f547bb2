"""Columns of one metric each, in tables that sort by a click."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import streamlit as st

from core.metrics import Metric

# The most decimals that are written out; of less there are powers of ten.
MOST = 7


def metric_column(metric: Metric, values: Iterable[float], help: str) -> Any:
    """A column of the `values` of a metric, with as many decimals as keep the least of them from being shown as 0."""
    return st.column_config.NumberColumn(help=help, format=format_of(metric.format, values))


def format_of(declared: str, values: Iterable[float]) -> str:
    """A column's format for some values: the one `declared`, such as ".4f", unless one of them is too small for it."""
    if not declared.endswith("f"):
        return f"%{declared}"
    least = min((abs(value) for value in values if value and math.isfinite(value)), default=1.0)
    decimals = math.ceil(-math.log10(least))
    if decimals > MOST:
        return "scientific"
    return f"%.{max(int(declared[1:-1]), decimals)}f"
