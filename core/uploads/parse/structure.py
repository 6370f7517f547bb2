"""Where a table begins, which row names its columns, and how wide it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from core.errors import UploadError
from core.uploads.limits import CELL, COLUMNS
from core.uploads.parse.format import Format
from core.uploads.parse.header import NAMES, Row, guess_of, unit_of
from core.uploads.parse.stacked import names_in, stands_over
from core.uploads.parse.written import is_number
from core.uploads.phrases import counted, listed

COMMENT = ("#", "%", "//", "@", "!")
# What is drawn between rows in Markdown and by databases.
RULE = re.compile(r"\s*([+:]*[-=_]{3}[-=_+:]*\s*)?")


@dataclass(frozen=True)
class Structure:
    """`begin` lines stand above the table, `header` names its columns if one does, `body` are its first rows.

    The header stands in so many `heads`, the first rows. `is_close` says that it could be values as well, or the first
    of the body names.
    """

    begin: int
    header: Row | None
    width: int
    body: list[Row]
    heads: int = 0
    is_close: bool = False


def structure_of(numbered: list[tuple[int, Row]], format: Format) -> Structure:
    """The structure of a table whose first rows, none of them blank, are these, each with the line it begins in.

    Raises:
        UploadError: it has too many columns, or none.
    """
    if not numbered:
        raise UploadError(
            f"The first lines cannot be parted into cells: all are empty, or one has more than {CELL:,} characters "
            "because a quotation mark is left open."
        )
    widest = max(len(row) for _, row in numbered)
    if widest > COLUMNS:
        raise UploadError(
            f"The table has {widest:,} columns; at most {COLUMNS:,} are read: bring fewer, or one row a sample."
        )
    rows = [row for _, row in numbered]
    width = Counter(map(len, rows[1:] or rows)).most_common(1)[0][0]
    start = _start(rows, width)
    start += format.header == "auto" and _counts(rows[start], len(rows) - start - 1, width)
    begin, first, body = numbered[start][0], rows[start], rows[start + 1 :]
    full = [row for row in body if len(row) <= width]
    sure = guess_of(first, full)
    is_header = format.header == "first" or (format.header == "auto" and sure in NAMES)
    is_close = format.header == "auto" and sure.startswith("likely")
    if is_header:
        first, heads = names_in([first, *full])
        if len(first) == width - 1 and not any(row[-1].strip() for row in full if len(row) == width):
            # Rows end with a delimiter, and names do not.
            first = [*first, ""]
        return Structure(begin, first, width, full[heads - 1 :], heads, is_close)
    return Structure(begin, None, width, [row for row in rows[start:] if len(row) <= width], is_close=is_close)


def is_rule(row: Row) -> bool:
    """Whether a row that is not blank is a line drawn between others."""
    return all(map(RULE.fullmatch, row))


def is_remark(row: Row, width: int) -> bool:
    """Whether a row of a table of several columns is a comment with no cell beside it."""
    return len(row) == 1 < width and _is_comment(row)


def say_how_it_begins(structure: Structure, names: list[str], noun: str, notices: list[str]) -> None:
    """Say what was passed over, by its `noun`, and what else the first row could be."""
    if structure.begin:
        notices.append(f"Passed over: {counted(structure.begin, noun)} above the table.")
    if structure.heads > 1:
        notices.append(f"Names stand in {structure.heads} rows and were put together: {listed(names, 3)}.")
    if structure.is_close and structure.header is not None:
        notices.append(
            f"Unsure: the first row ({listed(names, 3)}) was read as the names of the columns, and could be values: "
            "say that the header is none."
        )
    elif structure.is_close:
        notices.append(
            f"Unsure: the first row ({listed(structure.body[0], 3)}) was read as values, and could be names: say that "
            "the names of columns are in the first row."
        )


def _start(rows: list[Row], width: int) -> int:
    """The first row that is as wide as the table: those above it are about the table."""
    start = next((i for i, row in enumerate(rows) if _is_whole(row, width) and not _is_comment(row)), 0)
    while start and stands_over(rows[start - 1], rows[start:]):
        start -= 1
    above = rows[start - 1] if start else []
    # Fewer names than columns, as R writes a table with row names; or a row that is short.
    is_short = len(_trimmed(above)) > 1 and 2 * len(_trimmed(above)) >= width and not _is_comment(above)
    return start - 1 if is_short and guess_of(rows[start], rows[start + 1 :]) not in NAMES else start


def _is_whole(row: Row, width: int) -> bool:
    """Whether a row is as wide as the table: one of numbers that lacks some at its end is, too, a title is not."""
    cells = _trimmed(row)
    if len(cells) == width:
        return True
    measured = [cell.strip() for cell in cells if cell.strip()]
    return len(row) == width <= 2 * len(measured) and all(is_number(cell) or unit_of(cell) for cell in measured)


def _counts(row: Row, below: int, width: int) -> bool:
    """Whether a row says how many stand below and how many values each has, as in scikit-learn's own files."""
    return row[:2] == [str(below), str(width - 1)] and not any(map(is_number, row[2:]))


def _is_comment(row: Row) -> bool:
    """Whether a row is about the table; a sharp alone in its first cell is the name of numbers."""
    return bool(row) and row[0].lstrip().startswith(COMMENT) and row[0].strip() != "#"


def _trimmed(row: Row) -> Row:
    """A row without the blank cells at its end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    # A column without any value is one nevertheless where only its cell is blank.
    return row if end >= len(row) - 1 and end > 1 else row[:end]
