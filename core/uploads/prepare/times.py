"""In which order the rows of a table stand, and which columns do nothing but number them."""

from __future__ import annotations

import numpy as np

from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import printable

SERIES = ("series", "series_id", "sequence", "sequence_id", "id")
TIMES = ("time", "timestamp", "step", "index", "t")
# Also a short name for what is measured: temperature, torque, thickness.
AMBIGUOUS = ("t",)
# Rows in which nearly every column shows that it does not count them.
HEAD = 64


def in_order(raw: Raw, places: list[int], series: Array | None, notices: list[str]) -> Array:
    """The rows (N,) series by series, each by its column of time if it has one, or else as they stand."""
    groups = np.zeros(len(raw.values), np.int64) if series is None else series
    standing = np.arange(len(groups)) if series is None else np.argsort(groups, kind="stable")
    named = {raw.names[place].lower(): place for place in reversed(places)}
    for known in TIMES:
        if known not in named or len(places) == 1:
            continue
        place = named[known]
        name, column = printable(raw.names[place], 30), raw.values[:, place]
        order: Array = np.lexsort((column, groups))
        steps = _steps(column, order, groups)
        if _rises(steps) and (known not in AMBIGUOUS or _is_regular(column, steps)):
            if (order != standing).any():
                where = "" if series is None else " within each series"
                notices.append(f"Rows were put in the order of column {name}{where}.")
            return order
        notices.append(
            f"Column {name} does not number the steps of a series: it was read as values, and orders no rows."
        )
    return standing


def numbering(raw: Raw, places: list[int], series: Array | None, order: Array | None) -> list[int]:
    """Which columns number the rows, all of them or those of each series; `order` is that of the rows of series."""
    groups = np.zeros(len(raw.values), np.int64) if series is None else series
    rows = np.arange(len(groups)) if order is None else order
    head = rows[:HEAD]
    one_by_one = np.diff(raw.values[head].astype(np.float64), axis=0)[np.diff(groups[head]) == 0] == 1
    likely = one_by_one.all(axis=0)

    def counts(place: int) -> bool:
        column = raw.values[:, place]
        known = raw.names[place].lower()
        if known in (*SERIES, *TIMES):
            # Samples may stand in any order, the steps of a series may not.
            any_order = order is None and known not in AMBIGUOUS
            steps = _steps(column, np.argsort(column) if any_order else rows, groups)
            return _rises(steps) and (_is_whole(column) if order is None else _is_regular(column, steps))
        steps = _steps(column, rows, groups) if likely[place] else np.empty(0)
        return len(steps) > 0 and bool((steps == 1).all()) and _is_whole(column)

    return [place for place in places if counts(place)]


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
    """Whether numbers that rise are whole, or as far from each other as 32 bits can tell."""
    tolerance = 1e-3 * steps.mean() + 4 * np.finfo(np.float32).eps * np.abs(column).max()
    return _is_whole(column) or bool(np.ptp(steps) <= tolerance)
