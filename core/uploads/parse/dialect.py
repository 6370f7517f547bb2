"""How a table of text is written: what parts its cells, and how cells are quoted."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from core.uploads.parse.format import SPOKEN, Format
from core.uploads.parse.written import is_number

# What CleverCSV looks at: it takes longer than a line of text is worth.
LINES = 100
CHARACTERS = 20_000
# A table with blanks between its cells has as many of them in most of its rows, most of them numbers.
MOST = 0.8
SIGNS = ",;|"
WIDE = "  "
QUOTED = re.compile(r'"[^"]*"|\S+')
BETWEEN = re.compile(r"\s{2,}")
# What is written behind a number.
COMMENT = re.compile(r"((?:^|\s)[-+]?[.\d][-+.\deE]*)\s+#.*")
SHARP = re.compile(r"^\s*#\s+")
CLOCK = re.compile(r"\d:\d\d")
PAIR = re.compile(r'(^|\s)"[^"]+"(\s|$)')
LIST = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
# A comma that stands between no two digits.
OUTSIDE = re.compile(r"(?<!\d),|,(?!\d)")
# A number with a decimal comma, or two whole ones; a fraction that begins with a 0.
HALVES = re.compile(r"[-+]?\d+,\d+")
ZERO = re.compile(r",0\d")
HINT = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """What parts cells, and the signs that quote cells and escape quotes, if any.

    A blank stands for any number of blanks, two for two or more.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing but blanks part cells, so that nobody sees where one is empty."""
        return not self.delimiter.strip(" ")

    def reader(self, lines: Iterable[str]) -> Any:
        """The rows of these lines, as Python's csv module reads them."""
        if self.delimiter == WIDE:
            lines = (BETWEEN.sub("\t", line.strip()) for line in lines)
        elif self.delimiter == " ":
            lines = (_without_comment(line.replace("\t", " ")).rstrip() for line in lines)
        return csv.reader(
            lines,
            delimiter="\t" if self.delimiter == WIDE else self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            skipinitialspace=True,
            strict=True,
        )


def dialect_of(lines: list[str], format: Format, is_quoted: bool) -> Dialect:
    """The dialect of a table that begins with these lines; `is_quoted` where quotation marks come in pairs."""
    hint = HINT.fullmatch(lines[0].strip()) if lines else None
    blanks: str | None = format.delimiter if format.delimiter in (" ", WIDE) else None
    if format.delimiter == "auto" and not hint:
        blanks = next((blanks for blanks in (" ", WIDE) if _has_between(lines, blanks)), None)
    if blanks:
        # In a list of words a quotation mark is one of them.
        return Dialect(blanks, '"' if any(map(PAIR.search, lines)) else "")
    if format.delimiter != "auto":
        return Dialect(format.delimiter, '"' if is_quoted or format.delimiter != "\t" else "")
    if hint:
        return Dialect(hint[1])
    from clevercsv import Detector
    from clevercsv.exceptions import Error, NoDetectionResult

    sample, length = list[str](), 0
    for line in lines[:LINES]:
        sample.append(line)
        length += len(line)
        if length > CHARACTERS:
            break
    found = None
    # It reads no NUL, which Python does.
    with suppress(Error, NoDetectionResult):
        found = Detector().detect("".join(sample)[:CHARACTERS])
    if found and found.delimiter and _suits(found.delimiter, sample):
        delimiter, escape = found.delimiter, found.escapechar or ""
        # A file of tabs has no quotes of its own: a mark that stands alone is an inch.
        unquoted = not is_quoted or (not found.quotechar and any('"' in line for line in sample))
        quote = "" if delimiter == "\t" and unquoted else "'" if found.quotechar == "'" else '"'
    else:
        delimiter, quote, escape = _most_regular(lines), '"', ""
    if delimiter == "," and _are_halves(lines):
        return Dialect("\t")
    # Commas are in numbers and names, blanks before units; so is any sign that some rows have more of than others.
    if delimiter in (",", " ") or _regularity(delimiter, sample)[0] < 1:
        better = next((sign for sign in ";\t|" if sign != delimiter and _are_parted_by(sign, sample)), None)
        if better:
            return Dialect(better)
    return Dialect(delimiter, quote, escape)


def _suits(delimiter: str, lines: list[str]) -> bool:
    """Whether a sign may part the cells of these lines, however likely that looks otherwise."""
    if delimiter == " ":
        return _are_even(lines)
    return delimiter in SPOKEN and not (delimiter == ":" and _have_clocks(lines))


def _has_between(lines: list[str], blanks: str) -> bool:
    """Whether nearly all lines are as many cells, most of them numbers, with nothing but blanks between them."""
    table = [line for line in lines[:LINES] if line.strip() and not line.lstrip().startswith(("#", "%"))]
    rows = [QUOTED.findall(_without_comment(line)) if blanks == " " else BETWEEN.split(line.strip()) for line in table]
    # A tab is one of the blanks where others stand in rows.
    if not rows or (any("\t" in line for line in table) and not all(WIDE in line for line in table)):
        return False
    # Of words before their numbers, some are a comma or have one inside.
    first = sum(any(sign in row[0] for sign in SIGNS) for row in rows)
    if first > (1 - MOST) * len(rows) or any(
        sign in cell for row in rows for cell in row[1:] for sign in SIGNS if not cell.startswith('"')
    ):
        return False
    width, count = Counter(map(len, rows)).most_common(1)[0]
    cells = [cell for row in rows if len(row) == width for cell in row[:200]]
    return (
        width > 1 and count >= MOST * len(rows) and sum(is_number(cell.strip('"')) for cell in cells) > len(cells) / 2
    )


def _without_comment(line: str) -> str:
    """A line without what is written behind its numbers, where nothing is quoted; a sharp at its begin is no cell."""
    if "#" not in line:
        return line
    line = SHARP.sub("#", line)
    return line if '"' in line else COMMENT.sub(r"\1", line)


def _have_clocks(lines: list[str]) -> bool:
    """Whether colons part hours from minutes, or names from values that other signs part."""
    return any(CLOCK.search(line) or any(sign in line for sign in SIGNS) for line in lines[1:])


def _are_even(lines: list[str]) -> bool:
    """Whether all lines have as many words: in a column of names some have more than one."""
    return len({len(line.split()) for line in lines if line.strip()}) == 1


def _are_halves(lines: list[str]) -> bool:
    """Whether the commas are decimal ones of a single column, whose name has none."""
    first, *body = [line.strip() for line in lines if line.strip()] or [""]
    if len(body) < 2 or not all(map(HALVES.fullmatch, body)):
        return False
    # No whole number begins with a 0, as a fraction may.
    return "," not in first or (HALVES.fullmatch(first) is not None and any(ZERO.search(line) for line in body))


def could_be_halves(rows: list[list[str]]) -> bool:
    """Whether two whole numbers in each row could be one with a decimal comma."""
    return len(rows) > 1 and all(len(row) == 2 and HALVES.fullmatch(",".join(row)) for row in rows)


def _are_parted_by(sign: str, lines: list[str]) -> bool:
    """Whether every line below those above the table has as many of a sign, and commas are but in numbers and lists."""
    rows = [line.strip(" \r\n").split(sign) for line in lines if line.strip()]
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    first, *body = [*dropwhile(lambda row: len(row) != width, rows)] or [[]]
    if width < 2 or not body or any(len(row) != width for row in body):
        return False
    return not any("," in name for name in first) or not any(
        OUTSIDE.search(LIST.sub("", cell)) for row in body for cell in row
    )


def _most_regular(lines: list[str]) -> str:
    """The delimiter that gives most rows one and the same number of cells, above one."""
    return max((",", ";", "\t", "|"), key=lambda delimiter: _regularity(delimiter, lines))


def _regularity(delimiter: str, lines: list[str]) -> tuple[float, int]:
    """The share of lines that have as many of a delimiter as most have, if any, and how many that is."""
    widths = Counter(line.count(delimiter) for line in lines if line.strip())
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return (count / widths.total(), width) if width else (0.0, 0)
