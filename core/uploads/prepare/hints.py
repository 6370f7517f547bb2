"""What else the rows of a table could be that were taken for vectors."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from core.uploads.limits import STEPS
from core.uploads.parse.dates import LIKE, form_of
from core.uploads.parse.header import YEAR
from core.uploads.parse.raw import Raw
from core.uploads.phrases import column_name, counted, listed
from core.uploads.prepare.columns import are_pixels, called, numbers_of
from core.uploads.prepare.roles import Table

# Rows that are looked at, and columns called like dates that are steps.
ROWS = 64
FEWEST = 8
YEARS = ("year", "jahr", "año", "année")
# Steps of a series, at the least.
SHORTEST = 3


def say_what_else(table: Table, raw: Raw, notices: list[str]) -> None:
    """Say whether the vectors of a table could be pictures, sequences, or steps of series."""
    dates = [name for name in table.names if LIKE.fullmatch(name) or YEAR.fullmatch(name)]
    if are_pixels(table.values[:ROWS]):
        side = int(len(table.names) ** 0.5)
        notices.append(
            f"Unsure: rows of {len(table.names):,} bytes were read as vectors, and could be pictures of {side} × "
            f"{side} pixels: read them as pictures if so."
        )
    elif len(dates) >= FEWEST and 2 * len(dates) > len(table.names) and _are_steps(dates):
        others = [name for name in table.names if name not in dates]
        remedy = f"read rows as sequences if they are steps{f', and leave out {listed(others, 4)}' if others else ''}"
        if len(dates) > STEPS:
            remedy = (
                f"a sequence has at most {STEPS:,} steps, so if they are steps, say that samples are its columns and "
                "read windows, each of whose steps is a date"
            )
        notices.append(
            f"Unsure: {counted(len(dates), 'column')} called like dates ({listed(dates, 3)}) were read as a vector: "
            f"{remedy}."
        )
    elif (name := _of_series(raw)) is not None:
        notices.append(
            f"Unsure: each row was read as a sample, and could be a step of a series for each of column "
            f"{column_name(name)}: say that it is the id of series if so."
        )


def _are_steps(names: list[str]) -> bool:
    """Whether these are dates, or years one after the other."""
    if all(map(YEAR.fullmatch, names)):
        return all(int(before) < int(after) for before, after in pairwise(names))
    return form_of(names, False) is not None


def _of_series(raw: Raw) -> str | None:
    """The column of text each of whose values comes with other times, if there is one and rows have times."""
    year = next(filter(None, (called(known, raw.names) for known in YEARS)), None)
    times = [column.name for column in raw.columns if column.kind == "time"] or ([year] if year else [])
    if len(times) != 1:
        return None
    moments = np.unique(numbers_of(raw, times[0]), return_inverse=True)[1].astype(np.int64)
    for name, words in raw.words.items():
        if not 1 < len(words.names) <= len(words) // SHORTEST:
            continue
        if len(np.unique(words.codes * (moments.max() + 1) + moments)) == len(words):
            return name
    return None
