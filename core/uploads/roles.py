"""What the columns of a table are for: labels, series, values; and so what one sample is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.errors import UploadError
from core.uploads.labels import Labels, coded
from core.uploads.limits import CLASSES, SMALLEST_SIDE
from core.uploads.phrases import counted, listed, printable
from core.uploads.raw import Array, Raw

ReadAs = Literal["auto", "vectors", "rows", "windows", "pictures"]
Way = Literal["vectors", "rows", "windows", "pictures", "folder", "sound", "text", "words"]
# What can be read in one way only.
ONLY: dict[str, Way] = {"pictures": "folder", "sound": "sound", "text": "text"}
LABELS = ("label", "labels", "class", "target", "y")
SERIES = ("series", "series_id", "sequence", "sequence_id", "id")
TIMES = ("time", "t", "step", "index")


@dataclass(frozen=True)
class Table:
    """Values (N, D) by column, the labels of the rows, and the series that they belong to, as numbers from 0 on."""

    values: Array
    names: tuple[str, ...]
    labels: Labels | None
    series: Array | None


def way_of(raw: Raw, read_as: ReadAs) -> Way:
    """In which way a file is read, `auto` being decided."""
    if raw.form in ONLY:
        return "words" if raw.form == "text" and raw.words else ONLY[raw.form]
    if raw.values.ndim > 2:
        square = raw.values.ndim == 4 or (raw.values.shape[1] == raw.values.shape[2] >= SMALLEST_SIDE)
        return ("pictures" if square else "rows") if read_as == "auto" else read_as
    if raw.values.ndim == 1 or raw.values.shape[1] == 1:
        return "windows"
    if read_as == "auto":
        return "windows" if series_column(raw) else "vectors"
    return read_as


def settled_way(raw: Raw, label: str, read_as: ReadAs) -> Way:
    """`way_of` once labels and mere numbering are taken away: what may be left of a table is one single column."""
    way = way_of(raw, read_as)
    if raw.form in ONLY or raw.values.ndim > 2 or way == "windows":
        return way
    table = as_table(raw) if raw.form == "array" else raw
    with suppress(UploadError):
        if roles_of(table, label, way, []).values.shape[1] == 1:
            return "windows"
    return way


def series_column(raw: Raw) -> str | None:
    """The column that says which series a row belongs to: called so, and no series having but one row."""
    named = {name.lower(): name for name in (*raw.words, *raw.names)}
    for known in SERIES:
        if known in named and 2 * _different(raw, named[known]) <= len(raw.values):
            return named[known]
    return None


def roles_of(raw: Raw, label: str, way: Way, notices: list[str]) -> Table:
    """A table with every column in its role, those without one left out.

    Raises:
        UploadError: there is no column called `label`, or no column of values is left.
    """
    series = series_column(raw) if way == "windows" else None
    labels = _labels_of(raw, label, series, notices)
    used = {series, labels}
    unread = [name for name in raw.words if name not in used]
    if unread:
        notices.append(f"Left out: {counted(len(unread), 'column')} of text ({listed(unread)}).")
    places = [place for place, name in enumerate(raw.names) if name not in used]
    groups = None if series is None else _groups(raw, series)
    counting = _counting(raw, places, groups, way)
    if counting and len(counting) < len(places):
        notices.append(
            f"Left out, only numbering the rows: {counted(len(counting), 'column')} "
            f"({listed(raw.names[place] for place in counting)})."
        )
        places = [place for place in places if place not in counting]
    if not places:
        raise UploadError("No column of numbers is left beside the labels: bring at least one column of values.")
    values = raw.values if len(places) == raw.values.shape[1] else raw.values[:, places]
    if labels is not None:
        notices.append(f"Labels are those of column {printable(labels, 30)}.")
    return Table(
        values,
        tuple(raw.names[place] for place in places),
        None if labels is None else labels_of(raw, labels),
        groups,
    )


def as_table(raw: Raw) -> Raw:
    """An array (N,) or (N, D) as a table."""
    values = raw.values.reshape(len(raw.values), -1).astype(np.float32, copy=False)
    return replace(raw, form="table", values=values, names=tuple(f"column {i + 1}" for i in range(values.shape[1])))


def labels_of(raw: Raw, name: str) -> Labels:
    """A column of text or of numbers as labels."""
    return Labels.of(raw.words[name]) if name in raw.words else Labels.of_numbers(_numbers(raw, name))


def _numbers(raw: Raw, name: str) -> Array:
    return raw.values[:, raw.names.index(name)]


def _groups(raw: Raw, name: str) -> Array:
    """Which series each row belongs to, (N,), in the order in which they begin."""
    column = raw.words[name] if name in raw.words else map(str, _numbers(raw, name).tolist())
    return coded(column)[0]


def _different(raw: Raw, name: str) -> int:
    return len(set(raw.words[name])) if name in raw.words else len(np.unique(_numbers(raw, name)))


def _labels_of(raw: Raw, label: str, series: str | None, notices: list[str]) -> str | None:
    """The column that holds the labels, if there is one that can."""
    if label == "none":
        return None
    named = {name.lower(): name for name in (*raw.names, *raw.words) if name != series}
    wanted = label.strip().lower()
    if label != "auto" and wanted not in named:
        raise UploadError(
            f"There is no column called {printable(label, 30)!r} for labels; choose one of {listed(named.values())}, "
            "auto or none."
        )
    only_text = [name for name in raw.words if name != series]
    candidates = [wanted] if label != "auto" else [name for name in LABELS if name in named]
    found = named[candidates[0]] if candidates else only_text[0] if len(only_text) == 1 else None
    if found is None:
        return None
    classes = _different(raw, found)
    if classes > CLASSES:
        treated = "left out" if found in raw.words else "read as values"
        notices.append(
            f"Column {printable(found, 30)} has {classes:,} different values, more than the {CLASSES} that labels may "
            f"have: it was {treated}."
        )
        return None
    return found


def _counting(raw: Raw, places: list[int], series: Array | None, way: Way) -> list[int]:
    """Which columns number the rows, all of them or those of each series, or are called so."""
    order = slice(None) if series is None else np.argsort(series, kind="stable")
    same = slice(None) if series is None else np.diff(series[order]) == 0

    def counts(place: int) -> bool:
        values, name = raw.values[:, place], raw.names[place].lower()
        if way == "windows" and name in TIMES:
            return True
        steps = np.diff(values[order])[same]
        if not np.isfinite(values).all() or (values != np.floor(values)).any() or not len(steps):
            return False
        return bool((steps == 1).all()) or (name in (*SERIES, *TIMES) and len(np.unique(values)) == len(values))

    return [place for place in places if counts(place)]
