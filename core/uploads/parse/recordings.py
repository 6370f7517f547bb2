"""Tables of an archive that have the same columns, such as one a recording: one table that says where a row is from."""

from __future__ import annotations

import zipfile

from core.errors import UploadError
from core.uploads.limits import FEWEST_SAMPLES
from core.uploads.parse.dialect import Dialect, dialect_of
from core.uploads.parse.encoding import are_quotes_paired, encoding_in
from core.uploads.parse.folders import classes_of
from core.uploads.parse.format import Format
from core.uploads.parse.header import Row
from core.uploads.parse.lines import SAMPLE_LINES, lines_of
from core.uploads.parse.names import names_of
from core.uploads.parse.parted import all_rows
from core.uploads.parse.picture import Unreadable
from core.uploads.parse.pictures import may_be_opened, unpack
from core.uploads.parse.raw import Raw
from core.uploads.parse.rows import SAMPLE_ROWS, named
from core.uploads.parse.structure import structure_of
from core.uploads.phrases import Tally, counted, printable

# Cells of all tables: as texts they take ten times the room of numbers.
MOST = 10_000_000


def read(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], format: Format, notices: list[str]) -> Raw | None:
    """The rows of all tables, each file a series where they are many; None where they do not have the same columns.

    Raises:
        UploadError: they are too large.
    """
    tally, dialect, columns, cells = Tally(), None, None, 0
    tables: dict[str, list[Row]] = {}
    for info in members:
        if not may_be_opened(info, tally):
            continue
        try:
            dialect, header, width, rows = _table(unpack(archive, info), format, dialect)
        except (Unreadable, UploadError) as error:
            tally.add("Left out:", "table", "that cannot be read", f"{printable(info.filename)}: {error}")
            continue
        columns = columns or (header, width)
        if columns != (header, width):
            return None
        tables[info.filename] = [row for row in rows if len(row) == width]
        if len(tables[info.filename]) < len(rows):
            uneven = len(rows) - len(tables[info.filename])
            tally.add("Left out:", "row", f"without {counted(width, 'cell')}", printable(info.filename), uneven)
        cells += width * len(rows)
        if cells > MOST:
            raise UploadError(f"The tables have more than {MOST:,} cells together: bring fewer or shorter ones.")
    if dialect is None or columns is None:
        return None
    header, width = columns
    classes = classes_of(list(tables), notices)
    file = "series" if len(tables) >= FEWEST_SAMPLES else "file"
    notices.append(
        f"{counted(len(tables), 'table')} with the same columns became one; {file} says where a row is from."
    )
    notices.extend(tally.sentences())
    names = names_of([file, *classes, *(header or [""] * width)], 1 + len(classes) + width, notices)
    whose = zip(tables.items(), *classes.values(), strict=True)
    body = [[name, *kinds, *row] for (name, rows), *kinds in whose for row in rows]
    raw = named(names, [*enumerate(body)], format, dialect.delimiter == ";", notices)
    return raw if raw.names else None


def _table(data: bytes, format: Format, dialect: Dialect | None) -> tuple[Dialect, Row | None, int, list[Row]]:
    """The dialect of a table, which is that of the first, the names of its columns if it has any, its width and rows.

    Raises:
        UploadError: it cannot be read.
    """
    encoding = encoding_in(data, format.encoding, [])
    lines = [*lines_of(data, encoding, format.skip)]
    dialect = dialect or dialect_of(lines[:SAMPLE_LINES], format, is_quoted=are_quotes_paired(data, encoding))
    numbered = all_rows(lines, dialect)
    structure = structure_of(numbered[:SAMPLE_ROWS], format)
    rows = [row for line, row in numbered if line >= structure.begin][structure.heads :]
    return dialect, structure.header, structure.width, rows
