"""Web pages with a table, which many programs save for Excel to open, and call so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from core.errors import UploadError
from core.uploads.parse.encoding import encoding_in
from core.uploads.parse.format import Format
from core.uploads.parse.header import Row
from core.uploads.parse.parts import largest, of_part, say_part
from core.uploads.parse.raw import Raw
from core.uploads.parse.rows import from_rows

# Columns or rows that a cell may reach over.
SPAN = re.compile("[1-9][0-9]{0,3}")


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """One of the tables of a page, the largest where none was chosen.

    Raises:
        UploadError: it has none, or none with a row below its names.
    """
    page = _Tables()
    page.feed(data.decode(encoding_in(data, format.encoding, notices), errors="replace"))
    tables = {f"table {i}": rows for i, rows in enumerate(map(_laid_out, page.tables), start=1) if any(map(any, rows))}
    if not tables:
        raise UploadError(
            "The file is an HTML page without a table: a server may have answered so in place of the file. Download "
            "it again, or save the table as CSV."
        )
    guess = largest({name: sum(map(len, rows)) for name, rows in tables.items()})
    say_part(tables, guess, "table", notices, format.part)
    return of_part(lambda name: _table(tables[name][format.skip :], format, notices), tables, guess.name, format)


def _table(rows: list[Row], format: Format, notices: list[str]) -> Raw:
    width = max(map(len, rows), default=0)
    numbered = [(i, [*row, *[""] * (width - len(row))]) for i, row in enumerate(rows) if any(row)]
    if not numbered:
        raise UploadError("No row of the table is left below those to skip: skip fewer.")
    return from_rows(numbered, format, False, notices)


@dataclass(frozen=True)
class _Cell:
    """The words of a cell that reaches over some columns and rows."""

    words: list[str]
    columns: int
    rows: int


def _laid_out(table: list[list[_Cell]]) -> list[Row]:
    """The rows of a table: what stands in a cell of several rows is in all of them, of several columns in the first."""
    laid, above = list[Row](), dict[int, tuple[str, int]]()
    for cells in table:
        row, below, rest = Row(), dict[int, tuple[str, int]](), iter(cells)
        while True:
            if len(row) in above:
                reaching = [above[len(row)]]
            elif cell := next(rest, None):
                reaching = [(" ".join(cell.words), cell.rows), *[("", cell.rows)] * (cell.columns - 1)]
            else:
                break
            for text, rows in reaching:
                if rows > 1:
                    below[len(row)] = text, rows - 1
                row.append(text)
        laid.append(row)
        above = below
    return laid


def _reach(attributes: dict[str, str | None], name: str) -> int:
    """Over how many columns or rows a cell says that it reaches, if that can be."""
    said = attributes.get(name) or ""
    return int(said) if SPAN.fullmatch(said) else 1


class _Tables(HTMLParser):
    """The rows of all tables, the words of each cell; what stands in no cell is passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[_Cell]]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            said = dict(attrs)
            self.tables[-1][-1].append(_Cell([], _reach(said, "colspan"), _reach(said, "rowspan")))
        self._is_inside = tag in ("td", "th") or (self._is_inside and tag not in ("table", "tr"))

    def handle_endtag(self, tag: str) -> None:
        self._is_inside &= tag not in ("td", "th", "tr", "table")

    def handle_data(self, data: str) -> None:
        if self._is_inside and self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1].words.extend(data.split())
