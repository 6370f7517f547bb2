"""Rows of cells that are all at hand, as those of a sheet are, to a table."""

from __future__ import annotations

from core.errors import UploadError
from core.uploads.parse.columns import plans
from core.uploads.parse.filling import filled
from core.uploads.parse.format import Format
from core.uploads.parse.header import Row
from core.uploads.parse.names import names_of
from core.uploads.parse.raw import Raw
from core.uploads.parse.structure import is_remark, say_how_it_begins, structure_of
from core.uploads.phrases import Tally, listed

SAMPLE_ROWS = 1_000
BLOCK = 1_000
# Cells of a table that are turned: as texts they take ten times the room of numbers.
MOST_TURNED = 10_000_000
Numbered = list[tuple[int, Row]]


def from_rows(numbered: Numbered, format: Format, semicolons: bool, notices: list[str]) -> Raw:
    """The table in rows, none of them blank, each with its place; `semicolons` part the cells of European tables.

    Rows are equally long, but for those that are turned.

    Raises:
        UploadError: there is nothing below the names of the columns, or it is too large to be turned.
    """
    if format.samples == "columns":
        numbered = _turned(numbered, format, notices)
    structure = structure_of(numbered[:SAMPLE_ROWS], format)
    names = names_of(structure.header, structure.width, notices)
    say_how_it_begins(structure, names, "row", notices)
    body = [(i, row) for i, row in numbered if i >= structure.begin][structure.heads :]
    if not body:
        raise UploadError(f"The table has a single row ({listed(names)}): bring one row a sample below its names.")
    return named(names, body, format, semicolons, notices)


def named(names: list[str], body: Numbered, format: Format, semicolons: bool, notices: list[str]) -> Raw:
    """The table of rows, each with its place, below the names of its columns."""
    blocks = (body[start : start + BLOCK] for start in range(0, len(body), BLOCK))
    chunks = (([row for _, row in block], [i + 1 for i, _ in block]) for block in blocks)
    shown = [row for _, row in body[:SAMPLE_ROWS]]
    return filled(plans(names, shown, format, semicolons, notices), chunks, Tally(), notices)


def refuse_to_turn(cells: int) -> None:
    """Refuse a table of too many cells.

    Raises:
        UploadError: they are more than are turned.
    """
    if cells > MOST_TURNED:
        raise UploadError(
            f"The table has more than {MOST_TURNED:,} cells; no more are turned: turn it before, or bring fewer rows."
        )


def _turned(numbered: Numbered, format: Format, notices: list[str]) -> Numbered:
    """The columns of a table as rows, what stands above it left out."""
    structure = structure_of(numbered[:SAMPLE_ROWS], format)
    rows = {i: row for i, row in numbered if i >= structure.begin and not is_remark(row, structure.width)}
    width = max(structure.width, len(rows[structure.begin]))
    refuse_to_turn(len(rows) * width)
    if len(rows[structure.begin]) == structure.width - 1:
        # As R writes names of columns, without one for the names of rows.
        rows[structure.begin] = ["", *rows[structure.begin]]
    tally, even = Tally(), list[Row]()
    for i, row in rows.items():
        if any(map(str.strip, row[width:])):
            tally.add("Left out:", "column", f"with more than {width:,} cells", f"line {i + 1:,}")
            continue
        if len(row) < width:
            tally.add("Filled up with missing values:", "column", f"with fewer than {width:,} cells", f"line {i + 1:,}")
        even.append([*row[:width], *[""] * (width - len(row))])
    notices.extend(tally.sentences())
    return [(i, [*column]) for i, column in enumerate(zip(*even, strict=True)) if any(map(str.strip, column))]
