"""What the columns of a table are for: labels, series, time, values; and so what one sample is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CLASSES, SMALLEST_SIDE
from core.uploads.parse.raw import Array, Column, Raw
from core.uploads.phrases import counted, listed, printable
from core.uploads.prepare.columns import (
    called,
    different,
    is_truth,
    missing_shares,
    numbers_of,
    one_hot,
    tells_classes,
    words_of,
)
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.options import Options, Role, Way
from core.uploads.prepare.times import SERIES, in_order, numbering

# What can be read in one way only.
ONLY: dict[str, Way] = {"pictures": "folder", "sound": "sound", "sounds": "sounds", "text": "text"}
LABELS = (
    *("label", "labels", "class", "target", "y", "species", "category", "diagnosis", "outcome", "variety", "emotion"),
    *("klasse", "etiqueta", "classe", "kategorie"),
)  # fmt: skip
# Lists of so many numbers are what a table is about; what stands beside them is about them.
LONG = 16
# Rows that are looked at to see whether a column has fractions.
HEAD = 64


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
    """What each column is for and why, by name, and the order (N,) of the rows and their series where they matter."""

    by_name: dict[str, Role]
    why: dict[str, str]
    series: Array | None = None
    order: Array | None = None

    def called(self, role: Role) -> list[str]:
        """The columns in a role."""
        return [name for name, own in self.by_name.items() if own == role]


def way_of(raw: Raw, options: Options) -> Way:
    """In which way a file is read, `auto` being decided: what is left of a table may be one single column."""
    if raw.form in ONLY:
        return "words" if raw.form == "text" and raw.words else ONLY[raw.form]
    read_as = options.read_as
    if raw.values.ndim > 2:
        square = raw.values.ndim == 4 or (raw.values.shape[1] == raw.values.shape[2] >= SMALLEST_SIDE)
        return ("pictures" if square else "rows") if read_as == "auto" else read_as
    if raw.values.ndim == 1 or (raw.form == "array" and raw.values.shape[1] == 1):
        return "windows" if read_as == "auto" else read_as
    if read_as != "auto":
        return read_as
    if raw.form == "table" and series_column(raw, options):
        return "windows"
    return _way_of_vectors(as_table(raw), options)


def _way_of_vectors(raw: Raw, options: Options) -> Way:
    """Rows are vectors, unless a single column is left of them, or lists of pixels."""
    with suppress(UploadError):
        roles = roles_of(raw, options, "vectors", [])
        values = [column for column in raw.columns if roles.by_name[column.name] == "value"]
        if len(values) == 1 and values[0].kind != "text":
            names = [column for column in raw.columns if column.kind == "text"]
            if values[0].width == 1:
                return "vectors" if (roles.called("label") or names) and not roles.called("time") else "windows"
            side = int(values[0].width ** 0.5)
            pixels = raw.values[:HEAD][:, [raw.names.index(name) for name in values[0].names]]
            if side >= SMALLEST_SIDE and side * side == values[0].width and _are_bytes(pixels):
                return "pictures"
    return "vectors"


def _are_bytes(x: Array) -> bool:
    return bool(((x == np.floor(x)) & (x >= 0) & (x <= 255)).all())


def series_column(raw: Raw, options: Options) -> str | None:
    """The column that says which series a row belongs to: called so, and no series having but one row."""
    chosen = dict(options.columns)
    told = next((name for name, role in chosen.items() if role == "series"), None)
    if told is not None:
        return told
    names = [name for name in (*raw.words, *raw.names) if name not in chosen]
    found = (called(known, names) for known in SERIES)
    return next((name for name in found if name and 2 * different(raw, name) <= len(raw.values)), None)


def as_table(raw: Raw) -> Raw:
    """A table as it is, or an array (N,) or (N, D) as one."""
    if raw.form == "table":
        return raw
    values = raw.values.reshape(len(raw.values), -1)
    columns = tuple(Column(f"column {i + 1}") for i in range(values.shape[1]))
    # An array's labels are a column of texts.
    texts = tuple(Column(name, "text") for name in raw.words)
    return replace(raw, form="table", values=values, columns=(*columns, *texts))


def table_of(raw: Raw, options: Options, way: Way, notices: list[str]) -> Table:
    """A table with every column in its role, those without one left out.

    Raises:
        UploadError: there is no column of a name that was chosen, or no column of values is left.
    """
    roles = roles_of(raw, options, way, notices)
    labels = next(iter(roles.called("label")), None)
    if labels is not None:
        notices.append(f"Labels are those of column {printable(labels, 30)}.")
    parts, names = _values(raw, roles)
    return Table(
        parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1),
        names,
        None if labels is None else Labels.of(words_of(raw, labels)),
        roles.series,
        np.arange(len(raw.values)) if roles.order is None else roles.order,
    )


def _values(raw: Raw, roles: Roles) -> tuple[list[Array], tuple[str, ...]]:
    """The columns of values, those of text one-hot behind the numbers, and the names of all."""
    valued = [column for column in raw.columns if roles.by_name[column.name] == "value"]
    names = [name for column in valued for name in column.names]
    places = {name: place for place, name in enumerate(raw.names)}
    parts = []
    if names:
        whole = len(names) == raw.values.shape[1]
        parts.append(raw.values if whole else raw.values[:, [places[name] for name in names]])
    for column in valued:
        if column.kind == "text":
            count = different(raw, column.name)
            if count > CLASSES:
                raise UploadError(
                    f"Column {printable(column.name, 30)} has {count:,} different texts; at most {CLASSES} become "
                    "columns of 0 and 1: leave it out."
                )
            encoded, more = one_hot(raw.words[column.name], column.name)
            parts.append(encoded)
            names.extend(more)
    return parts, tuple(names)


def roles_of(raw: Raw, options: Options, way: Way, notices: list[str]) -> Roles:
    """What each column of a table is for; values are hardly looked at.

    Raises:
        UploadError: there is no column of a name that was chosen, or no column of values is left.
    """
    columns = {column.name: column for column in raw.columns}
    chosen = {_known(name, columns): role for name, role in options.columns}
    if not raw.names and not chosen and options.categories != "one_hot" and not any(map(is_truth, raw.words.values())):
        raise UploadError(_no_values(raw))
    roles: dict[str, Role] = dict.fromkeys(columns, "value")
    why = {name: column.why for name, column in columns.items()}
    series = series_column(raw, options) if way == "windows" else None
    if series is not None:
        roles[series], why[series] = "series", "several rows have each of its values"
    label = _label_of(raw, options, chosen, series, notices)
    if label is not None:
        roles[label] = "label"
    _leave_out_texts(raw, options, roles, why, notices)
    _leave_out_sparse(raw, options, chosen, roles, why, notices)
    for column in raw.columns:
        if column.kind == "time" and roles[column.name] == "value":
            roles[column.name] = "time"
    roles |= chosen
    _leave_out_beside_lists(raw, chosen, roles, why, notices)
    groups = None if series is None else _groups(raw, series)
    times = [name for name, role in roles.items() if role == "time"]
    values = [
        name for name, role in roles.items() if role == "value" and columns[name].width == 1 and name in raw.names
    ]
    order = in_order(raw, times, values, groups, notices) if way == "windows" else None
    if times and way != "windows":
        notices.append(
            f"Left out: {counted(len(times), 'column')} of times ({listed(times)}), which only order series."
        )
    counting = [name for name in numbering(raw, values, groups, order) if name not in chosen]
    if counting and len(counting) < sum(role == "value" for role in roles.values()):
        notices.append(f"Left out, only numbering the rows: {counted(len(counting), 'column')} ({listed(counting)}).")
        roles |= dict.fromkeys(counting, "left_out")
        why |= dict.fromkeys(counting, "it only numbers the rows")
    if "value" not in roles.values():
        raise UploadError(_no_values(raw))
    return Roles(roles, why, groups, order)


def _no_values(raw: Raw) -> str:
    if not raw.names:
        return (
            f"The table holds no numbers: {counted(len(raw.words), 'column')} of text ({listed(raw.words)}). Bring at "
            "least one column of numbers, have categories one-hot, or bring a TXT file if this is text to learn from."
        )
    return "No column of numbers is left beside the labels: bring at least one column of values."


def _known(name: str, columns: dict[str, Column]) -> str:
    found = called(name, columns) or called(name.strip(), columns)
    if found is None:
        raise UploadError(f"There is no column called {printable(name, 30)!r}; there are {listed(columns)}.")
    return found


def _groups(raw: Raw, name: str) -> Array:
    """Which series each row belongs to, (N,), in the order in which they begin."""
    if name in raw.words:
        return raw.words[name].codes
    _, begins, groups = np.unique(numbers_of(raw, name), return_index=True, return_inverse=True)
    return np.argsort(np.argsort(begins))[groups]


def _label_of(
    raw: Raw, options: Options, chosen: dict[str, Role], series: str | None, notices: list[str]
) -> str | None:
    """The column that holds the labels, if there is one that can."""
    told = next((name for name, role in chosen.items() if role == "label"), None)
    if told is None and options.label == "none":
        return None
    single = [column.name for column in raw.columns if column.kind == "text" or column.width == 1]
    if told is not None or options.label != "auto":
        label = told or options.label
        found = called(label, single) or called(label.strip(), single)
        if found is None:
            raise UploadError(
                f"There is no column called {printable(label, 30)!r} for labels; choose one of {listed(single)}, "
                "auto or none."
            )
        return found if different(raw, found) <= CLASSES else _too_many(raw, found, notices)
    rest = [name for name in single if name != series and name not in chosen]
    named = next(filter(None, (called(known, rest) for known in LABELS)), None)
    if named is not None:
        return named if different(raw, named) == 1 or tells_classes(raw, named) else _too_many(raw, named, notices)
    texts = [name for name in rest if name in raw.words]
    classes = [name for name in texts if tells_classes(raw, name)]
    if len(classes) == 1:
        truth = {text.lower() for text in raw.words[classes[0]].names} <= {"true", "false"}
        return None if truth and classes[0] != raw.columns[-1].name else classes[0]
    return None if texts else _label_without_name(raw, rest, notices)


def _too_many(raw: Raw, name: str, notices: list[str]) -> str | None:
    """No column of labels, and why."""
    classes, treated = different(raw, name), "left out" if name in raw.words else "read as values"
    notices.append(
        f"{classes:,} different values of {printable(name, 30)} in {len(raw.values):,} rows are no labels, of which "
        f"there are at most {CLASSES} and several rows each: it was {treated}."
    )
    return None


def _label_without_name(raw: Raw, names: list[str], notices: list[str]) -> str | None:
    """The first or last column of a table without names, if it alone is whole and all others are fractions."""
    if len(names) < 3 or raw.form != "table" or any(name != f"column {i + 1}" for i, name in enumerate(names)):
        return None
    head = raw.values[:HEAD]
    whole = (head == np.floor(head)).mean(axis=0) > 0.9
    if whole.sum() != 1 or not (whole[0] or whole[-1]):
        return None
    name = names[int(np.flatnonzero(whole)[0])]
    if not tells_classes(raw, name):
        return None
    notices.append(
        f"Unsure: {name} alone holds whole numbers, few of them, and was taken for labels: choose none if not."
    )
    return name


def _leave_out_texts(
    raw: Raw, options: Options, roles: dict[str, Role], why: dict[str, str], notices: list[str]
) -> None:
    """Yes and no become 1 and 0, categories as chosen, other texts are left out."""
    unread = [name for name in raw.words if roles[name] == "value"]
    truths = [name for name in unread if is_truth(raw.words[name])]
    if truths:
        notices.append(f"Read as 1 and 0: {counted(len(truths), 'column')} of yes and no ({listed(truths)}).")
    rest = [name for name in unread if name not in truths]
    classes = [name for name in rest if tells_classes(raw, name)]
    if options.categories == "one_hot" and classes:
        notices.append(f"Read one-hot: {counted(len(classes), 'column')} of categories ({listed(classes)}).")
        rest = [name for name in rest if name not in classes]
    for name in rest:
        roles[name] = "left_out"
        why[name] = "a text" if name not in classes else "a category: it can be one-hot, or the label"
    if not rest:
        return
    sentence = f"Left out: {counted(len(rest), 'column')} of text ({listed(rest)})"
    if options.categories != "one_hot" and classes:
        sentence += f"; {listed(classes, 4)} can be had one-hot"
        if "label" not in roles.values() and options.label == "auto":
            sentence += f", and {printable(classes[-1], 30)} be chosen as the label"
    notices.append(f"{sentence}.")


def _leave_out_sparse(
    raw: Raw, options: Options, chosen: dict[str, Role], roles: dict[str, Role], why: dict[str, str], notices: list[str]
) -> None:
    """Columns of which more is missing than was chosen go, rather than all rows that lack them."""
    shares = missing_shares(raw)
    sparse = [
        name
        for name, role in roles.items()
        if role == "value" and name not in chosen and shares.get(name, 0) > options.most_missing
    ]
    if not sparse or all(name in sparse for name, role in roles.items() if role == "value"):
        return
    empty = [name for name in sparse if shares[name] == 1]
    rest = [f"{printable(name, 30)} ({shares[name]:.0%} missing)" for name in sparse if name not in empty]
    if empty:
        notices.append(f"Left out: {counted(len(empty), 'column')} without any value ({listed(empty)}).")
    if rest:
        notices.append(
            f"Left out: {counted(len(rest), 'column')} with more than {options.most_missing:.0%} missing: "
            f"{listed(rest, 4)}; raise that share to have gaps filled instead."
        )
    roles |= dict.fromkeys(sparse, "left_out")
    why |= {name: f"{shares[name]:.0%} of it is missing" for name in sparse}


def _leave_out_beside_lists(
    raw: Raw, chosen: dict[str, Role], roles: dict[str, Role], why: dict[str, str], notices: list[str]
) -> None:
    """Numbers beside a list of many are about it, not of it."""
    if not any(column.kind == "list" and column.width >= LONG for column in raw.columns):
        return
    beside = [
        column.name
        for column in raw.columns
        if column.kind != "list" and roles[column.name] == "value" and column.name not in chosen
    ]
    if beside:
        notices.append(
            f"Left out, standing beside lists of numbers: {counted(len(beside), 'column')} ({listed(beside)})."
        )
        roles |= dict.fromkeys(beside, "left_out")
        why |= dict.fromkeys(beside, "it stands beside a list of many numbers")


def labels_of(raw: Raw, name: str, notices: list[str]) -> Labels | None:
    """The texts of samples as labels, unless nearly every sample has its own."""
    if tells_classes(raw, name):
        return Labels.of(raw.words[name])
    _too_many(raw, name, notices)
    return None
