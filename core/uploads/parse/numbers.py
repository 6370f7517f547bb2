"""Numbers as people write them, and as 32-bit floats hold them."""

from __future__ import annotations

import math
import re

import numpy as np

from core.uploads.parse.raw import Array
from core.uploads.phrases import Tally

NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?")
WORDS = frozenset({"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"})
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "nil", "-", "?", "."})
LARGEST = float(np.finfo(np.float32).max)
# From here on a 32-bit float cannot hold every whole number.
EXACT = 2**24
BLOCK = 1 << 20


def is_missing(cell: str) -> bool:
    """Whether a cell says that it holds nothing."""
    return cell.strip().lower() in MISSING


def is_number(cell: str) -> bool:
    """Whether a cell is a number, with a decimal point or a decimal comma."""
    text = cell.strip()
    return NUMBER.fullmatch(text) is not None or text.lower() in WORDS


def number(cell: str, decimal: str) -> float | None:
    """A cell's number, NaN if it is missing, None if it is something else."""
    if is_missing(cell):
        return math.nan
    text = cell.strip()
    other = "," if decimal == "." else "."
    return float(text.replace(decimal, ".")) if is_number(text) and other not in text else None


def narrow(values: Array, tally: Tally, where: str) -> Array:
    """Numbers of any shape as 32-bit floats, those without end or too large as NaN; `tally` hears of what changed."""
    narrowed = np.empty(values.shape, np.float32)
    flat, result = values.reshape(-1), narrowed.reshape(-1)
    for start in range(0, len(flat), BLOCK):
        with np.errstate(all="ignore"):
            wide = flat[start : start + BLOCK].astype(np.float64)
        endless = np.abs(wide) > LARGEST
        if endless.any():
            tally.add("Taken as missing:", "number", "without end or above 3.4e38", where, int(endless.sum()))
            wide[endless] = np.nan
        block = result[start : start + BLOCK]
        block[:] = wide
        rounded = (np.abs(wide) > EXACT) & (block != wide) & (wide == np.floor(wide))
        if rounded.any():
            tally.add("Rounded to 7 digits:", "whole number", "above 16,777,216", where, int(rounded.sum()))
    return narrowed
