"""Rows of cells that are all at hand, as those of a sheet are, to a table."""

from __future__ import annotations

from core.errors import UploadError
from core.uploads.parse.columns import plans
from core.uploads.parse.filling import filled
from core.uploads.parse.format import Format
from core.uploads.parse.names import names_of
from core.uploads.parse.raw import Raw
from core.uploads.parse.structure import Row, say_how_it_begins, structure_of
from core.uploads.phrases import Tally, listed

SAMPLE_ROWS = 1_000
BLOCK = 1_000
# Cells of a table that are turned: as texts they take ten times the room of numbers.
MOST_TURNED = 10_000_000
Numbered = list[tuple[int, Row]]


def from_rows(numbered: Numbered, format: Format, semicolons: bool, notices: list[str]) -> Raw:
    """The table in rows, none of them blank, each with its place; `semicolons` part the cells of European tables.

    Raises:
        UploadError: there is nothing below the names of the columns.
    """
    if format.samples == "columns":
        numbered = _turned(numbered, format)
    structure = structure_of(numbered[:SAMPLE_ROWS], format)
    names = names_of(structure.header, structure.width, notices)
    say_how_it_begins(structure, names, "row", notices)
    body = [(i, row) for i, row in numbered if i >= structure.begin + (structure.header is not None)]
    if not body:
        raise UploadError(f"The table has a single row ({listed(names)}): bring one row a sample below its names.")
    body = [(i, [*row[: structure.width], *[""] * (structure.width - len(row))]) for i, row in body]
    blocks = (body[start : start + BLOCK] for start in range(0, len(body), BLOCK))
    chunks = (([row for _, row in block], [i + 1 for i, _ in block]) for block in blocks)
    return filled(plans(names, structure.body, format, semicolons, notices), chunks, Tally(), notices)


def _turned(numbered: Numbered, format: Format) -> Numbered:
    """The columns of a table as rows, what stands above it left out."""
    structure = structure_of(numbered[:SAMPLE_ROWS], format)
    rows = [row for i, row in numbered if i >= structure.begin]
    width = max(structure.width, len(rows[0]))
    if len(rows) * width > MOST_TURNED:
        raise UploadError(
            f"The table has {len(rows) * width:,} cells; at most {MOST_TURNED:,} are turned: turn it before, or bring "
            "fewer rows."
        )
    if len(rows[0]) == structure.width - 1:
        # As R writes names of columns, without one for the names of rows.
        rows[0] = ["", *rows[0]]
    even = ([*row[:width], *[""] * (width - len(row))] for row in rows)
    return [(i, [*column]) for i, column in enumerate(zip(*even, strict=True)) if any(map(str.strip, column))]
