"""The columns of a table, each of one kind: told from its first rows, then filled with all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np

from core.uploads.limits import TEXT_COLUMNS, TEXTS
from core.uploads.parse import dates, lists
from core.uploads.parse.format import Format
from core.uploads.parse.numbers import is_missing, without_endless
from core.uploads.parse.raw import Array, Column, Raw
from core.uploads.parse.words import Growing, Words
from core.uploads.parse.written import Written, decimal_sign, written
from core.uploads.phrases import Tally, counted, listed, printable, told_apart

# Characters of a cell that may be a label or the name of a series.
LONGEST_TEXT = 100
# Cells of a column that its kind is told from.
LOOKED_AT = 200
# Different cells that are remembered with the number they hold.
REMEMBERED = 10_000
PLAIN = Written()
HOLDS_NO = {
    "number": "that holds no number",
    "time": "that holds no date",
    "list": "that holds another count of numbers",
}
Rows = Sequence[Sequence[str]]
Numbers = Callable[[Sequence[str]], Array]


@dataclass(frozen=True)
class Plan:
    """How a column is read; `numbers` turn its cells into as many rows of `column.width` values, NaN where it fails.

    `dated` are formats of dates, the likelier first, of which all cells of the column decide.
    """

    column: Column
    numbers: Numbers | None = None
    form: Written = PLAIN
    dated: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether Python reads its numbers as they are."""
        return self.column.kind == "number" and self.form.is_plain


def plans(names: Sequence[str], body: Rows, format: Format, semicolons: bool, notices: list[str]) -> list[Plan]:
    """How each column is read, by the first rows of a table; what was close between two readings is said."""
    columns = [[row[place] for row in body if place < len(row)] for place in range(len(names))]
    shown = [[cell for cell in column if not is_missing(cell)][:LOOKED_AT] for column in columns]
    decisive = decimal_sign(cell for column in shown[:LOOKED_AT] for cell in column[:20])
    hint = decisive or ("," if semicolons else ".")
    found = [_plan(name, cells, format, hint, semicolons) for name, cells in zip(names, shown, strict=True)]
    if format.decimal == "auto" and not decisive:
        _say_what_was_close(found, shown, semicolons, notices)
    _say_how_numbers_were_written(found, shown, notices)
    return found


def _plan(name: str, cells: list[str], format: Format, hint: str, semicolons: bool) -> Plan:
    if not cells:
        return Plan(Column(name, "number", "no value in the first rows"), form=PLAIN)
    form = written(cells, format.decimal, hint)
    if form is not None:
        return Plan(Column(name, "number", _example(cells, form)), _by_cell(form), form)
    date = dates.form_of(cells, semicolons)
    if date is not None:
        why = f"dates or times such as {printable(cells[0], 30)}"
        turned = dates.turned(date)
        return Plan(
            Column(name, "time", why),
            lambda texts: dates.seconds(texts, date)[:, None],
            dated=() if turned is None else (date, turned),
        )
    length = lists.length_of(cells)
    if length:
        why = f"{length:,} numbers in each cell"
        return Plan(
            Column(name, "list", why, length),
            lambda texts: np.stack([lists.numbers_in(text, length) for text in texts]),
        )
    return Plan(Column(name, "text", f"texts such as {printable(cells[0], 30)}"))


def _by_cell(form: Written) -> Numbers:
    """Numbers cell by cell, those that come up again remembered."""
    slowly = lru_cache(maxsize=REMEMBERED)(form.number)

    def number(cell: str) -> float | None:
        # What Python reads is the same number, in a twentieth of the time; it alone would take 1_000 for one.
        if "_" in cell or (form.decimal == "," and "." in cell):
            return slowly(cell)
        try:
            return float(cell.replace(",", ".") if form.decimal == "," else cell)
        except ValueError:
            return slowly(cell)

    def numbers(cells: Sequence[str]) -> Array:
        found = [number(cell) for cell in cells]
        return np.array([np.nan if value is None else value for value in found], np.float64)[:, None]

    return numbers


def _example(cells: list[str], form: Written) -> str:
    """A number that is written in no way that a program would, and what was read; "" if there is none."""
    for cell in cells:
        plain = cell.replace(",", ".") if form.decimal == "," else cell
        if _is_plain(plain) and not (form.groups and form.groups in cell):
            continue
        value = form.number(cell)
        if value is not None:
            return f'"{printable(cell, 20)}" was read as {value:.10g}'
    return ""


def _is_plain(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _say_how_numbers_were_written(found: list[Plan], shown: list[list[str]], notices: list[str]) -> None:
    commas = [
        cell.strip() for plan, cells in zip(found, shown, strict=True) if plan.form.decimal == "," for cell in cells
    ]
    first = next((cell for cell in commas if "," in cell), "")
    if first:
        plan = next(plan for plan in found if plan.form.decimal == ",")
        notices.append(
            f"Numbers have a decimal comma: {printable(first, 20)} was read as {_value(plan.form, first)}; if it parts "
            "thousands, choose a point as the decimal sign."
        )
    dressed = [
        f"{printable(plan.column.name, 30)} ({plan.column.why})"
        for plan in found
        if plan.column.why and plan.column.kind == "number" and plan.numbers
    ]
    if dressed:
        rest = f" and {len(dressed) - 4:,} more" if len(dressed) > 4 else ""
        notices.append(f"Numbers that are written in another way: {'; '.join(dressed[:4])}{rest}.")


def _value(form: Written, cell: str) -> str:
    value = form.number(cell)
    # As many digits as stand there.
    return cell.replace(",", ".") if form == Written(",") else f"{value:.10g}"


def _say_what_was_close(found: list[Plan], shown: list[list[str]], semicolons: bool, notices: list[str]) -> None:
    """Columns whose numbers would be numbers with the other decimal sign, too."""
    for plan, cells in zip(found, shown, strict=True):
        # A point is one unless a comma could be, too.
        signs = [cell for cell in cells if "," in cell or ("." in cell and semicolons)]
        if plan.column.kind != "number" or not signs:
            continue
        other = written(signs, "," if plan.form.decimal == "." else ".", "")
        both = other and [(plan.form.number(cell), other.number(cell)) for cell in signs]
        if both and all(None not in pair for pair in both):
            one, two = both[0]
            notices.append(
                f'Unsure: in column {printable(plan.column.name, 30)} "{printable(signs[0], 20)}" was read as '
                f"{one:.10g} and could be {two:.10g}: choose the decimal sign."
            )
            return


class Filling:
    """Columns that are filled with the rows of a table, some at a time."""

    def __init__(self, plans: list[Plan], tally: Tally) -> None:
        texts = [place for place, plan in enumerate(plans) if plan.column.kind == "text"]
        self._plans, self._tally = plans, tally
        self._too_many = [plans[place].column.name for place in texts[TEXT_COLUMNS:]]
        self._words = {place: Growing() for place in texts[:TEXT_COLUMNS]}
        self._dates = {place: Growing() for place, plan in enumerate(plans) if plan.dated}
        self._valued = [place for place, plan in enumerate(plans) if plan.column.kind != "text"]
        self._plain = all(plans[place].is_plain for place in self._valued)
        self._everything = len(self._valued) == len(plans)
        self._blocks: list[Array] = []
        self._crowded: list[str] = []

    def add(self, rows: Rows, lines: Sequence[int]) -> None:
        """Rows as wide as there are columns, and the lines that they begin in."""
        for place, growing in list(self._words.items()):
            for row in rows:
                growing.append(row[place].strip())
            if len(growing.known) > TEXTS:
                self._crowded.append(self._plans[place].column.name)
                del self._words[place]
        where = f"lines {lines[0]:,} to {lines[-1]:,}"
        values = without_endless(self._values(rows, lines), self._tally, where)
        self._blocks.append(compact(values))

    def _values(self, rows: Rows, lines: Sequence[int]) -> Array:
        if self._plain:
            wanted = rows if self._everything else [[row[place] for place in self._valued] for row in rows]
            try:
                # Python alone would take 1_000 for a number.
                if not any("_" in "".join(row) for row in wanted):
                    return np.array([[*map(float, row)] for row in wanted], np.float64).reshape(len(rows), -1)
            except ValueError:
                pass
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
        values = (plan.numbers or _by_cell(plan.form))(cells)
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
        return Raw("table", values, columns, words)

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
        for code in np.flatnonzero(np.isnan(readings[best])).tolist():
            if not is_missing(texts[code]):
                where = f'"{printable(texts[code], 20)}", column {name}'
                times = int((codes == code).sum())
                self._tally.add("Taken as missing:", "cell", HOLDS_NO["time"], where, times)
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
