"""What the columns of a table are for: labels, series, values; and so what one sample is."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CLASSES, SMALLEST_SIDE
from core.uploads.parse.raw import Array, Raw
from core.uploads.parse.words import Words
from core.uploads.phrases import counted, listed, printable
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.times import SERIES, in_order, numbering

ReadAs = Literal["auto", "vectors", "rows", "windows", "pictures"]
Way = Literal["vectors", "rows", "windows", "pictures", "folder", "sound", "text", "words"]
# What can be read in one way only.
ONLY: dict[str, Way] = {"pictures": "folder", "sound": "sound", "text": "text"}
LABELS = ("label", "labels", "class", "target", "y")


@dataclass(frozen=True)
class Table:
    """Values (N, D) by column, the labels of the rows, and the series that they belong to, as numbers from 0 on.

    `order` (N,) is that of the rows: series by series, each by time.
    """

    values: Array
    names: tuple[str, ...]
    labels: Labels | None
    series: Array | None
    order: Array


@dataclass(frozen=True)
class Roles:
    """The places of the columns of values, the column of labels, and series and order of the rows where they matter."""

    places: list[int]
    labels: str | None
    series: Array | None
    order: Array | None


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
    with suppress(UploadError):
        if len(_roles(as_table(raw), label, way, []).places) == 1:
            return "windows"
    return way


def series_column(raw: Raw) -> str | None:
    """The column that says which series a row belongs to: called so, and no series having but one row."""
    found = (_called(known, (*raw.words, *raw.names)) for known in SERIES)
    return next((name for name in found if name and 2 * _different(raw, name) <= len(raw.values)), None)


def roles_of(raw: Raw, label: str, way: Way, notices: list[str]) -> Table:
    """A table with every column in its role, those without one left out.

    Raises:
        UploadError: there is no column called `label`, or no column of values is left.
    """
    roles = _roles(raw, label, way, notices)
    if roles.labels is not None:
        notices.append(f"Labels are those of column {printable(roles.labels, 30)}.")
    return Table(
        raw.values if len(roles.places) == raw.values.shape[1] else raw.values[:, roles.places],
        tuple(raw.names[place] for place in roles.places),
        None if roles.labels is None else Labels.of(_words(raw, roles.labels)),
        roles.series,
        np.arange(len(raw.values)) if roles.order is None else roles.order,
    )


def as_table(raw: Raw) -> Raw:
    """A table as it is, or an array (N,) or (N, D) as one."""
    if raw.form == "table":
        return raw
    values = raw.values.reshape(len(raw.values), -1)
    return replace(raw, form="table", values=values, names=tuple(f"column {i + 1}" for i in range(values.shape[1])))


def labels_of(raw: Raw, name: str, notices: list[str]) -> Labels | None:
    """A column of text as labels, unless there are too many of them."""
    return None if _too_many(raw, name, notices) else Labels.of(raw.words[name])


def _roles(raw: Raw, label: str, way: Way, notices: list[str]) -> Roles:
    """What each column of a table is for; values are hardly looked at."""
    series = series_column(raw) if way == "windows" else None
    labels = _labels_of(raw, label, series, notices)
    used = {series, labels}
    unread = [name for name in raw.words if name not in used]
    if unread:
        notices.append(f"Left out: {counted(len(unread), 'column')} of text ({listed(unread)}).")
    places = [place for place, name in enumerate(raw.names) if name not in used]
    groups = None if series is None else _groups(raw, series)
    order = in_order(raw, places, groups, notices) if way == "windows" else None
    counting = numbering(raw, places, groups, order)
    if counting and len(counting) < len(places):
        notices.append(
            f"Left out, only numbering the rows: {counted(len(counting), 'column')} "
            f"({listed(raw.names[place] for place in counting)})."
        )
        places = [place for place in places if place not in counting]
    if not places:
        raise UploadError("No column of numbers is left beside the labels: bring at least one column of values.")
    return Roles(places, labels, groups, order)


def _numbers(raw: Raw, name: str) -> Array:
    return raw.values[:, raw.names.index(name)]


def _words(raw: Raw, name: str) -> Words:
    return raw.words[name] if name in raw.words else Words.of_numbers(_numbers(raw, name))


def _groups(raw: Raw, name: str) -> Array:
    """Which series each row belongs to, (N,), in the order in which they begin."""
    if name in raw.words:
        return raw.words[name].codes
    _, begins, groups = np.unique(_numbers(raw, name), return_index=True, return_inverse=True)
    return np.argsort(np.argsort(begins))[groups]


def _different(raw: Raw, name: str) -> int:
    return len(raw.words[name].names) if name in raw.words else len(np.unique(_numbers(raw, name)))


def _called(wanted: str, names: Iterable[str]) -> str | None:
    """The column of this name, in this spelling if there is one, or else in capital or small letters."""
    alike = [name for name in names if name.lower() == wanted.lower()]
    return wanted if wanted in alike else next(iter(alike), None)


def _labels_of(raw: Raw, label: str, series: str | None, notices: list[str]) -> str | None:
    """The column that holds the labels, if there is one that can."""
    if label == "none":
        return None
    names = (*raw.names, *raw.words)
    if label == "auto":
        rest = [name for name in names if name != series]
        texts = [name for name in raw.words if name != series]
        known = (_called(known, rest) for known in LABELS)
        found = next(filter(None, known), texts[0] if len(texts) == 1 else None)
    else:
        found = _called(label, names) or _called(label.strip(), names)
        if found is None:
            raise UploadError(
                f"There is no column called {printable(label, 30)!r} for labels; choose one of {listed(names)}, "
                "auto or none."
            )
    return None if found is None or _too_many(raw, found, notices) else found


def _too_many(raw: Raw, name: str, notices: list[str]) -> bool:
    """Whether a column has more different values than there may be labels."""
    classes = _different(raw, name)
    if classes > CLASSES:
        treated = "left out" if name in raw.words else "read as values"
        notices.append(
            f"{classes:,} different values of {printable(name, 30)} are more than the {CLASSES} that labels may have: "
            f"it was {treated}."
        )
    return classes > CLASSES
