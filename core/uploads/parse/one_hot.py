"""Classes that a table without names has in its last columns, one of which is 1 in each row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.uploads.limits import FEWEST_SAMPLES
from core.uploads.parse.raw import Column, Raw
from core.uploads.parse.words import Words

# Of two columns one is 1 wherever the other is not, whatever they mean; more than so many are looked at together.
FEWEST = 3
MOST = 100


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
    is_named = any(column.name != f"column {i + 1}" for i, column in enumerate(raw.columns))
    if raw.form != "table" or is_named or raw.words or len(raw.values) < FEWEST_SAMPLES:
        return 0
    last = raw.values[:, : -MOST - 1 : -1]
    ones = np.cumsum(last == 1, axis=1)
    alone = np.logical_and.accumulate(((last == 0) | (last == 1)).all(axis=0)) & (ones == 1).all(axis=0)
    count = int(alone.argmax()) + 1 if alone.any() else 0
    return count if FEWEST <= count < len(raw.columns) else 0
