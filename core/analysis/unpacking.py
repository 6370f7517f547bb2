"""A file of codes that somebody brings back: its samples beside the held-out ones that they were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.code_file import open_codes
from core.analysis.data import counts, flat, shown_of
from core.analysis.result import Context, Result, measured
from core.errors import LatentLabError
from core.protocol import Array

# Samples that are shown.
SHOWN = 24


@dataclass(frozen=True, kw_only=True)
class Unpacked(Result):
    """The first held-out samples, `originals` (n, …), and what a file of `size` bytes has of them, `opened` (n, …)."""

    originals: Array
    opened: Array
    size: int
    mse: float = measured(
        "Opened file: held-out MSE",
        "",
        ".3g",
        "lower",
        "Squared error per value between all held-out samples and what the file holds.",
    )


def unpack(context: Context, file: str) -> Unpacked:
    """Open a file of codes, its bytes given as hexadecimal digits.

    Raises:
        LatentLabError: it is no such file, was damaged, another model's, or of other samples.
    """
    content, shown = bytes.fromhex(file), shown_of(context.dataset)
    opened = open_codes(context.model, content)
    if len(opened) != len(shown.x):
        raise LatentLabError(f"This file holds {len(opened):,} samples; there are {len(shown.x):,} held-out ones here.")
    return Unpacked(
        counts=counts(context.dataset, shown),
        originals=shown.x[:SHOWN].numpy(),
        opened=opened[:SHOWN].numpy(),
        size=len(content),
        mse=float(np.square(flat(shown.x) - flat(opened), dtype=np.float64).mean()),
    )
