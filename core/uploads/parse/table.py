"""Tables of text: CSV, TSV and their kin, read row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELL, CELLS, COLUMNS, LINE, ROWS, TEXT_COLUMNS, TEXTS
from core.uploads.parse.dialect import Dialect, dialect_of
from core.uploads.parse.encoding import encoding_of
from core.uploads.parse.names import names_of
from core.uploads.parse.numbers import narrow, number
from core.uploads.parse.raw import Raw
from core.uploads.parse.words import Growing, Words
from core.uploads.phrases import Tally, counted, listed, printable, told_apart

# Lines that the dialect is told from, and cells that are turned into numbers at once.
SAMPLE_LINES = 1_000
SAMPLE_CHARACTERS = 4_000_000
BLOCK = 100_000
# Characters of a cell that may be a label or the name of a series.
LONGEST_TEXT = 100
SPOKEN = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def read(data: bytes, notices: list[str]) -> Raw:
    """A table of numbers (N, D) and columns of text.

    Raises:
        UploadError: it is broken, empty, or holds no numbers.
    """
    encoding = encoding_of(data, notices)
    lines = _beginning(data, encoding)
    dialect = dialect_of(lines)
    names = names_of(dialect, notices)
    texts = dialect.texts[:TEXT_COLUMNS]
    columns = [place for place in range(dialect.width) if place not in dialect.texts]
    if not columns and len(lines) < 2:
        raise UploadError(
            f"The table is a single line ({listed(names)}): bring one row a sample below its column names."
        )
    if not columns:
        raise UploadError(
            f"The table holds no numbers: {counted(dialect.width, 'column')} of text ({listed(names)}). Bring at least "
            "one column of numbers, or a TXT file if this is text to learn from."
        )
    if dialect.delimiter != ",":
        notices.append(f"Cells are parted by {SPOKEN[dialect.delimiter]}.")
    if dialect.comma:
        read = printable(dialect.comma.replace(",", "."), 20)
        notices.append(
            f"Numbers have a decimal comma: {printable(dialect.comma, 20)} was read as {read}; if it parts thousands, "
            "take it out of the file."
        )
    tally, words = Tally(), {place: Growing() for place in texts}
    values = _numbers(_rows(data, encoding, dialect, tally, notices), columns, words, dialect, names, tally)
    notices.extend(tally.sentences())
    if not len(values):
        raise UploadError(
            f"The table has no rows of numbers, only {counted(dialect.width, 'column name')} ({listed(names)}): "
            "bring one row a sample."
        )
    if len(dialect.texts) > len(texts):
        notices.append(f"Left out: {len(dialect.texts) - len(texts):,} columns of text after the first {len(texts)}.")
    crowded = [names[place] for place in texts if place not in words]
    if crowded:
        notices.append(
            f"Left out: {counted(len(crowded), 'column')} of text with more than {TEXTS:,} different ones "
            f"({listed(crowded)})."
        )
    words_by_name = {names[place]: _short(column) for place, column in words.items()}
    return Raw("table", values, tuple(names[place] for place in columns), words_by_name)


def _short(column: Growing) -> Words:
    """A column of text, what is too long for a label cut."""
    return Words(column.codes, tuple(told_apart((text[:LONGEST_TEXT] for text in column.known), LONGEST_TEXT)))


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    for count, line in enumerate(io.TextIOWrapper(io.BytesIO(data), encoding, newline=""), start=1):
        if len(line) > LINE:
            raise UploadError(
                f"Line {count:,} has {len(line):,} characters; at most {LINE:,} are read: bring a table with "
                "one sample a line."
            )
        yield line


def _beginning(data: bytes, encoding: str) -> list[str]:
    """The first lines, at least one and not too many characters."""
    lines: list[str] = []
    length = 0
    for line in islice(_lines(data, encoding), SAMPLE_LINES):
        lines.append(line)
        length += len(line)
        if length > SAMPLE_CHARACTERS:
            break
    if not any(line.strip() for line in lines):
        raise UploadError("The file holds nothing but empty lines: bring a table with one sample a row.")
    return lines


def _rows(
    data: bytes, encoding: str, dialect: Dialect, tally: Tally, notices: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header with the lines they end in, each as wide as the table."""
    reader = csv.reader(_lines(data, encoding), delimiter=dialect.delimiter, strict=True)
    above, most = dialect.header, min(ROWS, CELLS // dialect.width)
    begins, count = 1, 0
    try:
        for row in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell and not cell.isspace() for cell in row):
                tally.add("Passed over:", "empty line", "", f"line {line:,}")
                continue
            if above is not None:
                above = None
                continue
            if len(row) > COLUMNS:
                raise UploadError(f"Line {line:,} has {len(row):,} cells; at most {COLUMNS:,} columns are read.")
            if len(row) != dialect.width:
                rest = row[dialect.width :]
                if any(map(str.strip, rest)):
                    tally.add("Left out:", "row", f"with more than {dialect.width:,} cells", f"line {line:,}")
                    continue
                if not rest:
                    after = f"with fewer than {dialect.width:,} cells"
                    tally.add("Filled up with missing values:", "row", after, f"line {line:,}")
                row = row[: dialect.width] + [""] * (dialect.width - len(row))
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


def _numbers(
    rows: Iterator[tuple[int, list[str]]],
    columns: list[int],
    words: dict[int, Growing],
    dialect: Dialect,
    names: list[str],
    tally: Tally,
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The numbers of some `columns`, (N, D); the cells of others go to `words`, which loses those of too many texts."""
    everything, whole = bytearray(), len(columns) == dialect.width
    while chunk := list(islice(rows, max(1, BLOCK // dialect.width))):
        block = []
        for line, row in chunk:
            for place, column in words.items():
                column.append(row[place].strip())
            wanted = row if whole else [row[place] for place in columns]
            block.append(_fast(wanted, dialect.decimal) or _with_care(wanted, columns, dialect, names, tally, line))
        narrowed = narrow(np.array(block), tally, f"lines {chunk[0][0]:,} to {chunk[-1][0]:,}")
        everything += narrowed.tobytes()
        for place in [place for place, column in words.items() if len(column.known) > TEXTS]:
            del words[place]
    return np.frombuffer(everything, np.float32).reshape(-1, len(columns))


def _fast(cells: list[str], decimal: str) -> list[float] | None:
    """The numbers of a row where all cells are some; Python alone would also take 1_000 for one."""
    together = "\0".join(cells)
    if "_" in together:
        return None
    if decimal == ",":
        if "." in together:
            return None
        cells = together.replace(",", ".").split("\0")
    try:
        return [*map(float, cells)]
    except ValueError:
        return None


def _with_care(
    cells: list[str], columns: list[int], dialect: Dialect, names: list[str], tally: Tally, line: int
) -> list[float]:
    """The numbers of a row, NaN where there is none."""
    found = []
    for place, cell in zip(columns, cells, strict=True):
        value = number(cell, dialect.decimal)
        if value is None:
            where = f'"{printable(cell, 20)}" in line {line:,}, column {printable(names[place], 30)}'
            tally.add("Taken as missing:", "cell", "that holds no number", where)
        found.append(np.nan if value is None else value)
    return found
