"""In which order the rows of a table stand, and which columns do nothing but number them."""

from __future__ import annotations

import re

import numpy as np

from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import column_name, listed
from core.uploads.prepare.columns import is_id_name, is_index, numbers_of

SERIES = ("series", "series_id", "sequence", "sequence_id", "id")
TIMES = (
    *("time", "timestamp", "step", "index", "t", "date", "datetime", "epoch", "unixtime", "unix_time"),
    *("datum", "zeit", "zeitstempel", "uhrzeit", "fecha", "tiempo", "temps", "tempo", "ds", "ts"),
    *("elapsed", "elapsed_time", "year", "jahr", "año", "année", "tag", "dt", "mess_datum"),
)  # fmt: skip
# A unit behind a name: time (s), time_ms, t/s.
UNIT = re.compile(r"(?<=\w)(\s*[(\[].*|[_/ ](s|ms|us|µs|ns|sec|secs|seconds|min|h))$")
# Also names for what is measured: temperature, torque, a label, the time between two rows.
AMBIGUOUS = ("t", "tag", "dt")
# Rows in which nearly every column shows that it does not count them.
HEAD = 64
# Steps without any time between, of all: clocks are turned back in autumn.
MOST_TIES = 0.05
DAY = 86_400
# Where years have five digits.
END = 253_402_300_800


def in_order(raw: Raw, times: list[str], names: list[str], series: Array | None, notices: list[str]) -> Array:
    """The rows (N,) series by series, each by its `times` or one of `names` that is called so; else as they are."""
    groups = np.zeros(len(raw.values), np.int64) if series is None else series
    standing = np.arange(len(groups)) if series is None else np.argsort(groups, kind="stable")
    where = "" if series is None else " within each series"
    if times:
        moments = _moments(raw, times)
        order: Array = np.lexsort((moments, groups))
        steps = _steps(moments, order, groups)
        if len(steps) and (steps == 0).mean() <= MOST_TIES:
            if (order != standing).any():
                notices.append(f"Rows were put in the order of column {listed(times)}{where}.")
            return order
        notices.append(
            f"Column {listed(times)} orders no rows: many have the same time. If they are of several series, choose "
            "the column that tells them apart."
        )
        return standing
    named = {"index" if is_index(raw, name) else _bare(name): name for name in reversed(names)}
    for known in TIMES:
        if known not in named or len(names) == 1:
            continue
        name, column = named[known], numbers_of(raw, named[known])
        order = np.lexsort((column, groups))
        steps = _steps(column, order, groups)
        if _rises(steps) and (known not in AMBIGUOUS or _is_regular(column, steps)):
            if (order != standing).any():
                notices.append(f"Rows were put in the order of column {column_name(name)}{where}.")
            return order
        notices.append(
            f"Column {column_name(name)} does not number the steps of a series: it was read as values, and orders no "
            "rows."
        )
    return standing


def _bare(name: str) -> str:
    """A name as it is compared, in small letters and without its unit."""
    return UNIT.sub("", name.strip().lower())


def _moments(raw: Raw, times: list[str]) -> Array:
    """When each row was, (N,): a date and a time of the day together."""
    columns = [numbers_of(raw, name).astype(np.float64) for name in times]
    clocks = [bool(np.nanmax(np.abs(column), initial=0) < DAY) for column in columns]
    date = next((column for column, clock in zip(columns, clocks, strict=True) if not clock), None)
    clock = next((column for column, clock in zip(columns, clocks, strict=True) if clock), None)
    if date is None or clock is None:
        return columns[0] if date is None else date
    at_midnight: bool = bool((date[~np.isnan(date)] % DAY == 0).all())
    return date + clock if at_midnight else date


def numbering(raw: Raw, names: list[str], series: Array | None, order: Array | None) -> list[str]:
    """Which columns number the rows, all of them or those of each series; `order` is that of the rows of series."""
    groups = np.zeros(len(raw.values), np.int64) if series is None else series
    rows = np.arange(len(groups)) if order is None else order
    head = rows[:HEAD]
    one_by_one = np.diff(raw.values[head].astype(np.float64), axis=0)[np.diff(groups[head]) == 0] == 1
    likely = one_by_one.all(axis=0)

    def counts(name: str) -> bool:
        column, known = numbers_of(raw, name), _bare(name)
        if known in (*SERIES, *TIMES) or is_id_name(name) or is_index(raw, name):
            # Samples may stand in any order, and ids anywhere; what numbers the steps of a series may not.
            any_order = known not in AMBIGUOUS and (order is None or known not in TIMES)
            orders = [rows, *([np.argsort(column)] if any_order else [])]
            found = (_steps(column, each, groups) for each in orders)
            return any(_rises(steps) and _is_regular(column, steps) for steps in found)
        steps = _steps(column, rows, groups) if likely[raw.places[name]] else np.empty(0)
        return len(steps) > 0 and bool((steps == 1).all()) and _is_whole(column)

    return [name for name in names if counts(name)]


def written(values: Array) -> list[str]:
    """Moments (N,) in seconds as people write them, "" where there is none: days, times of the day, or both.

    What lies beyond the year 9999 is a number of another kind.
    """
    there = values[np.isfinite(values)].astype(np.float64)
    are_clocks, are_days = bool((np.abs(there) < DAY).all()), bool((there % DAY == 0).all())
    kept = slice(11, None) if are_clocks and not are_days else slice(10) if are_days else slice(None)

    def text(value: float) -> str:
        if not np.isfinite(value):
            return ""
        known = -END < value < END
        return str(np.datetime64(round(value), "s")).replace("T", " ")[kept] if known else f"{value:.6g}"

    return [text(value) for value in values.tolist()]


def _steps(column: Array, rows: Array, groups: Array) -> Array:
    """From each row to the next of its series."""
    steps: Array = np.diff(column[rows].astype(np.float64))
    within: Array = steps[np.diff(groups[rows]) == 0]
    return within


def _rises(steps: Array) -> bool:
    return len(steps) > 0 and bool((steps > 0).all())


def _is_whole(column: Array) -> bool:
    return bool((np.isfinite(column) & (column == np.floor(column))).all())


def _is_regular(column: Array, steps: Array) -> bool:
    """Whether numbers that rise are whole, or as far from each other as they can be told apart."""
    tolerance = 1e-3 * steps.mean() + 4 * np.finfo(np.float32).eps * np.abs(column).max()
    return _is_whole(column) or bool(np.ptp(steps) <= tolerance)
