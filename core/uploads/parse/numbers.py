"""What a cell says that holds no number, and which numbers are held."""

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.uploads.phrases import Tally

MISSING = frozenset(
    {
        *("", "na", "n/a", "n.a.", "n/d", "n.d.", "<na>", "nan", "-nan", "nat", "null", "(null)", "none", "nil", "\\n"),
        *("k.a.", "-", "--", "–", "—", "?", ".", "..", "...", "missing", "(blank)", "(leer)", "(vide)"),
        # What Microsoft's C writes, and the missing values of SAS and Stata.
        *("1.#qnan", "-1.#qnan", "1.#ind", "-1.#ind", "nan(ind)", "-nan(ind)"),
        *(f".{letter}" for letter in ascii_lowercase),
        # Excel's errors in English, German, French, Spanish, Italian and Portuguese.
        *("#n/a", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!", "#nv", "#wert!", "#bezug!", "#zahl!"),
        *("#valeur!", "#nombre!", "#nom?", "#nul!", "#n/d", "#¡div/0!", "#¡valor!", "#¡ref!", "#¡num!", "#¿nombre?"),
        *("#valore!", "#rif!", "#nome?", "#valor!"),
    }
)  # fmt: skip
# Below or above all that can be measured, and too wide for its column in Fortran.
UNMEASURED = re.compile(r"\s*([<>≤≥]\s*[\d.,]+|\*{2,})\s*")
LARGEST = float(np.finfo(np.float32).max)
BLOCK = 1 << 20


def is_missing(cell: str) -> bool:
    """Whether a cell says that it holds nothing."""
    return cell.strip().lower() in MISSING


def is_unmeasured(cell: str) -> bool:
    """Whether a cell says that what should stand there could not be measured."""
    return UNMEASURED.fullmatch(cell) is not None


def without_endless(values: NDArray[Any], tally: Tally, where: str) -> NDArray[Any]:
    """Numbers of any shape, those without end or too large as NaN; `tally` hears of them.

    It happens in place, unless the numbers lie in another order than their dimensions, as MATLAB's do.
    """
    values = np.ascontiguousarray(values)
    flat = values.reshape(-1)
    for start in range(0, len(flat), BLOCK):
        block = flat[start : start + BLOCK]
        endless = np.abs(block) > LARGEST
        if endless.any():
            tally.add("Taken as missing:", "number", "without end or above 3.4e38", where, int(endless.sum()))
            block[endless] = np.nan
        # Damaged files hold some that signal: each look at them is a warning.
        block[np.isnan(block)] = np.nan
    return values
