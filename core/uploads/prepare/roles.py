"""What the columns of a table are for: labels, series, time, values; and so what one sample is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, TEXTS, VALUES
from core.uploads.parse.raw import Array, Column, Raw
from core.uploads.phrases import column_name, counted, listed, printable
from core.uploads.prepare.columns import (
    called,
    different,
    is_truth,
    numbers_of,
    one_hot,
    words_of,
)
from core.uploads.prepare.labelling import label_column, why_labels
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.leaving_out import leave_out_beside_lists, leave_out_sparse, leave_out_texts
from core.uploads.prepare.options import Options, Role, Way
from core.uploads.prepare.times import SERIES, in_order, numbering

# Roles that one column has at most.
SINGLE: dict[Role, str] = {"label": "Labels are to come from", "series": "Ids of series are to come from"}


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


def series_column(raw: Raw, options: Options) -> str | None:
    """The column that says which series a row belongs to: the chosen one, or one called so that comes up again.

    Raises:
        UploadError: a column was chosen that there is not, or for what it cannot be.
    """
    chosen = _chosen(raw, options)
    told = next((name for name, role in chosen.items() if role == "series"), None)
    if told is not None:
        return told
    names = [name for name in (*raw.words, *raw.names) if name not in chosen]
    found = (called(known, names) for known in SERIES)
    return next((name for name in found if name and 2 * different(raw, name) <= len(raw.values)), None)


def has_columns(raw: Raw) -> bool:
    """Whether a file has columns to look through: a table, or an array of two dimensions."""
    return raw.form == "table" or (raw.form == "array" and raw.values.ndim == 2)


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
        notices.append(f"Labels are those of column {column_name(labels)}.")
    parts, names = _values(raw, roles)
    return Table(
        parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1),
        names,
        None if labels is None else Labels.of(words_of(raw, labels)),
        roles.series,
        np.arange(len(raw.values)) if roles.order is None else roles.order,
    )


def classes_of(raw: Raw, options: Options, way: Way) -> tuple[str, ...]:
    """The names of the labels that would be read, none where there are none.

    Raises:
        UploadError: there is no column of a name that was chosen, or no column of values is left.
    """
    if not has_columns(raw):
        return next((Labels.of(words).names for words in raw.words.values()), ())
    table = as_table(raw)
    label = next(iter(roles_of(table, options, way, []).called("label")), None)
    return () if label is None else Labels.of(words_of(table, label)).names


def _values(raw: Raw, roles: Roles) -> tuple[list[Array], tuple[str, ...]]:
    """The columns of values, those of text one-hot behind the numbers, and the names of all."""
    valued = [column for column in raw.columns if roles.by_name[column.name] == "value"]
    names = [name for column in valued for name in column.names]
    parts = []
    if names:
        places = [raw.places[name] for name in names]
        # Those side by side need no copy.
        beside = places == [*range(places[0], places[0] + len(places))]
        parts.append(raw.values[:, places[0] : places[0] + len(places)] if beside else raw.values[:, places])
    for column in valued:
        if column.kind == "text":
            count = different(raw, column.name)
            most = min(VALUES, CELLS // len(raw.values))
            if count > most:
                raise UploadError(
                    f"Column {column_name(column.name)} has {count:,} different texts; at most {most:,} become "
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
    chosen = _chosen(raw, options)
    if not raw.names and not chosen and options.categories != "one_hot" and not any(map(is_truth, raw.words.values())):
        raise UploadError(_no_values(raw))
    roles: dict[str, Role] = dict.fromkeys(columns, "value")
    why = {name: column.why for name, column in columns.items()}
    series = series_column(raw, options) if way == "windows" else None
    if series is not None:
        roles[series], why[series] = "series", "several rows have each of its values"
    label = label_column(raw, options, chosen, series, notices)
    if label is not None:
        roles[label], why[label] = "label", why_labels(raw, label)
    leave_out_texts(raw, options, chosen, roles, why, notices)
    leave_out_sparse(raw, options, chosen, roles, why, notices)
    for column in raw.columns:
        if column.kind == "time" and roles[column.name] == "value":
            roles[column.name] = "time"
    roles |= chosen
    leave_out_beside_lists(raw, chosen, roles, why, notices)
    groups = None if series is None else _groups(raw, series)
    times = [name for name, role in roles.items() if role == "time"]
    numbers = set(raw.names)
    values = [name for name, role in roles.items() if role == "value" and columns[name].width == 1 and name in numbers]
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


def _chosen(raw: Raw, options: Options) -> dict[str, Role]:
    """The roles that people chose, by column.

    Raises:
        UploadError: there is no column of a name that was chosen, or it cannot be what it was chosen for.
    """
    columns = {column.name: column for column in raw.columns}
    for name, told in options.kinds:
        if called(name, raw.gone):
            if told == "category":
                raise UploadError(
                    f"Column {column_name(name)} has more than {TEXTS:,} different texts, which are no categories: "
                    "say that it is an id."
                )
            continue
        if columns[_known(name, columns)].kind != (told if told in ("number", "time", "list") else "text"):
            whose = "a second file, which holds labels" if name == raw.brought else "an array, which holds numbers"
            raise UploadError(f"Column {column_name(name)} is of {whose}: choose what it is for instead.")
    chosen = {_known(name, columns): role for name, role in options.columns}
    for name, role in chosen.items():
        kind, column = columns[name].kind, f"Column {column_name(name)}"
        if kind == "text" and role == "time":
            raise UploadError(f"{column} holds texts, which are no times: leave it out, or make it the id of series.")
        if kind == "list" and role not in ("value", "left_out"):
            raise UploadError(f"{column} holds lists of numbers, which are values: choose that, or leave it out.")
    for role, what in SINGLE.items():
        several = [name for name, own in chosen.items() if own == role]
        if len(several) > 1:
            raise UploadError(f"{what} {len(several)} columns ({listed(several)}): choose one of them.")
    return chosen


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
