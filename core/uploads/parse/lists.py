"""Many numbers in one cell: pixels with blanks between them, embeddings in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from core.uploads.parse.numbers import is_missing
from core.uploads.parse.raw import Array

NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
BARE = re.compile(rf"\s*{NUMBER}(?:(?:\s*[,;|]\s*|\s+){NUMBER})+\s*")
BRACKETS = re.compile(r"\s*(?:array|tensor)?\(?[\[({](.*)[\])}]\)?\s*", re.DOTALL)
PARTS = str.maketrans(",;|", "   ")
# Numbers of a cell without brackets, of which fewer may be a place or a date.
FEWEST = 4
# What brackets, or somebody who says so, make a list.
PAIR = 2
LOOKED_AT = 50
MOST = 0.9


def length_of(cells: Sequence[str], fewest: int = FEWEST) -> int:
    """How many numbers nearly all of these cells hold, 0 where they are no lists of one length.

    Without brackets a cell has to hold the `fewest`.
    """
    texts = [cell for cell in cells if not is_missing(cell)][:LOOKED_AT]
    found = [len(numbers) for text in texts if (numbers := _numbers(text, fewest)) is not None]
    length = found[0] if found else 0
    return length if length and found.count(length) >= MOST * len(texts) else 0


def numbers_in(cell: str, length: int) -> Array:
    """The numbers of a cell, float64 (length,), NaN where it holds another number of them."""
    found = _numbers(cell, PAIR)
    return np.full(length, np.nan) if found is None or len(found) != length else found


def _numbers(cell: str, fewest: int) -> Array | None:
    inside = BRACKETS.fullmatch(cell)
    text = inside[1] if inside else cell
    if BARE.fullmatch(text) is None:
        return None
    found = np.array(text.translate(PARTS).split(), np.float64)
    return found if len(found) >= (PAIR if inside else fewest) else None
