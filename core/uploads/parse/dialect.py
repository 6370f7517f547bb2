"""How a table of text is written: what parts its cells, its decimal sign, its column names, its columns of text."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from core.errors import UploadError
from core.uploads.limits import CELL, COLUMNS
from core.uploads.parse.numbers import is_missing, is_number

DELIMITERS = (",", ";", "\t", "|")
# Cells of a row that are looked at in search of the delimiter.
LOOKED_AT = 200
Rows = list[list[str]]


@dataclass(frozen=True)
class Dialect:
    """`header` is the first row if it names the columns; `texts` are the places of the columns of text."""

    delimiter: str
    # The first number with a decimal comma, if that is how they are written.
    comma: str
    width: int
    header: list[str] | None
    texts: tuple[int, ...]

    @property
    def decimal(self) -> str:
        """The decimal sign."""
        return "," if self.comma else "."


def dialect_of(lines: list[str]) -> Dialect:
    """The dialect of a table that begins with these lines.

    Raises:
        UploadError: it has too many columns, or none.
    """
    parsed = {delimiter: _rows(lines, delimiter) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda delimiter: _order(parsed[delimiter]))
    rows = parsed[delimiter]
    if not rows:
        raise UploadError(
            f"The first lines cannot be parted into cells: all are empty, or one has more than {CELL:,} characters "
            "because a quotation mark is left open."
        )
    widest = max(map(len, rows))
    if widest > COLUMNS:
        raise UploadError(
            f"The table has {widest:,} columns; at most {COLUMNS:,} are read: bring fewer, or one row a sample."
        )
    body = rows[1:] or rows
    width = Counter(map(len, body)).most_common(1)[0][0]
    body = [row for row in body if len(row) <= width]
    texts = tuple(place for place in range(width) if _is_text(body, place))
    header = rows[0] if _names_columns(rows[0], body if len(rows) > 1 else [], texts) else None
    cells = [cell for row in body for place, cell in enumerate(row[:LOOKED_AT]) if place not in texts]
    commas = [cell.strip() for cell in cells if "," in cell]
    comma = commas[0] if len(commas) > sum("." in cell for cell in cells) else ""
    return Dialect(delimiter, comma, width, header, texts)


def _rows(lines: list[str], delimiter: str) -> Rows:
    """The rows that are not blank; a broken end is left to the reader of the whole file."""
    rows: Rows = []
    with suppress(csv.Error):
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        rows.extend(row for row in reader if any(cell.strip() for cell in row))
    return rows


def _order(rows: Rows) -> tuple[float, int]:
    """How well-ordered rows are: most of one width above one, most of their cells numbers."""
    body = rows[1:] or rows
    if not body:
        return 0.0, 0
    width, count = Counter(map(len, body)).most_common(1)[0]
    if width < 2:
        return 0.0, 0
    cells = [cell for row in body for cell in row[:LOOKED_AT]]
    return count / len(body) + sum(is_number(cell) or is_missing(cell) for cell in cells) / len(cells), width


def _is_text(rows: Rows, place: int) -> bool:
    cells = [row[place] for row in rows if place < len(row) and not is_missing(row[place])]
    return 2 * sum(is_number(cell) for cell in cells) < len(cells)


def _names_columns(first: list[str], body: Rows, texts: tuple[int, ...]) -> bool:
    """Whether the first row names the columns: no number stands where others do, or it only counts them."""
    names = [cell for cell in first if not is_missing(cell)]
    if not body:
        return not any(map(is_number, names))
    # A missing first name is that of an index, as pandas writes it.
    counts = [cell.strip() for cell in first if cell.strip()]
    if len(counts) > 2 and any(counts == [str(start + i) for i in range(len(counts))] for start in (0, 1)):
        return True
    above = [cell for place, cell in enumerate(first) if place not in texts]
    if above:
        return any(not is_number(cell) and not is_missing(cell) for cell in above)
    return len(set(names)) == len(first) and not any(
        cell in {row[place] for row in body if place < len(row)} for place, cell in enumerate(first)
    )
