"""Names for the columns of a table."""

from __future__ import annotations

from core.uploads.dialect import Dialect
from core.uploads.phrases import counted, printable


def names_of(dialect: Dialect, notices: list[str]) -> list[str]:
    """A name for every column, no two the same."""
    width, given = dialect.width, [printable(cell) for cell in dialect.header or []]
    if len(given) > width:
        notices.append(
            f"The first row has {len(given):,} names and most rows have {counted(width, 'cell')}: the "
            f"last {counted(len(given) - width, 'name')} went unused."
        )
    elif dialect.header and len(given) == width - 1:
        # As R writes a table with row names; other readers make the first column an index and say nothing.
        given.insert(0, "")
        notices.append("The first row has one name fewer than there are columns: the first column has none.")
    elif dialect.header and len(given) < width:
        notices.append(f"The first row names {len(given):,} of {width:,} columns; the rest are numbered.")
    names: list[str] = []
    taken, doubled = set[str](), 0
    for place in range(width):
        name = (given[place] if place < len(given) else "") or f"column {place + 1}"
        doubled += name in taken
        copies = 1
        unique = name
        while unique in taken:
            copies += 1
            unique = f"{name} ({copies})"
        taken.add(unique)
        names.append(unique)
    if doubled:
        notices.append(f"{counted(doubled, 'column name')} came up before and got a number, such as in a (2).")
    return names
