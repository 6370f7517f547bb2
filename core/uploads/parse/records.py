"""JSON: a list of objects, an object a line, an object of lists, or arrays in brackets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, COLUMNS, ROWS
from core.uploads.parse.arrays import held, refuse_all_but_numbers
from core.uploads.parse.chosen import chosen_of
from core.uploads.parse.encoding import encoding_in
from core.uploads.parse.format import Format
from core.uploads.parse.names import names_of
from core.uploads.parse.parts import for_training, largest, of_part, say_part
from core.uploads.parse.raw import Array, Raw
from core.uploads.parse.rows import from_rows, named
from core.uploads.phrases import listed

WANTED = "bring a list of objects, one a sample, or one object a line, or lists of numbers"
# Objects in objects whose fields become columns.
DEEPEST = 4
# How pandas names rows that have no names.
NUMBERED = re.compile(r"-?\d+")


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The table or the array of a JSON file.

    Raises:
        UploadError: it is damaged, too large, or holds neither.
    """
    try:
        return _read(_content(data, format, notices), format, notices)
    except RecursionError as error:
        raise UploadError(f"The JSON holds lists in lists, too many to be followed: {WANTED}.") from error


def is_json(data: bytes, format: Format) -> bool:
    """Whether a text is JSON from its beginning to its end."""
    try:
        _content(data, format, [])
    except UploadError:
        return False
    return True


def _content(data: bytes, format: Format, notices: list[str]) -> Any:
    """What stands in the file, a list of its lines where each is something of its own."""
    encoding = encoding_in(data, format.encoding, notices)
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    try:
        with suppress(json.JSONDecodeError):
            return json.loads(text)
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise UploadError(
            f"The JSON cannot be read ({error}): it is damaged or was cut short; save it again."
        ) from error


def _read(content: Any, format: Format, notices: list[str]) -> Raw:
    """The list of objects, or of lists, that a file comes to, as a table or an array.

    Raises:
        UploadError: there is none.
    """
    if not isinstance(content, dict):
        return _listed(content, format, notices)
    lists = {name: value for name, value in content.items() if isinstance(value, list) and value}
    whole = [name for name, value in lists.items() if isinstance(value[0], dict)]
    if {"columns", "data"} <= lists.keys() and all(isinstance(row, list) for row in lists["data"]):
        # As pandas splits a table.
        names = [*map(str, lists["columns"])]
        return _listed([dict(zip(names, row, strict=False)) for row in lists["data"]], format, notices)
    if len(whole) == 1:
        rest = [name for name in content if name not in whole]
        left = f"; left out: {listed(rest)}." if rest else "."
        notices.append(f"Of the file, the objects of {listed(whole)} were read{left}")
        return _listed(lists[whole[0]], format, notices)
    if whole:
        return _one_of({name: lists[name] for name in whole}, format, notices)
    if len(lists) == 1 and all(isinstance(row, list) for row in next(iter(lists.values()))):
        notices.append(f"Of the file, the lists of {listed(lists)} were read.")
        return _listed(next(iter(lists.values())), format, notices)
    if lists and len({*map(len, lists.values())}) == 1:
        rows = zip(*lists.values(), strict=True)
        return _listed([dict(zip(lists, row, strict=True)) for row in rows], format, notices)
    arrays = {name: array for name, value in lists.items() if (array := _as_array(value)) is not None}
    if any(array.ndim > 1 for array in arrays.values()):
        headers = {name: (array.shape, False, array.dtype) for name, array in arrays.items()}
        return chosen_of(headers, arrays.__getitem__, format, notices)
    inside = [name for name, value in content.items() if isinstance(value, dict) and _holds_list(value)]
    if len(inside) == 1 < len(content):
        notices.append(f"Of the file, what is in {listed(inside)} was read.")
        return _read(content[inside[0]], format, notices)
    if content and all(isinstance(value, dict) for value in content.values()):
        return _listed(_of_objects(content, notices), format, notices)
    raise UploadError(f"The JSON holds no list: {WANTED}.")


def _one_of(lists: dict[str, list[Any]], format: Format, notices: list[str]) -> Raw:
    """One of several lists of objects: the one for training, or the longest, where none was chosen."""
    guess = for_training(lists) or largest({name: len(rows) for name, rows in lists.items()})
    say_part(lists, guess, "list", notices, format.part)
    return of_part(lambda name: _listed(lists[name], format, notices), lists, guess.name, format)


def _listed(records: Any, format: Format, notices: list[str]) -> Raw:
    """A list of objects or of lists as a table, or as an array."""
    if not isinstance(records, list) or not records:
        raise UploadError(f"The JSON holds no list: {WANTED}.")
    if not all(isinstance(record, dict) for record in records):
        is_table = all(isinstance(record, list) for record in records) and _hold_texts(records)
        return _table(records, format, notices) if is_table else _array(records, notices)
    rows = [row for row in (dict(_fields(record)) for record in records) if any(row.values())]
    if not rows:
        raise UploadError(f"The objects in the JSON are empty: {WANTED}.")
    names = list(dict.fromkeys(name for row in rows for name in row))
    _refuse_large(len(rows), len(names))
    cells = [[row.get(name, "") for name in names] for row in rows]
    if format.samples == "columns":
        return from_rows([*enumerate([names, *cells])], format, False, notices)
    return named(names_of(names, len(names), notices), [*enumerate(cells)], format, False, notices)


def _holds_list(content: dict[str, Any]) -> bool:
    """Whether several things are listed in an object, or in one that is in it."""
    inside = [value for value in content.values() if isinstance(value, dict)]
    return any(isinstance(value, list) and len(value) > 1 for value in content.values()) or any(
        map(_holds_list, inside)
    )


def _of_objects(content: dict[str, dict[str, Any]], notices: list[str]) -> list[dict[str, Any]]:
    """The rows of a table that is an object of rows, or one of columns, whose cells have the numbers of their rows."""
    if not all(NUMBERED.fullmatch(key) for inner in content.values() for key in inner):
        notices.append(
            f"Unsure: each object ({listed(content, 3)}) was read as a row, and could be a column: say that samples "
            "are columns if so."
        )
        return [{"": name, **inner} for name, inner in content.items()]
    # Rows in the order of the column that has most of them.
    rows: dict[str, dict[str, Any]] = {row: {} for row in max(content.values(), key=len)}
    for name, column in content.items():
        for row, value in column.items():
            rows.setdefault(row, {})[name] = value
    return [*rows.values()]


def _fields(record: dict[str, Any], before: str = "", deep: int = 0) -> Iterator[tuple[str, str]]:
    """The fields of an object as texts, those of an object in it as name.field."""
    for name, value in record.items():
        if isinstance(value, dict) and deep < DEEPEST:
            yield from _fields(value, f"{before}{name}.", deep + 1)
        else:
            yield f"{before}{name}", _text(value)


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _hold_texts(rows: list[list[Any]]) -> bool:
    """Whether any cell of a table is a text, as its names are."""
    return any(isinstance(cell, str) for row in rows for cell in row)


def _table(records: list[list[Any]], format: Format, notices: list[str]) -> Raw:
    """The table in lists of cells, as spreadsheets have it."""
    width = max(map(len, records))
    _refuse_large(len(records), width)
    rows = [[*map(_text, record), *[""] * (width - len(record))] for record in records]
    return from_rows([(place, row) for place, row in enumerate(rows) if any(row)], format, False, notices)


def _refuse_large(rows: int, columns: int) -> None:
    if rows > ROWS or columns > COLUMNS or rows * columns > CELLS:
        raise UploadError(f"The table has {rows:,} rows and {columns:,} columns, more than is read: bring less.")


def _as_array(value: list[Any]) -> Array | None:
    """A list of numbers, of texts, or of equally long lists of numbers; None where it is another one."""
    try:
        array = np.array(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biufU" else None


def _array(records: list[Any], notices: list[str]) -> Raw:
    try:
        values = np.array(records, np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise UploadError(f"The lists in the JSON are no numbers, or not as many in each: {WANTED}.") from error
    refuse_all_but_numbers((values.shape, False, values.dtype), "The JSON")
    return Raw("array", held(values, notices))
