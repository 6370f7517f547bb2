"""Names for the columns of a table."""

from __future__ import annotations

from core.uploads.phrases import counted, printable, told_apart

LONGEST_NAME = 60
# What can be chosen in place of a column of labels.
CHOICES = ("auto", "none")


def names_of(header: list[str] | None, width: int, notices: list[str]) -> list[str]:
    """A name for every column, no two the same."""
    given = [printable(cell, LONGEST_NAME) for cell in header or []]
    # Names that end with a delimiter as rows do not, or the other way round, are not too many.
    given = given[:-1] if len(given) > width and not given[-1] else given
    if len(given) > width:
        notices.append(
            f"The first row has {len(given):,} names and most rows have {counted(width, 'cell')}: the "
            f"last {counted(len(given) - width, 'name')} went unused."
        )
    elif header and len(given) == width - 1:
        # As R writes a table with row names; other readers make the first column an index and say nothing.
        given.insert(0, "")
        notices.append("The first row has one name fewer than there are columns: the first column has none.")
    elif header and len(given) < width:
        notices.append(f"The first row names {len(given):,} of {width:,} columns; the rest are numbered.")
    named = [(given[place] if place < len(given) else "") or f"column {place + 1}" for place in range(width)]
    chosen = [name for name in named if name in CHOICES]
    if chosen:
        named = [f"{name} (column)" if name in CHOICES else name for name in named]
        notices.append(
            f"{counted(len(chosen), 'column')} got another name, as in auto (column): auto and none are choices beside "
            "the columns."
        )
    names = told_apart(named, LONGEST_NAME)
    doubled = sum(before != after for before, after in zip(named, names, strict=True))
    if doubled:
        notices.append(f"{counted(doubled, 'column name')} came up before and got a number, such as in a (2).")
    return names
