"""Spreadsheets, as python-calamine opens them: XLSX, XLSB, XLS and ODS."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineWorkbook

from core.errors import UploadError
from core.uploads.limits import CELLS, COLUMNS, ROWS
from core.uploads.parse.compound import is_endless
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.parse.rows import from_rows
from core.uploads.phrases import listed, printable

COMPOUND = b"\xd0\xcf\x11\xe0"
BROKEN = "The spreadsheet cannot be opened: it is damaged, locked by a password, or none; save it again, or as CSV."


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The table on the largest sheet.

    Raises:
        UploadError: the workbook is damaged or locked, or has no table.
    """
    if data.startswith(COMPOUND) and is_endless(data):
        raise UploadError(BROKEN)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
        name = max(sheets, key=lambda name: sheets[name].width * sheets[name].height)
        if sheets[name].height > ROWS or sheets[name].width > COLUMNS:
            raise UploadError(
                f"Sheet {printable(name, 30)} has {sheets[name].height:,} rows and {sheets[name].width:,} columns; at "
                f"most {ROWS:,} and {COLUMNS:,} are read."
            )
        cells = sheets[name].to_python()
    except (UploadError, MemoryError):
        raise
    # A panic of the Rust library is no Exception.
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise UploadError(BROKEN) from error
    if len(sheets) > 1:
        rest = [other for other in sheets if other != name]
        notices.append(
            f"Of {len(sheets)} sheets, {printable(name, 30)} was read, the largest; left out: {listed(rest)}."
        )
    rows = [[_text(cell) for cell in row] for row in cells[format.skip :]]
    numbered = [(i, row) for i, row in enumerate(rows) if any(row)]
    if not numbered or len(rows) * len(rows[0]) > CELLS:
        raise UploadError("The spreadsheet has no cells, or too many: bring one row a sample.")
    return from_rows(numbered, format, False, notices)


def _text(cell: Any) -> str:
    """A cell as a table of text would have it."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell).strip()
