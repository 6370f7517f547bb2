"""Pictures in the cells of a table, as Hugging Face packs them: files of pictures, and their labels beside them."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import UploadError
from core.uploads.limits import MEMBER, TEXTS
from core.uploads.parse import pictures
from core.uploads.parse.chosen import LABELS
from core.uploads.parse.formats import FileFormat
from core.uploads.parse.picture import Head, Unreadable, head_of
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import recognise
from core.uploads.parse.words import Words
from core.uploads.phrases import Tally, column_name, printable

# The field of a cell that holds a file, beside where it came from.
FILE = "bytes"
# Where a table says what the numbers of its labels are called.
TOLD = b"huggingface"


def read(table: pa.Table, notices: list[str]) -> Raw | None:
    """The pictures (N, C, S, S) of a table whose cells are files, with their labels; None if it has no such column.

    Raises:
        UploadError: none of them can be read, or its cells are other files.
    """
    found = [(name, cells, what) for name, cells in _files_in(table) if (what := _first_of(cells))]
    if not found:
        return None
    name, cells, what = min(found, key=lambda told: told[2].family != "picture")
    if what.family != "picture":
        raise UploadError(
            f"Each cell of column {column_name(name)} is a file, the first of them {what.title}: only pictures are "
            "read of cells; save the files, in one folder a class if they have labels, and pack them as a ZIP."
        )
    tally, heads = Tally(), dict[str, Head]()
    for row, cell in enumerate(cells):
        try:
            heads[str(row + 1)] = head_of(_picture(cell))
        except Unreadable as error:
            tally.add("Left out:", "row", str(error), f"row {row + 1:,}")
    if not heads:
        raise UploadError(
            f"Column {column_name(name)} holds no picture that can be read. {' '.join(tally.sentences())}"
        )
    raw = pictures.read_all(heads, lambda row: _picture(cells[int(row) - 1]), tally, notices)
    notices.append(f"Pictures are those of column {column_name(name)}.")
    return replace(raw, words=_labels(table, [int(row) - 1 for row in raw.ids], notices))


def _files_in(table: pa.Table) -> list[tuple[str, pa.ChunkedArray]]:
    """The columns of bytes by name, and of cells with such a field."""
    columns = [(str(name), column) for name, column in zip(table.column_names, table.columns, strict=True)]
    inner = [(name, pc.struct_field(column, FILE) if _has_file(column.type) else column) for name, column in columns]
    return [(name, column) for name, column in inner if _are_bytes(column.type)]


def _has_file(kind: pa.DataType) -> bool:
    return bool(pa.types.is_struct(kind) and kind.get_field_index(FILE) >= 0)


def _are_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _first_of(cells: pa.ChunkedArray) -> FileFormat | None:
    """What the first file is."""
    return recognise(next((data for cell in cells if (data := cell.as_py())), b""))


def _picture(cell: pa.Scalar) -> bytes:
    data: bytes = cell.as_py() or b""
    if not data:
        raise Unreadable("without a picture")
    if len(data) > MEMBER:
        raise Unreadable("too large")
    return data


def _labels(table: pa.Table, rows: list[int], notices: list[str]) -> dict[str, Words]:
    """The column called so, of numbers or texts, as the names that the table tells, for these rows."""
    called = {str(name).lower(): str(name) for name in reversed(table.column_names)}
    name = next((called[known] for known in LABELS if known in called), None)
    if name is None:
        return {}
    cells = table.column(name).to_pylist()
    told = _names_told(table, name)
    texts = [_text(cells[row], told) for row in rows]
    if any(isinstance(cell, (list, dict, bytes)) for cell in cells) or len({*texts}) > TEXTS:
        notices.append(f"Left out: column {column_name(name)}, which holds no labels.")
        return {}
    return {printable(name): Words.of(texts)}


def _text(cell: object, told: list[str]) -> str:
    if isinstance(cell, int) and not isinstance(cell, bool) and 0 <= cell < len(told):
        return told[cell]
    return "" if cell is None else str(cell)


def _names_told(table: pa.Table, name: str) -> list[str]:
    """What the numbers of a column are called, if the table says so."""
    # Whoever made the table may have written anything there.
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        told = json.loads((table.schema.metadata or {})[TOLD])["info"]["features"][name]["names"]
        return [*map(str, told)] if isinstance(told, list) else []
    return []
