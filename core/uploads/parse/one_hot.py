"""Classes that a table without names has in its last columns, one of which is 1 in each row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.uploads.limits import FEWEST_SAMPLES
from core.uploads.parse.raw import Array, Column, Raw
from core.uploads.parse.words import Words

# Of two columns one is 1 wherever the other is not, whatever they mean; more than so many are looked at together.
FEWEST = 3
MOST = 100
# Rows that are looked at first.
ROWS = 64


def gathered(raw: Raw) -> Raw:
    """A table with the last columns as one, of categories, where they are one-hot; it is told."""
    count = _last_one_hot(raw)
    if not count:
        return raw
    width = len(raw.columns)
    name = f"column {width - count + 1} to {width}"
    notice = (
        f"Unsure: of the last {count} columns one is 1 in each row: they were read as {count} classes, {name}: make it "
        "a value if they are none."
    )
    classes = Words(raw.values[:, -count:].argmax(axis=1).astype(np.int32), tuple(map(str, range(count))))
    return replace(
        raw,
        values=raw.values[:, :-count],
        columns=(*raw.columns[:-count], Column(name, "text", f"one of {count} columns is 1 in each row")),
        words={name: classes},
        notices=(*raw.notices, notice),
    )


def _last_one_hot(raw: Raw) -> int:
    """How many of the last columns are one-hot, 0 where none are, or where columns have names."""
    # Texts have no values, and lists have several columns of them.
    are_plain = raw.names == tuple(f"column {i + 1}" for i in range(len(raw.columns)))
    if raw.form != "table" or not are_plain or len(raw.values) < FEWEST_SAMPLES:
        return 0
    some = raw.values[:: max(1, len(raw.values) // ROWS), : -MOST - 1 : -1]
    alone = np.logical_and.accumulate(_are_set(some).all(axis=0)) & (np.cumsum(some, axis=1) == 1).all(axis=0)
    likely = (int(place) + 1 for place in np.flatnonzero(alone))
    count = next((count for count in likely if _is_one_hot(raw.values[:, -count:])), 0)
    return count if FEWEST <= count < len(raw.columns) else 0


def _are_set(values: Array) -> Array:
    """Which numbers are 0 or 1."""
    return np.asarray((values == 0) | (values == 1))


def _is_one_hot(columns: Array) -> bool:
    return bool(_are_set(columns).all() and (columns.sum(axis=1) == 1).all())
