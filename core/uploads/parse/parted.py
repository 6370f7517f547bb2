"""The lines of a table parted into cells, with the lines that rows begin in.

Rows are parted by Python's csv module, which says in which line a quotation mark was left open and how many cells a row
has: pandas fills up short rows without a word, and leaves out long ones.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import suppress

from core.errors import UploadError
from core.uploads.limits import CELL, CELLS, COLUMNS, ROWS
from core.uploads.parse.dialect import Dialect
from core.uploads.parse.header import Row
from core.uploads.parse.rows import Numbered, refuse_to_turn
from core.uploads.parse.structure import Structure, is_remark, is_rule
from core.uploads.phrases import Tally


def first_rows(lines: list[str], dialect: Dialect) -> Numbered:
    """The rows that are not blank, with the lines they begin in; a broken end is left to the reader of the whole."""
    rows = Numbered()
    with suppress(csv.Error):
        rows.extend(_numbered(lines, dialect))
    return rows


def all_rows(lines: Iterable[str], dialect: Dialect) -> Numbered:
    """The rows of a table that is turned, those that are not blank, with the lines they begin in."""
    rows, cells = Numbered(), 0
    try:
        for line, row in _numbered(lines, dialect):
            cells += len(row)
            refuse_to_turn(cells)
            rows.append((line, row))
    except csv.Error as error:
        raise UploadError(_explained(str(error), rows[-1][0] + 2 if rows else 1)) from error
    return rows


def _numbered(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[int, Row]]:
    reader, begins = dialect.reader(lines), 0
    for row in reader:
        if any(cell.strip() for cell in row) and not is_rule(row):
            yield begins, row
        begins = reader.line_num


def rows_below(
    lines: Iterator[str], dialect: Dialect, structure: Structure, above: int, tally: Tally, notices: list[str]
) -> Iterator[tuple[int, Row]]:
    """The rows below the header with the lines they begin in, each as wide as the table."""
    reader, width = dialect.reader(lines), structure.width
    heads, most = structure.heads, min(ROWS, CELLS // width)
    begins, count = above + 1, 0
    try:
        for row in reader:
            line, begins = begins, above + reader.line_num + 1
            if not any(cell and not cell.isspace() for cell in row):
                tally.add("Passed over:", "empty line", "", f"line {line:,}")
                continue
            # In a column alone it is a gap.
            if width > 1 and is_rule(row):
                tally.add("Passed over:", "line", "drawn between rows", f"line {line:,}")
                continue
            if is_remark(row, width):
                tally.add("Passed over:", "line", "with a comment", f"line {line:,}")
                continue
            if heads:
                heads -= 1
                continue
            if len(row) > COLUMNS:
                raise UploadError(f"Line {line:,} has {len(row):,} cells; at most {COLUMNS:,} columns are read.")
            if len(row) != width:
                rest = row[width:]
                after = f"with {'more' if rest else 'fewer'} than {width:,} cells"
                if any(map(str.strip, rest)) or (not rest and dialect.is_blank):
                    tally.add("Left out:", "row", after, f"line {line:,}")
                    continue
                if not rest:
                    tally.add("Filled up with missing values:", "row", after, f"line {line:,}")
                row = row[:width] + [""] * (width - len(row))
            if count == most:
                notices.append(f"Only the first {most:,} rows were read: a table may have no more.")
                return
            count += 1
            yield line, row
    except csv.Error as error:
        raise UploadError(_explained(str(error), begins)) from error


def _explained(error: str, line: int) -> str:
    """What the csv module means."""
    if "field limit" in error:
        return (
            f"A cell in line {line:,} has more than {CELL:,} characters: a quotation mark may be left open there, or "
            "the file is not a table."
        )
    return (
        f'A quotation mark (") that opens in line {line:,} is not closed as it should be: close it, or write it '
        'twice ("") inside a cell.'
    )
