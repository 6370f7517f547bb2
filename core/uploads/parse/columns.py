"""The columns of a table, each of one kind: told from its first rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import NoReturn

import numpy as np

from core.errors import UploadError
from core.uploads.parse import dates, lists
from core.uploads.parse.format import Format
from core.uploads.parse.levels import are_levels, say_that_these_are_levels
from core.uploads.parse.numbers import is_missing, is_unmeasured
from core.uploads.parse.raw import Array, Column, ColumnKind
from core.uploads.parse.unsure import say_how_numbers_were_written, say_what_is_mixed, say_what_was_close
from core.uploads.parse.written import Written, decimal_sign, is_number, written
from core.uploads.phrases import column_name, counted, printable

# Cells of a column that its kind is told from, and those of a table that its decimal sign is.
LOOKED_AT = 200
DECIDING = 4_000
# Different cells that are remembered with the number they hold.
REMEMBERED = 10_000
# Digits of a code, and those of hours, minutes and seconds.
SHORTEST_CODE = 4
CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d){1,2}")
PLAIN = Written()
Rows = Sequence[Sequence[str]]
Numbers = Callable[[Sequence[str]], Array]


@dataclass(frozen=True)
class Plan:
    """How a column is read; `numbers` turn its cells into as many rows of `column.width` values, NaN where it fails.

    `dated` are formats of dates, the likelier first, of which all cells of the column decide. Those that are `lasting`
    are numbers of seconds.
    """

    column: Column
    numbers: Numbers | None = None
    form: Written = PLAIN
    dated: tuple[str, ...] = ()
    lasting: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether Python reads its numbers as they are."""
        return self.column.kind == "number" and self.form.is_plain and not self.lasting


def plans(names: Sequence[str], body: Rows, format: Format, semicolons: bool, notices: list[str]) -> list[Plan]:
    """How each column is read, by the first rows of a table; what was close between two readings is said."""
    columns = ((row[place] for row in body if place < len(row)) for place in range(len(names)))
    shown = [[*islice((cell for cell in column if not is_missing(cell)), LOOKED_AT)] for column in columns]
    some = shown[:LOOKED_AT]
    decisive = decimal_sign(cell for column in some for cell in column[: DECIDING // len(some)])
    hint = decisive or ("," if semicolons else ".")
    found = [_plan(name, cells, format, hint, semicolons) for name, cells in zip(names, shown, strict=True)]
    codes = [not format.told(name) and _are_codes(cells) for name, cells in zip(names, shown, strict=True)]
    # Where all numbers are filled up with zeros, that is how a program writes them.
    if any(plan.column.kind == "number" and not coded for plan, coded in zip(found, codes, strict=True)):
        found = [
            _text(plan.column.name, cells) if coded else plan
            for plan, cells, coded in zip(found, shown, codes, strict=True)
        ]
    for place, (plan, cells) in enumerate(zip(found, shown, strict=True)):
        if plan.column.kind == "number" and not format.told(plan.column.name) and are_levels(cells, plan.form):
            found[place] = _text(plan.column.name, cells)
            say_that_these_are_levels(plan.column.name, cells, plan.form, notices)
    if format.decimal == "auto" and not decisive:
        say_what_was_close(found, shown, semicolons, notices)
    say_what_is_mixed(found, shown, notices)
    say_how_numbers_were_written(found, shown, notices)
    return found


def _plan(name: str, cells: list[str], format: Format, hint: str, semicolons: bool) -> Plan:
    """What a column was said to be, or else the first thing that most of its cells can be read as."""
    text = _text(name, cells)
    told = format.told(name)
    measured = [cell for cell in cells if not is_unmeasured(cell)]
    form = written(measured, format.decimal, hint) if measured else None
    if form is None and told in (None, "number", "time") and dates.are_lasting(cells):
        return _lasting(name, cells, told)
    if told == "number":
        return _number(name, cells, form or _some_number(name, cells, format.decimal, hint))
    if told == "time":
        date = dates.form_of(cells, semicolons) or dates.form_of_digits(cells)
        # Numbers order rows whatever they count.
        found = _time(name, cells, date, format) or (
            form and replace(_number(name, cells, form), column=Column(name, "time"))
        )
        return found or _refused(name, cells, "a date or a time")
    if told == "list":
        return _list(name, lists.length_of(cells, lists.PAIR)) or _refused(name, cells, "as many numbers as the others")
    if told is not None:
        return text
    if not cells:
        return Plan(Column(name, "number", "no value in the first rows"), form=PLAIN)
    if form is not None:
        date = dates.form_of_digits(cells) if form.is_plain and dates.are_digits(cells) else None
        return _time(name, cells, date, format) or _number(name, cells, form)
    return _time(name, cells, dates.form_of(cells, semicolons), format) or _list(name, lists.length_of(cells)) or text


def _text(name: str, cells: list[str]) -> Plan:
    return Plan(Column(name, "text", f"texts such as {printable(cells[0], 30)}" if cells else "no value"))


def _are_codes(cells: list[str]) -> bool:
    """Whether all of these cells have as many digits, some with a 0 in front, as postal codes; times of the day may."""
    length = len(cells[0]) if cells else 0
    if length < SHORTEST_CODE or not all(cell.isdecimal() and len(cell) == length for cell in cells):
        return False
    return any(cell.startswith("0") for cell in cells) and not all(map(CLOCK.fullmatch, cells))


def _number(name: str, cells: list[str], form: Written) -> Plan:
    return Plan(Column(name, "number", _example(cells, form)), by_cell(form), form)


def _some_number(name: str, cells: list[str], decimal: str, hint: str) -> Written:
    """How those cells of a column are written that are numbers, though most are none."""
    numbers = [cell for cell in cells if is_number(cell)]
    if cells and not numbers:
        _refused(name, cells, "a number")
    return written(numbers, decimal, hint) or PLAIN


def _time(name: str, cells: list[str], date: str | None, format: Format) -> Plan | None:
    if date is None:
        return None
    turned = dates.turned(date)
    if turned is not None and format.dates != "auto":
        date, turned = max(date, turned, key=lambda form: form.startswith("%d") == (format.dates == "day")), None
    return Plan(
        Column(name, "time", f"dates or times such as {printable(cells[0], 30)}"),
        lambda texts: dates.seconds(texts, date)[:, None],
        dated=() if turned is None else (date, turned),
    )


def _lasting(name: str, cells: list[str], told: ColumnKind | None) -> Plan:
    """How long something took is a number, unless it was said to be a time, or only ever rises as time does."""
    lasted = dates.lasted(cells)
    # Units may stand above.
    there = np.flatnonzero(np.isfinite(lasted))
    kind = told or ("time" if (np.diff(lasted[there]) >= 0).all() else "number")
    why = f'"{printable(cells[there[0]], 20)}" was read as {lasted[there[0]]:g} s'
    return Plan(Column(name, kind, why), lambda texts: dates.lasted(texts)[:, None], lasting=True)


def _list(name: str, length: int) -> Plan | None:
    if not length:
        return None
    return Plan(
        Column(name, "list", f"{counted(length, 'number')} in each cell", length),
        lambda texts: np.stack([lists.numbers_in(text, length) for text in texts]),
    )


def _refused(name: str, cells: list[str], wanted: str) -> NoReturn:
    example = printable(cells[0], 30) if cells else "nothing"
    raise UploadError(
        f"Column {column_name(name)} cannot be of the kind that was chosen: hardly a cell holds {wanted} (the first: "
        f"{example}). Choose another kind."
    )


def by_cell(form: Written) -> Numbers:
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
