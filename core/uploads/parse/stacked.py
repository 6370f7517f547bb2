"""Names of columns that stand in several rows, as pandas and spreadsheets write them."""

from __future__ import annotations

from itertools import takewhile

from core.uploads.parse.header import Row
from core.uploads.parse.numbers import is_missing, is_unmeasured
from core.uploads.parse.written import is_number

# Rows that are looked at to see which columns hold numbers.
FEWEST = 10


def names_in(rows: list[Row]) -> tuple[Row, int]:
    """The names of the columns of a table that begins with these rows, and how many of them hold names.

    A name of several columns, which stands above the first of them or above each, goes before those in the row below.
    Behind such rows pandas names the first columns, its index, in a row of their own.
    """
    levels = [[cell.strip() for cell in rows[0]]]
    while _are_shared(_joined(levels)) and _tell_apart(levels[-1], rows[len(levels) :]):
        levels.append([cell.strip() for cell in rows[len(levels)]])
    if len(levels) == 1:
        return rows[0], 1
    index = _index_in(rows[len(levels) :])
    return [*index, *_joined(levels)[len(index) :]], len(levels) + bool(index)


def stands_over(above: Row, rows: list[Row]) -> bool:
    """Whether a row above a table has the names of several columns each, which its own do not tell apart."""
    is_one = len(above) == len(rows[0]) and sum(map(bool, map(str.strip, above))) > 1
    return is_one and _are_shared([cell.strip() for cell in rows[0]]) and names_in([above, *rows])[1] > 1


def _are_shared(names: Row) -> bool:
    """Whether a name behind the first is one of several columns: it comes up again, or none stands behind it."""
    return len({*filter(None, names[1:])}) < len(names) - 1


def _tell_apart(names: Row, rows: list[Row]) -> bool:
    """Whether the first of these rows names what columns with one name hold."""
    if len(rows) < 2 or len(rows[0]) != len(names):
        return False
    below, rest = [cell.strip() for cell in rows[0]], rows[1:FEWEST]
    # What stands in front of all names, or has one of its own, needs none.
    front = len([*takewhile(is_missing, below)])
    named = [place < front or (name and names.count(name) == 1) for place, name in enumerate(names)]
    numeric = [sum(is_number(row[place]) for row in rest if place < len(row)) > 1 for place in range(len(names))]
    over = [cell for cell, own, holds in zip(below, named, numeric, strict=True) if holds and (cell or not own)]
    if any(map(is_missing, over)):
        # Names of several columns may stand below others.
        return not any(map(is_number, over)) and _tell_apart(_spread(below), rows[1:])
    if not over or any(map(is_unmeasured, over)):
        return False
    if not any(map(is_number, over)):
        return True
    # Years, or what pandas counts columns with, beside an index that has no name in this row.
    has_index = (front == 1 or bool(_index_in(rows[1:]))) and all(row[0].strip() for row in rest)
    pairs = {*zip(_spread(names)[1:], below[1:], strict=True)}
    return has_index and all(map(str.isdigit, over)) and len(pairs) == len(names) - 1


def _joined(levels: list[Row]) -> Row:
    """The names of columns, those of several before their own."""
    *above, own = levels
    return [" ".join(filter(None, names)) for names in zip(*map(_spread, above), own, strict=True)]


def _spread(names: Row) -> Row:
    """Names that stand above the first of several columns, above all of them."""
    spread = names[:1]
    for name in names[1:]:
        spread.append(name or (spread[-1] if len(spread) > 1 else ""))
    return spread


def _index_in(rows: list[Row]) -> Row:
    """The names of the first columns, where the first of these rows holds nothing else and the next one does."""
    if len(rows) < 2:
        return []
    cells = [cell.strip() for cell in rows[0]]
    index = [*takewhile(bool, cells)]
    is_alone = not any(cells[len(index) :]) and any(map(str.strip, rows[1][len(index) :]))
    return index if is_alone and not any(map(is_number, index)) else []
