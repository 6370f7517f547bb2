"""JSON: a list of objects, an object a line, an object of lists, or arrays in brackets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import zip_longest
from typing import Any

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, COLUMNS, ROWS
from core.uploads.parse.arrays import held, refuse_all_but_numbers
from core.uploads.parse.encoding import encoding_of
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.parse.rows import from_rows
from core.uploads.phrases import listed

WANTED = "bring a list of objects, one a sample, or one object a line, or lists of numbers"
# Objects in objects whose fields become columns.
DEEPEST = 4


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The table or the array of a JSON file.

    Raises:
        UploadError: it is damaged, too large, or holds neither.
    """
    encoding = encoding_of(data, notices) if format.encoding == "auto" else format.encoding
    content = _content(data.decode(encoding, errors="replace").removeprefix("\ufeff"))
    records = _records(content, notices)
    if not all(isinstance(record, dict) for record in records):
        return _array(records, notices)
    rows = [dict(_fields(record)) for record in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        raise UploadError(f"The objects in the JSON are empty: {WANTED}.")
    if len(rows) > ROWS or len(names) > COLUMNS or len(rows) * len(names) > CELLS:
        raise UploadError(
            f"The table has {len(rows):,} rows and {len(names):,} columns, more than is read: bring less."
        )
    cells = [names, *([row.get(name, "") for name in names] for row in rows if any(row.values()))]
    named = format if format.samples == "columns" else format.model_copy(update={"header": "first"})
    return from_rows([*enumerate(cells)], named, False, notices)


def _content(text: str) -> Any:
    """What stands in the file, a list of its lines where each is something of its own."""
    try:
        with suppress(json.JSONDecodeError):
            return json.loads(text)
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise UploadError(
            f"The JSON cannot be read ({error}): it is damaged or was cut short; save it again."
        ) from error


def _records(content: Any, notices: list[str]) -> list[Any]:
    """The list of objects, or of lists, that a file comes to.

    Raises:
        UploadError: there is none.
    """
    if isinstance(content, dict):
        lists = {name: value for name, value in content.items() if isinstance(value, list) and value}
        whole = [name for name, value in lists.items() if isinstance(value[0], dict)]
        if {"columns", "data"} <= lists.keys() and all(isinstance(row, list) for row in lists["data"]):
            # As pandas splits a table.
            return [dict(zip(map(str, lists["columns"]), row, strict=False)) for row in lists["data"]]
        if len(whole) == 1:
            notices.append(f"Of the file, the objects of {listed(whole)} were read.")
            return lists[whole[0]]
        if lists and len({*map(len, lists.values())}) == 1:
            return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
        # As pandas writes columns, each an object of rows.
        columns = {name: [*value.values()] for name, value in content.items() if isinstance(value, dict)}
        if len(columns) == len(content) and columns:
            return [dict(zip(columns, row, strict=True)) for row in zip_longest(*columns.values())]
    if not isinstance(content, list) or not content:
        raise UploadError(f"The JSON holds no list: {WANTED}.")
    return content


def _fields(record: dict[str, Any], before: str = "", deep: int = 0) -> Iterator[tuple[str, str]]:
    """The fields of an object as texts, those of an object in it as name.field."""
    for name, value in record.items():
        if isinstance(value, dict) and deep < DEEPEST:
            yield from _fields(value, f"{before}{name}.", deep + 1)
        else:
            yield f"{before}{name}", "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _array(records: list[Any], notices: list[str]) -> Raw:
    try:
        values = np.array(records, np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise UploadError(f"The lists in the JSON are no numbers, or not as many in each: {WANTED}.") from error
    refuse_all_but_numbers((values.shape, False, values.dtype), "The JSON")
    return Raw("array", held(values, notices))
