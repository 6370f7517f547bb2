"""The lines of a text that holds a table, without what is wrapped around them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice

from core.errors import UploadError
from core.uploads.limits import LINE
from core.uploads.phrases import counted

# Lines that are looked at first.
SAMPLE_LINES = 1_000
SAMPLE_CHARACTERS = 4_000_000
QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
DELIMITERS = ",;\t|"


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


def without_end(data: bytes, notices: list[str]) -> bytes:
    """A file without what a device that lost its power left behind the table, and the mark that DOS ends texts with."""
    kept = data.rstrip(b"\0\x1a")
    # The last letter of a UTF-32 text ends with three bytes of zero.
    if 0 < len(data) - len(kept) <= 3 and data.endswith(b"\0"):
        return data
    if len(data) - len(kept) > 3:
        notices.append(f"Passed over: {counted(len(data) - len(kept), 'byte')} of zero behind the table.")
    return kept


def are_quoted_as_a_whole(lines: list[str]) -> bool:
    """Whether every line is one cell, with as many cells in it as in the others."""
    rows = [line for line in lines if line.strip()]
    if len(rows) < 2 or not all(map(QUOTED.fullmatch, rows)):
        return False
    return any(len(counts := {row.count(sign) for row in rows}) == 1 and counts != {0} for sign in DELIMITERS)


def unquoted(line: str) -> str:
    """The cells of a line that was quoted as a whole."""
    found = QUOTED.fullmatch(line)
    return found[1].replace('""', '"') if found else line
