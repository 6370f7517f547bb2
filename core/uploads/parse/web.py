"""Web pages with a table, which many programs save for Excel to open, and call so."""

from __future__ import annotations

from html.parser import HTMLParser

from core.errors import UploadError
from core.uploads.parse.encoding import encoding_in
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.parse.rows import from_rows
from core.uploads.parse.structure import Row
from core.uploads.phrases import counted


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The largest table of a page.

    Raises:
        UploadError: it has none, or none with a row below its names.
    """
    page = _Tables()
    page.feed(data.decode(encoding_in(data, format.encoding, notices), errors="replace"))
    rows = max(page.tables, key=lambda table: sum(map(len, table)), default=[])[format.skip :]
    width = max(map(len, rows), default=0)
    numbered = [(i, [*row, *[""] * (width - len(row))]) for i, row in enumerate(rows) if any(row)]
    if not numbered:
        raise UploadError(
            "The file is an HTML page without a table: a server may have answered so in place of the file. Download "
            "it again, or save the table as CSV."
        )
    if len(page.tables) > 1:
        notices.append(f"Of {counted(len(page.tables), 'table')} of the page the largest was read.")
    return from_rows(numbered, format, False, notices)


class _Tables(HTMLParser):
    """The rows of all tables; what stands in no cell is passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[Row]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
        self._is_inside = tag in ("td", "th") or (self._is_inside and tag not in ("table", "tr"))

    def handle_endtag(self, tag: str) -> None:
        self._is_inside &= tag not in ("td", "th", "tr", "table")

    def handle_data(self, data: str) -> None:
        if self._is_inside and self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] = f"{self.tables[-1][-1][-1]} {' '.join(data.split())}".strip()
