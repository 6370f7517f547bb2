"""Series over time, cut into windows that do not overlap, so that no held-out step was ever seen."""

from __future__ import annotations

import numpy as np

from core.errors import UploadError
from core.uploads.limits import FEWEST_SAMPLES, STEPS
from core.uploads.parse.raw import Array
from core.uploads.phrases import counted, listed
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.options import WINDOW
from core.uploads.prepare.roles import Table

# Windows with several labels, of all, from which on labels are none of theirs.
MIXED = 0.5


def windows_of(table: Table, window: int, notices: list[str]) -> tuple[Array, Labels | None, Array | None, Array]:
    """Sequences (N, T, F), F being the columns, their labels, the series (N,) that each was cut from, and first rows.

    Series of one length are sequences as wholes, and were cut from nothing (None).

    Raises:
        UploadError: they are too short for enough windows.
    """
    rows = len(table.order)
    if table.series is None:
        places = cut(table.order, window, "step", notices)
        labels = None if _labels_change(table, places, notices) else _labels(table, places)
        return table.values[places], labels, np.zeros(len(places), int), places[:, 0]
    lengths = np.bincount(table.series)
    parts = np.split(table.order, np.cumsum(lengths)[:-1])
    if len(parts) >= FEWEST_SAMPLES and 2 <= lengths.min() == lengths.max() <= STEPS:
        notices.append(f"Each of {len(parts):,} series of {lengths[0]:,} steps is a sample as a whole.")
        places = np.stack(parts)
        return table.values[places], _labels(table, places), None, places[:, 0]
    window = fitting(window, lengths, notices)
    pieces = [part[: len(part) // window * window].reshape(-1, window) for part in parts]
    places = np.concatenate(pieces)
    if len(places) < FEWEST_SAMPLES:
        raise UploadError(
            f"{len(parts):,} series of {lengths.min():,} to {lengths.max():,} steps give {len(places):,} windows of "
            f"{window}; at least {FEWEST_SAMPLES} are needed: {_advice(window, lengths)}."
        )
    notices.append(
        f"{len(parts):,} series were cut into {len(places):,} windows of {window} steps; {rows - places.size:,} steps "
        f"at their ends were left out, with {int((lengths < window).sum()):,} series that are shorter than a window."
    )
    series = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    return table.values[places], _labels(table, places), series, places[:, 0]


def cut(series: Array, window: int, noun: str, notices: list[str]) -> Array:
    """A series (T,) as windows (N, window), the rest at its end left out.

    Raises:
        UploadError: there are too few of them.
    """
    lengths = np.array([len(series)])
    window = fitting(window, lengths, notices)
    count = len(series) // window
    if count < FEWEST_SAMPLES:
        raise UploadError(
            f"Cutting {counted(len(series), noun)} into windows of {window} gives {count:,}; at least {FEWEST_SAMPLES} "
            f"are needed: {_advice(window, lengths)}."
        )
    rest = len(series) - count * window
    notices.append(
        f"{counted(len(series), noun)} were cut into {count:,} windows of {window}"
        + (f"; the last {rest:,} were left out." if rest else ".")
    )
    return series[: count * window].reshape(count, window)


def fitting(window: int, lengths: Array, notices: list[str]) -> int:
    """A window that was chosen, or else the longest that gives enough of them for series of these `lengths` (N,)."""
    longest = _longest(window, lengths)
    if window != WINDOW or longest in (None, window):
        return window
    notices.append(f"Windows have {longest} steps: longer ones would be fewer than {FEWEST_SAMPLES}.")
    return longest


def _longest(window: int, lengths: Array) -> int | None:
    """The longest window up to this one that gives enough of them, if any does."""
    return next((steps for steps in range(window, 1, -1) if (lengths // steps).sum() >= FEWEST_SAMPLES), None)


def _advice(window: int, lengths: Array) -> str:
    longest = _longest(window, lengths)
    return "bring more" if longest is None else f"turn the window down to {longest}, or bring more"


def _labels_change(table: Table, places: Array, notices: list[str]) -> bool:
    """Whether most windows (N, T) of places hold several labels, which are then no labels of theirs."""
    if table.labels is None:
        return False
    found = table.labels.places[places]
    if (found != found[:, :1]).any(axis=1).mean() <= MIXED:
        return False
    notices.append(
        f"Unsure: most windows hold several labels ({listed(table.labels.names, 3)}), so they were left out: if their "
        "column tells series apart, say that it is their id."
    )
    return True


def _labels(table: Table, places: Array) -> Labels | None:
    """The most frequent label in each window (N, T) of places."""
    if table.labels is None:
        return None
    names = table.labels.names
    windows = np.arange(len(places))[:, None]
    # A window and a label as one number, for there may be too many of both to count all of each.
    pairs, votes = np.unique(windows * len(names) + table.labels.places[places], return_counts=True)
    # Window by window, the one with most votes last; of equal ones that of the first label.
    pairs = pairs[np.lexsort((-pairs, votes, pairs // len(names)))]
    last = np.append(np.diff(pairs // len(names)) > 0, True)
    return Labels(pairs[last] % len(names), names)
