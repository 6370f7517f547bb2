"""The columns of a table, filled with its rows, some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

import numpy as np

from core.uploads.limits import TEXT_COLUMNS, TEXTS
from core.uploads.parse import dates
from core.uploads.parse.columns import Plan, Rows, by_cell
from core.uploads.parse.numbers import is_missing, is_unmeasured, without_endless
from core.uploads.parse.raw import Array, Raw
from core.uploads.parse.words import Growing, Words
from core.uploads.phrases import Tally, counted, listed, printable, told_apart

# Characters of a cell that may be a label or the name of a series.
LONGEST_TEXT = 100
HOLDS_NO = {
    "number": "without a number",
    "time": "without a date",
    "list": "with another count of numbers",
}


class Filling:
    """Columns that are filled with the rows of a table, some at a time."""

    def __init__(self, plans: list[Plan], tally: Tally) -> None:
        texts = [place for place, plan in enumerate(plans) if plan.column.kind == "text"]
        self._plans, self._tally = plans, tally
        self._too_many = [plans[place].column.name for place in texts[TEXT_COLUMNS:]]
        self._words = {place: Growing() for place in texts[:TEXT_COLUMNS]}
        self._dates = {place: Growing() for place, plan in enumerate(plans) if plan.dated}
        self._valued = [place for place, plan in enumerate(plans) if plan.column.kind != "text"]
        self._numbers = [place for place in self._valued if plans[place].column.kind == "number"]
        self._plain = all(plans[place].is_plain for place in self._valued)
        self._everything = len(self._valued) == len(plans)
        self._blocks: list[Array] = []
        self._crowded: list[str] = []

    def add(self, rows: Rows, lines: Sequence[int]) -> None:
        """Rows as wide as there are columns, and the lines that they begin in."""
        values = self._at_once(rows)
        if values is None:
            rows, lines = self._of_numbers(rows, lines)
            if not rows:
                return
        for place, growing in list(self._words.items()):
            for row in rows:
                growing.append(row[place].strip())
            if len(growing.known) > TEXTS:
                self._crowded.append(self._plans[place].column.name)
                del self._words[place]
        where = f"lines {lines[0]:,} to {lines[-1]:,}"
        values = self._values(rows, lines) if values is None else values
        self._blocks.append(compact(without_endless(values, self._tally, where)))

    def _at_once(self, rows: Rows) -> Array | None:
        """The values of rows of which Python reads every cell that should hold a number."""
        if not self._plain:
            return None
        wanted = rows if self._everything else [[row[place] for place in self._valued] for row in rows]
        # Python alone would take 1_000 for a number.
        if any("_" in "".join(row) for row in wanted):
            return None
        try:
            return np.array([[*map(float, row)] for row in wanted], np.float64).reshape(len(rows), -1)
        except ValueError:
            return None

    def _of_numbers(self, rows: Rows, lines: Sequence[int]) -> tuple[Rows, Sequence[int]]:
        """Rows without those that are about the others: units, names once more, a rule."""
        kept = []
        for place, row in enumerate(rows):
            if self._is_about_others(row):
                self._tally.add("Passed over:", "row", "with words in place of numbers", f"line {lines[place]:,}")
            else:
                kept.append(place)
        if len(kept) == len(rows):
            return rows, lines
        return [rows[place] for place in kept], [lines[place] for place in kept]

    def _is_about_others(self, row: Sequence[str]) -> bool:
        """Whether words stand in all cells of a row that should hold a number and hold anything."""
        words = 0
        for place in self._numbers:
            cell = row[place]
            # Nearly every number begins so.
            if cell.lstrip("-")[:1].isdigit() or is_unmeasured(cell):
                return False
            if not is_missing(cell):
                if self._plans[place].form.number(cell) is not None:
                    return False
                words += 1
        # One word alone may be a number that was not taken, unless nothing else stands there.
        return words > 1 or (words == 1 < len(row) and sum(not is_missing(cell) for cell in row) == 1)

    def _values(self, rows: Rows, lines: Sequence[int]) -> Array:
        for place, growing in self._dates.items():
            for row in rows:
                growing.append(row[place].strip())
        parts = [
            np.full((len(rows), 1), np.nan)
            if place in self._dates
            else self._column(self._plans[place], [row[place] for row in rows], lines)
            for place in self._valued
        ]
        return np.concatenate(parts, axis=1) if parts else np.empty((len(rows), 0))

    def _column(self, plan: Plan, cells: list[str], lines: Sequence[int]) -> Array:
        """The values of one column, and a word for each cell that should hold some and does not."""
        values = (plan.numbers or by_cell(plan.form))(cells)
        for place in np.flatnonzero(np.isnan(values).all(axis=1)).tolist():
            if not is_missing(cells[place]):
                name = printable(plan.column.name, 30)
                where = f'"{printable(cells[place], 20)}" in line {lines[place]:,}, column {name}'
                self._tally.add("Taken as missing:", "cell", HOLDS_NO[plan.column.kind], where)
        return values

    def table(self, notices: list[str]) -> Raw:
        """What was filled in."""
        if self._too_many:
            notices.append(f"Left out: {len(self._too_many):,} columns of text after the first {TEXT_COLUMNS}.")
        if self._crowded:
            notices.append(
                f"Left out: {counted(len(self._crowded), 'column')} of text with more than {TEXTS:,} different ones "
                f"({listed(self._crowded)})."
            )
        values = joined(self._blocks)
        widths = (self._plans[place].column.width for place in self._valued)
        begins = dict(zip(self._valued, accumulate(widths, initial=0), strict=False))
        for place, growing in self._dates.items():
            values[:, begins[place]] = self._moments(self._plans[place], growing, notices)
        gone = {*self._too_many, *self._crowded}
        columns = tuple(plan.column for plan in self._plans if plan.column.name not in gone)
        words = {self._plans[place].column.name: _short(growing) for place, growing in self._words.items()}
        return Raw("table", values, columns, words, gone=tuple(self._crowded))

    def _moments(self, plan: Plan, column: Growing, notices: list[str]) -> Array:
        """Dates (N,) as seconds, in the format that more of them have."""
        texts, name = list(column.known), printable(plan.column.name, 30)
        readings = {form: dates.seconds(texts, form) for form in plan.dated}
        fitting = {form: int(np.isfinite(found).sum()) for form, found in readings.items()}
        best = max(fitting, key=lambda form: fitting[form])
        if len({*fitting.values()}) == 1 and fitting[best]:
            example = next(text for text, moment in zip(texts, readings[best], strict=True) if np.isfinite(moment))
            notices.append(
                f"Unsure: dates in column {name} such as {printable(example, 30)} were read with the "
                f"{'day' if best.startswith('%d') else 'month'} first; the other way round would do as well."
            )
        codes = column.codes
        times = np.bincount(codes, minlength=len(texts))
        for code in np.flatnonzero(np.isnan(readings[best])).tolist():
            if not is_missing(texts[code]):
                where = f'"{printable(texts[code], 20)}", column {name}'
                self._tally.add("Taken as missing:", "cell", HOLDS_NO["time"], where, int(times[code]))
        return readings[best][codes]


def _short(column: Growing) -> Words:
    """A column of text, what is too long for a label cut."""
    return Words(column.codes, tuple(told_apart((text[:LONGEST_TEXT] for text in column.known), LONGEST_TEXT)))


def compact(values: Array) -> Array:
    """Numbers as bytes, where all of them are whole and fit one."""
    with np.errstate(invalid="ignore"):
        small = values.astype(np.uint8)
    return small if (small == values).all() else values


def joined(blocks: list[Array]) -> Array:
    """All rows, as bytes where all are whole numbers that fit one."""
    kind = np.uint8 if all(block.dtype == np.uint8 for block in blocks) else np.float64
    width = blocks[0].shape[1] if blocks else 0
    joined = np.empty((sum(map(len, blocks)), width), kind)
    start = 0
    while blocks:
        block = blocks.pop(0)
        joined[start : start + len(block)] = block
        start += len(block)
    return joined


def filled(plans: list[Plan], rows: Iterable[tuple[Rows, Sequence[int]]], tally: Tally, notices: list[str]) -> Raw:
    """A table of all rows, which come some at a time with their lines."""
    filling = Filling(plans, tally)
    for some, lines in rows:
        filling.add(some, lines)
    raw = filling.table(notices)
    notices.extend(tally.sentences())
    return raw
