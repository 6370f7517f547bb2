"""Where a table begins, which row names its columns, and how wide it is."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from core.errors import UploadError
from core.uploads.limits import CELL, COLUMNS
from core.uploads.parse.dates import LIKE
from core.uploads.parse.format import Format
from core.uploads.parse.numbers import is_missing, is_unmeasured
from core.uploads.parse.written import Written, is_number
from core.uploads.phrases import counted, listed

COMMENT = ("#", "%", "//", "@", "!")
# What is drawn between rows in Markdown and by databases.
RULE = re.compile(r"\s*([+:]*[-=_]{3,}[-=_+:]*\s*)?")
Row = list[str]
Guess = Literal["names", "likely names", "likely values", "values"]
NAMES: tuple[Guess, ...] = ("names", "likely names")
# Rows in which the names of columns are looked for, and cells of each.
LOOKED_AT = 200
YEAR = re.compile(r"(19|20)\d\d")
# A number and what it counts.
MEASURE = re.compile(r"[-+−]?\d[\d.,' \u00a0\u202f]*([^\d\s.,'][^\d]{0,15})")
# Numbers in the first row that are seldom in order by chance, hardly ever, and the share of other rows that may be.
IN_ORDER = 4
SURELY_IN_ORDER = 6
MOST_IN_ORDER = 0.05
# Rows that a number in the first one is compared with, at the least.
FEWEST = 10


@dataclass(frozen=True)
class Structure:
    """`begin` lines stand above the table, `header` names its columns if one does, `body` are its first rows.

    `is_close` says that the header could be values as well, or the first of the body names.
    """

    begin: int
    header: Row | None
    width: int
    body: list[Row]
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
    begin, first, body = numbered[start][0], rows[start], rows[start + 1 :]
    full = [row for row in body if len(row) <= width]
    sure = _names_columns(first, full)
    is_header = format.header == "first" or (format.header == "auto" and sure in NAMES)
    is_close = format.header == "auto" and sure.startswith("likely")
    if is_header:
        first = _with_those_below(first, full)
        if len(first) == width - 1 and not any(row[-1].strip() for row in full if len(row) == width):
            # Rows end with a delimiter, and names do not.
            first = [*first, ""]
        return Structure(begin, first, width, full, is_close)
    return Structure(begin, None, width, [row for row in rows[start:] if len(row) <= width], is_close)


def is_rule(row: Row) -> bool:
    """Whether a row that is not blank is a line drawn between others."""
    return all(map(RULE.fullmatch, row))


def say_how_it_begins(structure: Structure, names: list[str], noun: str, notices: list[str]) -> None:
    """Say what was passed over, by its `noun`, and what else the first row could be."""
    if structure.begin:
        notices.append(f"Passed over: {counted(structure.begin, noun)} above the table.")
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
    above = rows[start - 1] if start else []
    # Fewer names than columns, as R writes a table with row names; or a row that is short.
    is_short = len(_trimmed(above)) > 1 and 2 * len(_trimmed(above)) >= width and not _is_comment(above)
    return start - 1 if is_short and _names_columns(rows[start], rows[start + 1 :]) not in NAMES else start


def _is_whole(row: Row, width: int) -> bool:
    """Whether a row is as wide as the table: one of numbers that lacks some at its end is, too, a title is not."""
    cells = _trimmed(row)
    if len(cells) == width:
        return True
    measured = [cell.strip() for cell in cells if cell.strip()]
    return len(row) == width <= 2 * len(measured) and all(is_number(cell) or _unit(cell) for cell in measured)


def _with_those_below(first: Row, body: list[Row]) -> Row:
    """The names of columns with those in the row below them, where the first are of several columns each."""
    names = [name.strip() for name in first]
    if len(body) < 2 or len(names) != len(body[0]) or len({*filter(None, names[1:])}) == len(names) - 1:
        return first
    below, rows = [cell.strip() for cell in body[0]], body[1:FEWEST]
    numeric = [sum(is_number(row[place]) for row in rows if place < len(row)) > 1 for place in range(len(names))]
    over = [cell for cell, holds in zip(below, numeric, strict=True) if holds]
    if not over or any(is_missing(cell) or is_number(cell) for cell in over):
        return first
    above = names[:1]
    for name in names[1:]:
        above.append(name or (above[-1] if len(above) > 1 else ""))
    return [" ".join(filter(None, pair)) for pair in zip(above, below, strict=True)]


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


def _names_columns(first: Row, body: list[Row]) -> Guess:
    """Whether a row names the columns."""
    names = [cell.strip() for cell in first]
    if not body:
        return "values" if any(is_number(name) for name in names if not is_missing(name)) else "names"
    columns = [
        [row[place].strip() for row in body[:LOOKED_AT] if place < len(row) and not is_missing(row[place])]
        for place in range(len(names))
    ]
    numeric = [2 * sum(map(is_number, column)) >= len(column) for column in columns]
    above = [name for name, holds in zip(names, numeric, strict=True) if holds and not is_missing(name)]
    if any(not (is_number(name) or is_unmeasured(name)) for name in above):
        return "names"
    # The name of a column stands in no other row, and texts that come up again do.
    texts = [pair for pair, holds in zip(zip(names, columns, strict=True), numeric, strict=True) if not holds]
    alone = [name not in column for name, column in texts]
    # Whoever counts columns counts those, too, in which no row has a number.
    if _counts(names) and any(column and not any(map(is_number, column)) for _, column in texts):
        return "names"
    if any(_is_moment(name) and column and all(map(_is_moment, column)) for name, column in texts):
        return "values"
    if any((unit := _unit(name)) and column and all(_unit(cell) == unit for cell in column) for name, column in texts):
        return "values"
    if not above:
        different = len({name for name in names if not is_missing(name)}) == len(names)
        return "names" if different and all(alone) else "values"
    numbers = [
        column for name, column, holds in zip(names, columns, numeric, strict=True) if holds and not is_missing(name)
    ]
    if _counts(above):
        return "likely names" if all(map(_is_one_of, above, numbers)) else "names"
    # Names of days and of samples hold digits, and what they are called rarely does.
    called = [(name, column) for name, column in texts if column and not is_missing(name)]
    if any(all(map(_has_digit, column)) and not _has_digit(name) for name, column in called):
        return "names"
    repeated = [name not in column and 2 * len(set(column)) <= len(column) for name, column in texts]
    if any(repeated) and len(set(above)) == len(above):
        return "names"
    # An index as pandas writes it has no name; other rows lack no cell there.
    unnamed = not names[0] and len(columns[0]) == len(body[:LOOKED_AT])
    if unnamed and (len(above) > 1 or _counts(columns[0])) and len(set(above)) == len(above):
        return "names"
    # A column alone is called 0 by pandas.
    whole = all(name.isdigit() for name in above) and len(set(above)) == len(above)
    whole = whole and (len(above) > 1 or above == ["0"])
    if whole and all(sum("." in cell for cell in column) > 0.9 * len(column) for column in numbers):
        return "likely names"
    # Years and numbers of genes are no values of their columns.
    if whole and all(alone) and (all(map(_is_far, above, numbers)) or all(map(_is_year, above, numbers))):
        return "likely names"
    if _rises_evenly(above) and not any(map(_rises_evenly, body[:20])):
        return "likely names"
    # Numbers in order that others are not in, and those that pandas counts columns with.
    rise = len(above) >= IN_ORDER and _rises(above) and sum(map(_rises, body)) <= MOST_IN_ORDER * len(body)
    if rise and len(above) >= SURELY_IN_ORDER and len(body) >= FEWEST:
        return "likely names"
    return "likely values" if whole and (rise or _is_count(above)) else "values"


def _is_moment(cell: str) -> bool:
    return LIKE.fullmatch(cell) is not None


def _unit(cell: str) -> str:
    """What stands behind the number that a cell begins with, or nothing."""
    found = MEASURE.fullmatch(cell)
    return found[1] if found else ""


def _has_digit(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def _is_far(name: str, column: Row) -> bool:
    """Whether a number is farther from all of a column that has some rows than those are from each other."""
    found = [value for cell in column if (value := Written().number(cell)) is not None]
    if len(found) < FEWEST:
        return False
    low, high = min(found), max(found)
    return max(low - float(name), float(name) - high) > high - low


def _is_year(name: str, column: Row) -> bool:
    """Whether a number is a year, and hardly any of its column are."""
    return YEAR.fullmatch(name) is not None and 10 * sum(YEAR.fullmatch(cell) is not None for cell in column) < len(
        column
    )


def _is_one_of(name: str, column: Row) -> bool:
    """Whether a number is not outside of the others of its column, all of them whole."""
    with suppress(ValueError):
        found = [*map(int, column)]
        return bool(found) and min(found) <= int(name) <= max(found)
    return False


def _counts(names: Row) -> bool:
    """Whether these are 0, 1, 2, … or 1, 2, 3, …."""
    return len(names) > 2 and _is_count(names)


def _is_count(names: Row) -> bool:
    return any(names == [str(start + i) for i in range(len(names))] for start in (0, 1))


def _rises(cells: Row) -> bool:
    """Whether these are numbers, each larger than the one before."""
    with suppress(ValueError):
        found = [float(cell) for cell in cells if not is_missing(cell)]
        return all(before < after for before, after in pairwise(found))
    return False


def _rises_evenly(cells: Row) -> bool:
    """Whether these are numbers with one and the same step, as wavelengths and years are."""
    with suppress(ValueError):
        found = [float(cell) for cell in cells if not is_missing(cell)]
        steps = [after - before for before, after in pairwise(found)]
        return len(steps) > 1 and steps[0] != 0 and all(abs(step - steps[0]) <= 1e-3 * abs(steps[0]) for step in steps)
    return False
