"""Tables of text: CSV, TSV and their kin, read row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from core.errors import UploadError
from core.uploads.parse import arff, loggers, placed
from core.uploads.parse.columns import Rows, plans
from core.uploads.parse.dialect import HINT, Dialect, could_be_halves, dialect_of
from core.uploads.parse.encoding import are_quotes_paired, encoding_in
from core.uploads.parse.filling import filled
from core.uploads.parse.format import SPOKEN, Format
from core.uploads.parse.header import Row
from core.uploads.parse.large import at_once
from core.uploads.parse.lines import are_quoted_as_a_whole, beginning, lines_of, unquoted, without_end
from core.uploads.parse.names import names_of
from core.uploads.parse.parted import all_rows, first_rows, rows_below
from core.uploads.parse.raw import Raw
from core.uploads.parse.rows import from_rows
from core.uploads.parse.structure import COMMENT, say_how_it_begins, structure_of
from core.uploads.parse.written import is_number
from core.uploads.phrases import Tally, counted, listed

# Cells that are turned into numbers at once, and bytes from which a table is large.
BLOCK = 100_000
LARGE = 4_000_000


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """A table of numbers (N, D) and columns of text.

    Raises:
        UploadError: it is broken, empty, or holds nothing but names.
    """
    data = without_end(data, notices)
    encoding = encoding_in(data, format.encoding, notices)
    lines = beginning(data, encoding, format.skip)
    if are_quoted_as_a_whole(lines):
        notices.append("Each row was quoted as a whole: the cells in it were read.")
        text = "\n".join(map(unquoted, data.decode(encoding, errors="replace").splitlines()))
        data = text.encode(encoding, errors="replace")
        lines = beginning(data, encoding, format.skip)
    if placed.are_placed(lines[:-1] or lines):
        return placed.read(data, notices)
    skip = format.skip
    dialect = dialect_of(lines, format, is_quoted=are_quotes_paired(data, encoding))
    if HINT.fullmatch(lines[0].strip()):
        lines, skip = lines[1:], skip + 1
    head, writer = loggers.head_of(lines)
    if head:
        notices.append(f"Passed over: {counted(head, 'line')} that {writer} writes above a table.")
        lines, skip = lines[head:], skip + head
    if format.samples == "columns":
        return from_rows(all_rows(lines_of(data, encoding, skip), dialect), format, dialect.delimiter == ";", notices)
    declared, has_class = arff.names_in(lines), arff.ends_with_class(lines)
    if declared:
        data = arff.doubled(data)
        lines = beginning(data, encoding, skip)
        head = arff.end_of_head(lines)
        lines, skip = lines[head:], skip + head
        dialect = arff.dialect_in(lines, dialect)
    numbered = first_rows(lines, dialect)
    structure = structure_of(numbered, format.model_copy(update={"header": "none"}) if declared else format)
    header = structure.header or _commented(lines[: structure.begin], dialect, structure.width)
    header = declared if len(declared) == structure.width else header
    names = names_of(header, structure.width, notices)
    say_how_it_begins(structure, names, "line", notices)
    if (
        header is None
        and format.header == "auto"
        and dialect.delimiter == "," == format.delimiter.replace("auto", ",")
        and could_be_halves(structure.body)
    ):
        notices.append(
            f"Unsure: lines such as {','.join(structure.body[0])} were read as two numbers each, and could be one with "
            "a decimal comma: say that cells are parted by tabs if so."
        )
    if dialect.delimiter != ",":
        notices.append(f"Cells are parted by {SPOKEN.get(dialect.delimiter, dialect.delimiter)}.")
    if not any(map(str.strip, names)) or (not structure.body and len(lines) < 2):
        raise UploadError(
            f"The table is a single line ({listed(names)}): bring one row a sample below its column names."
        )
    planned = plans(names, structure.body, format, dialect.delimiter == ";", notices)
    if has_class and len(declared) == structure.width:
        planned[-1] = replace(planned[-1], column=replace(planned[-1].column, is_class=True))
    tally, above = Tally(), skip + structure.begin
    if len(data) > LARGE and all(plan.is_plain for plan in planned):
        values = at_once(data, encoding, dialect, above + structure.heads, structure.width)
        if values is not None:
            return Raw("table", values, tuple(plan.column for plan in planned))
    rows = rows_below(lines_of(data, encoding, above), dialect, structure, above, tally, notices)
    raw = filled(planned, _some(rows, structure.width), tally, notices)
    if not len(raw.values):
        raise UploadError(
            f"The table has no rows of numbers, only {counted(structure.width, 'column name')} ({listed(names)}): "
            "bring one row a sample."
        )
    return raw


def _commented(above: list[str], dialect: Dialect, width: int) -> list[str] | None:
    """The names in the last comment above a table, as NumPy writes them."""
    for line in reversed(above):
        if line.startswith(COMMENT):
            _, names = next(iter(first_rows([line.lstrip("#%/ ")], dialect)), (0, []))
            # With blanks between numbers, NumPy's users part names by commas nevertheless.
            names = [name.rstrip(",;") for name in names]
            return names if len(names) == width and not any(map(is_number, names)) else None
    return None


def _some(rows: Iterator[tuple[int, Row]], width: int) -> Iterator[tuple[Rows, list[int]]]:
    """Rows, as many at a time as make a block of cells, and their lines."""
    while chunk := list(islice(rows, max(1, BLOCK // width))):
        yield [row for _, row in chunk], [line for line, _ in chunk]
