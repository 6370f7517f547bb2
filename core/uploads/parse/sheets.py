"""Spreadsheets, as python-calamine opens them: XLSX, XLSB, XLS and ODS."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook

from core.errors import UploadError
from core.uploads.limits import CELLS, COLUMNS, ROWS
from core.uploads.parse.compound import is_endless
from core.uploads.parse.far import too_far
from core.uploads.parse.format import Format
from core.uploads.parse.parts import largest, of_part, say_part
from core.uploads.parse.raw import Raw
from core.uploads.parse.rows import from_rows
from core.uploads.phrases import printable

COMPOUND = b"\xd0\xcf\x11\xe0"
ZIPPED = b"PK"
FAR = (
    f"Sheet {{}} reaches over more than {CELLS:,} cells, as one cell far from all others makes it: delete what stands "
    "far from the table, or save the table alone as CSV."
)
BROKEN = "The spreadsheet cannot be opened: it is damaged, locked by a password, or none; save it again, or as CSV."


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The table on one of the sheets, the largest where none was chosen.

    Raises:
        UploadError: the workbook is damaged or locked, or has no table.
    """
    if data.startswith(COMPOUND) and is_endless(data):
        raise UploadError(BROKEN)
    if data.startswith(ZIPPED):
        with _opening():
            sheet = too_far(data)
        if sheet is not None:
            raise UploadError(FAR.format(printable(sheet, 30)))
    with _opening():
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
        guess = largest({name: sheet.width * sheet.height for name, sheet in sheets.items()})
    say_part(sheets, guess, "sheet", notices, format.part)
    return of_part(lambda name: _table(name, sheets[name], format, notices), sheets, guess.name, format)


def _table(name: str, sheet: CalamineSheet, format: Format, notices: list[str]) -> Raw:
    if sheet.height > ROWS or sheet.width > COLUMNS:
        raise UploadError(
            f"Sheet {printable(name, 30)} has {sheet.height:,} rows and {sheet.width:,} columns; at most {ROWS:,} and "
            f"{COLUMNS:,} are read."
        )
    if sheet.height * sheet.width > CELLS:
        raise UploadError(FAR.format(printable(name, 30)))
    with _opening():
        cells = sheet.to_python()
    rows = [[_text(cell) for cell in row] for row in cells[format.skip :]]
    numbered = [(i, row) for i, row in enumerate(rows) if any(row)]
    if not numbered:
        raise UploadError(f"Sheet {printable(name, 30)} has no cells: bring one row a sample.")
    return from_rows(numbered, format, False, notices)


@contextmanager
def _opening() -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    # A panic of the Rust library is no Exception.
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise UploadError(BROKEN) from error


def _text(cell: Any) -> str:
    """A cell as a table of text would have it."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell).strip()
