"""Cells far from a table, found before the library that opens spreadsheets makes a rectangle of each sheet.

With such a cell it ends where memory does.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from core.uploads.limits import CELLS, UNPACKED
from core.uploads.parse.recognise import open_zip

# The number of a row, and the letters of a cell's column, of which XFD is the last.
ROW = re.compile(rb"<row [^>]*?\br=\"(\d{1,7})\"")
COLUMN = re.compile(rb"\sr=\"([A-Z]{1,3})\d")
LAST = 16_384
# What OpenDocument calls a sheet, how often it has a row or a cell, and what a cell that holds something has.
NAME = re.compile(rb"table:name=\"([^\"]*)\"")
ROWS_REPEATED = re.compile(rb"[^>]*?table:number-rows-repeated=\"(\d{1,7})\"")
CELL = re.compile(rb"<table:(?:covered-)?table-cell\b")
CELLS_REPEATED = re.compile(rb"table:number-columns-repeated=\"(\d{1,7})\"")
HOLDS = b"office:value-type"
# The record that says which rows and columns a binary sheet has, and how many come before it at most.
REACH = 148
RECORDS = 50

# Sheets by name, and how many cells each reaches over.
Reaches = Iterator[tuple[str, int]]


def too_far(data: bytes) -> str | None:
    """The name of a sheet of a workbook that reaches over more cells than are read, if there is one."""
    with open_zip(data) as archive:
        for info in archive.infolist():
            look = next((look for name, look in LOOKS.items() if re.fullmatch(name, info.filename)), None)
            if look is None or info.file_size > UNPACKED:
                continue
            for sheet, cells in look(PurePosixPath(info.filename).stem, archive.read(info)):
                if cells > CELLS:
                    return sheet
    return None


def _in_xlsx(stem: str, text: bytes) -> Reaches:
    last = ROW.match(text, max(0, text.rfind(b"<row ")))
    rows = int(last[1]) if last else 0
    # Only the last of all columns makes a sheet of few rows too large.
    columns = {found[1].decode() for found in COLUMN.finditer(text)} if rows * LAST > CELLS else set()
    yield stem, rows * max(map(_place, columns), default=0)


def _place(letters: str) -> int:
    """The place of a column, AB being the 28th."""
    return sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(letters)))


def _in_ods(stem: str, text: bytes) -> Reaches:
    for sheet in text.split(b"<table:table ")[1:]:
        count = rows = columns = 0
        for row in sheet.split(b"<table:table-row")[1:]:
            repeated = ROWS_REPEATED.match(row)
            count += int(repeated[1]) if repeated else 1
            end = row.rfind(HOLDS)
            if end >= 0:
                cells = row[: row.index(b">", end) if b">" in row[end:] else len(row)]
                gaps = sum(int(times) - 1 for times in CELLS_REPEATED.findall(cells))
                rows, columns = count, max(columns, len(CELL.findall(cells)) + gaps)
        name = NAME.search(sheet)
        yield name[1].decode(errors="replace") if name else stem, rows * columns


def _in_xlsb(stem: str, data: bytes) -> Reaches:
    place = 0
    for _ in range(RECORDS):
        number, place = _number(data, place, 2)
        size, place = _number(data, place, 4)
        if number == REACH and size == 16 and place + size <= len(data):
            top, bottom, left, right = struct.unpack_from("<4I", data, place)
            yield stem, max(0, bottom - top + 1) * max(0, right - left + 1)
            return
        place += size


def _number(data: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of at most so many bytes, seven bits in each but for the sign that more follow; and the place behind."""
    number = 0
    for power in range(most):
        byte = data[place] if place < len(data) else 0
        number, place = number | (byte & 0x7F) << 7 * power, place + 1
        if byte < 0x80:
            break
    return number, place


LOOKS: dict[str, Callable[[str, bytes], Reaches]] = {
    r"xl/worksheets/[^/]+\.xml": _in_xlsx,
    r"xl/worksheets/[^/]+\.bin": _in_xlsb,
    r"content\.xml": _in_ods,
}
