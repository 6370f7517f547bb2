"""Workbooks of one sheet as old and as binary Excel write them, no larger than they must be."""

import struct
from collections.abc import Sequence

from tests.files import zipped

Rows = Sequence[Sequence[str | float]]
# Bytes of a sector, what names none, the end of a chain of sectors, and the table of them itself.
SECTOR, FREE, END, TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(rows: Rows) -> bytes:
    """A workbook of Excel 97: records (BIFF 8) in a compound file."""

    def record(number: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", number, len(content)) + content

    def begin(what: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, what, 0, 1997, 0, 0x600))

    def cell(row: int, column: int, value: str | float) -> bytes:
        where = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            return record(0x204, where + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
        return record(0x203, where + struct.pack("<d", value))

    def head(at: int) -> bytes:
        return begin(0x5) + record(0x85, struct.pack("<IH", at, 0) + b"\x04\0data") + record(0xA)

    cells = [cell(i, j, value) for i, row in enumerate(rows) for j, value in enumerate(row)]
    # The sheet follows what says where it is.
    return compound("Workbook", head(len(head(0))) + begin(0x10) + b"".join(cells) + record(0xA))


def compound(name: str, content: bytes) -> bytes:
    """A compound file of a single stream: a head, the table of sectors, the directory, and the stream."""
    # A shorter one would stand in a stream of small sectors.
    count = max(8, -(-len(content) // SECTOR))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (title + "\0").encode("utf-16-le")
        return text.ljust(64, b"\0") + struct.pack("<HBBIII36xIQ", len(text), kind, 1, FREE, FREE, child, start, size)

    head = struct.pack("<Q16x5H6x", 0xE11AB1A1E011CFD0, 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 0x1000, END, 0, END, 0)
    tables = struct.pack("<109I", 0, *[FREE] * 108)
    chain = [TABLE, END, *range(3, count + 2), END]
    chains = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    directory = entry("Root Entry", 5, 1, END, 0) + entry(name, 2, FREE, 2, count * SECTOR) + bytes(256)
    return head + tables + chains + directory + content.ljust(count * SECTOR, b"\0")


def xlsb(rows: Rows) -> bytes:
    """A binary workbook of Excel 2007: records (BIFF 12) in a ZIP."""

    def record(number: int, content: bytes = b"") -> bytes:
        size = len(content)
        sizes = [size] if size < 128 else [size & 127 | 128, size >> 7]
        return number.to_bytes(1 if number < 128 else 2, "little") + bytes(sizes) + content

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    def cell(column: int, value: str | float) -> bytes:
        where = struct.pack("<II", column, 0)
        return record(6, where + text(value)) if isinstance(value, str) else record(5, where + struct.pack("<d", value))

    size = struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1)
    lines = [
        record(0, struct.pack("<I13x", i)) + b"".join(cell(j, value) for j, value in enumerate(row))
        for i, row in enumerate(rows)
    ]
    sheet = [record(0x181), record(0x194, size), record(0x191), *lines, record(0x192), record(0x182)]
    named = record(0x19C, struct.pack("<II", 0, 1) + text("rId1") + text("data"))
    book = [record(0x183), record(0x199, bytes(8)), record(0x18F), named, record(0x190), record(0x19D), record(0x184)]
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "xl/workbook.bin": b"".join(book),
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        }
    )
