"""Whether a text is a table, which its name does not always tell."""

from __future__ import annotations

from collections import Counter

from core.errors import UploadError
from core.uploads.parse import loggers
from core.uploads.parse.dialect import dialect_of
from core.uploads.parse.encoding import encoding_of
from core.uploads.parse.format import Format
from core.uploads.parse.lines import beginning
from core.uploads.parse.parted import first_rows
from core.uploads.parse.placed import are_placed
from core.uploads.parse.written import is_number

# Bytes of a text that tell whether it is a table, and the share of its rows that are then as wide.
LOOKED_AT = 200_000
MOST = 0.9
# Rows that make a table of texts, and the longest of its cells.
FEWEST = 5
SHORT = 40
# Lines above it that it may have.
ABOVE = 20


def is_table(data: bytes, format: Format) -> bool:
    """Whether text is a table: nearly all of its first lines have as many cells.

    Most of them are numbers, or those of one column are, or lines are many short cells. One cell alone is a number.
    Lines that name places are one, too.
    """
    try:
        data = data[:LOOKED_AT]
        lines = beginning(data, encoding_of(data, []), 0)
        lines = lines[:-1] if len(data) == LOOKED_AT else lines
        if are_placed(lines):
            return True
        lines = lines[loggers.head_of(lines)[0] :]
        dialect = dialect_of(lines, format, is_quoted=True)
        rows = [row for _, row in first_rows(lines, dialect)]
    except UploadError:
        return False
    widths = Counter(map(len, rows))
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    # What stands above a table is none of it.
    above = next((place for place, row in enumerate(rows) if len(row) == width), 0)
    rows = rows[above if above <= ABOVE else 0 :]
    if not width or count <= MOST * len(rows):
        return False
    full = [row for row in rows if len(row) == width]
    numbers = [sum(map(is_number, column)) for column in zip(*full, strict=True)]
    if width == 1:
        # A name may stand above numbers, and hardly a word is one.
        return count >= FEWEST and numbers[0] >= MOST * (count - 1)
    if 2 * sum(numbers) > width * count:
        return True
    if count < FEWEST:
        return False
    # Blanks part the words of a text as well, but no text has as many in each line, a number always in one place.
    if dialect.is_blank:
        return width > 2 and count == len(rows) == max(numbers)
    short = all(len(cell) <= SHORT for row in full for cell in row)
    return max(numbers) >= MOST * (count - 1) or (width > 2 and short)
