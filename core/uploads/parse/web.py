"""Web pages with a table, which many programs save for Excel to open, and call so."""

from __future__ import annotations

from html.parser import HTMLParser

from core.errors import UploadError
from core.uploads.parse.encoding import encoding_in
from core.uploads.parse.format import Format
from core.uploads.parse.header import Row
from core.uploads.parse.parts import largest, of_part, say_part
from core.uploads.parse.raw import Raw
from core.uploads.parse.rows import from_rows


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """One of the tables of a page, the largest where none was chosen.

    Raises:
        UploadError: it has none, or none with a row below its names.
    """
    page = _Tables()
    page.feed(data.decode(encoding_in(data, format.encoding, notices), errors="replace"))
    found = ([[" ".join(cell) for cell in row] for row in rows] for rows in page.tables)
    tables = {f"table {i}": rows for i, rows in enumerate(found, start=1) if any(map(any, rows))}
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


class _Tables(HTMLParser):
    """The rows of all tables, the words of each cell; what stands in no cell is passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[list[str]]]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append([])
        self._is_inside = tag in ("td", "th") or (self._is_inside and tag not in ("table", "tr"))

    def handle_endtag(self, tag: str) -> None:
        self._is_inside &= tag not in ("td", "th", "tr", "table")

    def handle_data(self, data: str) -> None:
        if self._is_inside and self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1].extend(data.split())
