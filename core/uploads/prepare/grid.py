"""The columns of a table as people look them through: what each is, what it is for, and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np

from core.uploads.parse.format import Kind
from core.uploads.parse.raw import Column, Raw
from core.uploads.phrases import printable
from core.uploads.prepare.columns import cells_of, kind_of, missing_shares
from core.uploads.prepare.options import Options, Role
from core.uploads.prepare.roles import as_table, roles_of
from core.uploads.prepare.times import written
from core.uploads.prepare.ways import way_of

# Columns shown at once, bars of a histogram, the rows that it counts at least, and cells that stand for a column.
MOST = 200
BARS = 12
ROWS = 10_000
EXAMPLES = 3


@dataclass(frozen=True)
class Told:
    """A column: its name, what it is and what it is for, the share of missing cells, counts (BARS,), cells, and why."""

    name: str
    kind: Kind
    role: Role
    missing: float
    histogram: tuple[int, ...]
    examples: str
    why: str


def grid(raw: Raw, options: Options, wanted: str = "") -> list[Told]:
    """The first columns of a table or of an array with two dimensions whose names hold what is `wanted`.

    Raises:
        UploadError: there is no column of a name that was chosen, or no column of values is left.
    """
    table = as_table(raw)
    roles = roles_of(table, options, way_of(raw, options), [])
    shares = missing_shares(table)
    return [
        Told(
            column.name,
            kind_of(table, column, options),
            roles.by_name[column.name],
            shares[column.name],
            _histogram(table, column),
            _examples(table, column),
            roles.why[column.name] or "its cells are numbers",
        )
        for column in islice((column for column in table.columns if wanted.lower() in column.name.lower()), MOST)
    ]


def _histogram(raw: Raw, column: Column) -> tuple[int, ...]:
    """How many rows have each of the texts that come up most, or numbers in even steps from least to largest.

    Of a long table some rows are counted, evenly spaced.
    """
    if column.kind == "text":
        counts = np.bincount(raw.words[column.name].codes)
        return tuple(np.sort(counts)[::-1][:BARS].tolist())
    values = cells_of(raw, column)[:: max(1, len(raw.values) // ROWS)]
    values = values[np.isfinite(values)].astype(np.float64)
    return tuple(np.histogram(values, BARS)[0].tolist()) if len(values) else ()


def _examples(raw: Raw, column: Column) -> str:
    if column.kind == "text":
        return ", ".join(printable(text, 20) for text in raw.words[column.name][:EXAMPLES])
    cells = cells_of(raw, column)[:ROWS].reshape(-1)
    values = cells[~np.isnan(cells)][:EXAMPLES].astype(np.float64)
    if column.kind == "time":
        return ", ".join(written(values))
    # All digits of whole numbers: ids and days may differ in the last.
    return ", ".join(
        f"{value:.0f}" if value == np.floor(value) and abs(value) < 1e15 else f"{value:.6g}" for value in values
    )
