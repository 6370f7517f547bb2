"""Tables of text: CSV, TSV and their kin, read row by row.

Rows are parted by Python's csv module, which says in which line a quotation mark was left open and how many cells a row
has: pandas fills up short rows without a word, and leaves out long ones. PyArrow reads large tables that have nothing
but numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

import pyarrow
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv

from core.errors import UploadError
from core.uploads.limits import CELL, CELLS, COLUMNS, LINE, MB, ROWS
from core.uploads.parse import placed
from core.uploads.parse.columns import Rows, plans
from core.uploads.parse.dialect import HINT, Dialect, could_be_halves, dialect_of
from core.uploads.parse.encoding import are_quotes_paired, encoding_in
from core.uploads.parse.filling import compact, filled, joined
from core.uploads.parse.format import SPOKEN, Format
from core.uploads.parse.header import Row
from core.uploads.parse.names import names_of
from core.uploads.parse.numbers import LARGEST
from core.uploads.parse.raw import Array, Raw
from core.uploads.parse.rows import Numbered, from_rows, refuse_to_turn
from core.uploads.parse.structure import COMMENT, Structure, is_rule, say_how_it_begins, structure_of
from core.uploads.parse.written import is_number
from core.uploads.phrases import Tally, counted, listed

# Lines that the dialect is told from, and cells that are turned into numbers at once.
SAMPLE_LINES = 1_000
SAMPLE_CHARACTERS = 4_000_000
BLOCK = 100_000
# Bytes from which a table is large, and those of it that are read at once, a line at least.
LARGE = 4_000_000
BYTES = 8 * MB + LINE
# How ARFF names a column.
ATTRIBUTE = re.compile(r"@attribute\s+(?:'([^']+)'|\"([^\"]+)\"|(\S+))", re.IGNORECASE)
# A cell in the other of the two signs that quote texts there.
SINGLE = re.compile(rb"(?m)(^|,)([ \t]*)'((?:[^'\\\r\n]|\\.)*)'(?=[ \t]*(?:,|\r?$))")
QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
# How LabVIEW ends what is said of a measurement, of all of them and then of each.
END_OF_HEAD = "***End_of_Header***"
DELIMITERS = ",;\t|"


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """A table of numbers (N, D) and columns of text.

    Raises:
        UploadError: it is broken, empty, or holds nothing but names.
    """
    data = _without_end(data, notices)
    encoding = encoding_in(data, format.encoding, notices)
    lines = beginning(data, encoding, format.skip)
    if _are_quoted_as_a_whole(lines):
        notices.append("Each row was quoted as a whole: the cells in it were read.")
        text = "\n".join(map(_unquoted, data.decode(encoding, errors="replace").splitlines()))
        data = text.encode(encoding, errors="replace")
        lines = beginning(data, encoding, format.skip)
    if placed.are_placed(lines[:-1] or lines):
        return placed.read(data, notices)
    skip = format.skip
    dialect = dialect_of(lines, format, is_quoted=are_quotes_paired(data, encoding))
    if HINT.fullmatch(lines[0].strip()):
        lines, skip = lines[1:], skip + 1
    head = max((i for i, line in enumerate(lines, start=1) if line.startswith(END_OF_HEAD)), default=0)
    if 0 < head < len(lines):
        notices.append(f"Passed over: {counted(head, 'line')} that LabVIEW writes above a table.")
        lines, skip = lines[head:], skip + head
    if format.samples == "columns":
        return from_rows(all_rows(lines_of(data, encoding, skip), dialect), format, dialect.delimiter == ";", notices)
    declared = [next(filter(None, found.groups())) for line in lines if (found := ATTRIBUTE.match(line))]
    if declared:
        data = SINGLE.sub(_doubled, data)
        lines = beginning(data, encoding, skip)
        begin = next((i + 1 for i, line in enumerate(lines) if line.lower().startswith("@data")), 0)
        lines, skip = lines[begin:], skip + begin
        dialect = _dialect_of_arff(lines, dialect)
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
    tally, above = Tally(), skip + structure.begin
    if len(data) > LARGE and all(plan.is_plain for plan in planned):
        values = _at_once(data, encoding, dialect, above + structure.heads, structure.width)
        if values is not None:
            return Raw("table", values, tuple(plan.column for plan in planned))
    rows = _rows(lines_of(data, encoding, above), dialect, structure, above, tally, notices)
    raw = filled(planned, _some(rows, structure.width), tally, notices)
    if not len(raw.values):
        raise UploadError(
            f"The table has no rows of numbers, only {counted(structure.width, 'column name')} ({listed(names)}): "
            "bring one row a sample."
        )
    return raw


def _doubled(cell: re.Match[bytes]) -> bytes:
    """A cell of ARFF in double quotation marks."""
    return cell[1] + cell[2] + b'"' + cell[3].replace(b'"', b'\\"') + b'"'


def _dialect_of_arff(lines: list[str], dialect: Dialect) -> Dialect:
    """The dialect of the rows below what ARFF declares, where either sign may quote texts.

    Raises:
        UploadError: the rows name the places of values.
    """
    rows = [line for line in lines if not line.lstrip().startswith(COMMENT)]
    if any(line.lstrip().startswith("{") for line in rows):
        raise UploadError(
            "The file is a sparse ARFF one, whose rows name the places of values: have Weka's SparseToNonSparse write "
            "all of them, or save a table as CSV."
        )
    quote = max("\"'", key=lambda sign: sum(line.count(sign) for line in rows))
    return Dialect("\t" if dialect.delimiter == "\t" else ",", quote, "\\")


def _are_quoted_as_a_whole(lines: list[str]) -> bool:
    """Whether every line is one cell, with as many cells in it as in the others."""
    rows = [line for line in lines if line.strip()]
    if len(rows) < 2 or not all(map(QUOTED.fullmatch, rows)):
        return False
    return any(len(counts := {row.count(sign) for row in rows}) == 1 and counts != {0} for sign in DELIMITERS)


def _unquoted(line: str) -> str:
    found = QUOTED.fullmatch(line)
    return found[1].replace('""', '"') if found else line


def _without_end(data: bytes, notices: list[str]) -> bytes:
    """A file without what a device that lost its power left behind the table, and the mark that DOS ends texts with."""
    kept = data.rstrip(b"\0\x1a")
    # The last letter of a UTF-32 text ends with three bytes of zero.
    if 0 < len(data) - len(kept) <= 3 and data.endswith(b"\0"):
        return data
    if len(data) - len(kept) > 3:
        notices.append(f"Passed over: {counted(len(data) - len(kept), 'byte')} of zero behind the table.")
    return kept


def _at_once(data: bytes, encoding: str, dialect: Dialect, above: int, width: int) -> Array | None:
    """The rows below some lines where PyArrow reads each cell as a number, in a third of the time; else None."""
    if dialect.is_blank:
        return None
    # Most large tables are pictures, and bytes are sooner read as such.
    kinds = (pyarrow.uint8(), pyarrow.float64())
    found = (_of_one_kind(kind, data, encoding, dialect, above, width) for kind in kinds)
    return next((values for values in found if values is not None), None)


def _of_one_kind(
    kind: pyarrow.DataType, data: bytes, encoding: str, dialect: Dialect, above: int, width: int
) -> Array | None:
    """The rows below some lines where each cell is a number of one kind."""
    names, blocks, count = [*map(str, range(width))], list[Array](), 0
    try:
        with open_csv(
            pyarrow.py_buffer(data),
            ReadOptions(use_threads=False, block_size=BYTES, skip_rows=above, column_names=names, encoding=encoding),
            ParseOptions(delimiter=dialect.delimiter, quote_char=dialect.quote or '"'),
            ConvertOptions(column_types=dict.fromkeys(names, kind), null_values=[]),
        ) as batches:
            for batch in batches:
                block = batch.to_tensor().to_numpy()
                count += len(block)
                # What is missing or without end, of which no comparison holds, is told of with its line.
                if not -LARGEST <= block.min() <= block.max() <= LARGEST or count > min(ROWS, CELLS // width):
                    return None
                blocks.append(compact(block))
    except (pyarrow.ArrowException, LookupError):
        return None
    return joined(blocks)


def lines_of(data: bytes, encoding: str, skip: int) -> Iterator[str]:
    """The lines of a text, the first ones skipped."""
    stream = io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace", newline="")
    for count, line in enumerate(stream, start=1):
        if len(line) > LINE:
            raise UploadError(
                f"Line {count:,} has {len(line):,} characters; at most {LINE:,} are read: bring a table with "
                "one sample a line."
            )
        if count > skip:
            yield line


def beginning(data: bytes, encoding: str, skip: int) -> list[str]:
    """The first lines, at least one and not too many characters."""
    lines: list[str] = []
    length = 0
    for line in islice(lines_of(data, encoding, skip), SAMPLE_LINES):
        lines.append(line)
        length += len(line)
        if length > SAMPLE_CHARACTERS:
            break
    if not any(line.strip() for line in lines):
        raise UploadError("The file holds nothing but empty lines: bring a table with one sample a row.")
    return lines


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


def _rows(
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
