"""Weka's tables of text (ARFF): the names that stand above their rows, and the signs that quote texts in them."""

from __future__ import annotations

import re

from core.errors import UploadError
from core.uploads.parse.dialect import Dialect
from core.uploads.parse.structure import COMMENT

# How a column is named.
ATTRIBUTE = re.compile(r"@attribute\s+(?:'([^']+)'|\"([^\"]+)\"|(\S+))", re.IGNORECASE)
# A cell in the other of the two signs that quote texts.
SINGLE = re.compile(rb"(?m)(^|,)([ \t]*)'((?:[^'\\\r\n]|\\.)*)'(?=[ \t]*(?:,|\r?$))")


def names_in(lines: list[str]) -> list[str]:
    """The names of the columns that are declared in the first lines of a text; of a text of another kind none."""
    return [next(filter(None, found.groups())) for line in lines if (found := ATTRIBUTE.match(line))]


def ends_with_class(lines: list[str]) -> bool:
    """Whether the last of the columns that are declared lists its values: that is the class, unless Weka is told."""
    return "{" in next((line for line in reversed(lines) if ATTRIBUTE.match(line)), "")


def doubled(data: bytes) -> bytes:
    """A text with its cells in double quotation marks, where they were in single ones."""
    return SINGLE.sub(_doubled, data)


def end_of_head(lines: list[str]) -> int:
    """How many lines stand above the rows."""
    return next((i + 1 for i, line in enumerate(lines) if line.lower().startswith("@data")), 0)


def dialect_in(lines: list[str], guess: Dialect) -> Dialect:
    """The dialect of rows, which tabs or commas part and either sign may quote texts in.

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
    return Dialect("\t" if guess.delimiter == "\t" else ",", quote, "\\")


def _doubled(cell: re.Match[bytes]) -> bytes:
    """A cell of ARFF in double quotation marks."""
    return cell[1] + cell[2] + b'"' + cell[3].replace(b'"', b'\\"') + b'"'
