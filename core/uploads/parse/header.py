"""Whether the first row of a table names its columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from core.uploads.parse.dates import LIKE
from core.uploads.parse.numbers import is_missing, is_unmeasured
from core.uploads.parse.written import Written, is_number

Row = list[str]
Guess = Literal["names", "likely names", "likely values", "values"]
NAMES: tuple[Guess, ...] = ("names", "likely names")
# Rows that the first one is compared with.
LOOKED_AT = 200
YEAR = re.compile(r"(19|20)\d\d")
# A number and what it counts.
MEASURE = re.compile(r"[-+−]?\d[\d.,' \u00a0\u202f]*([^\d\s.,'][^\d]{0,15})")
# Numbers in the first row that are seldom in order by chance, hardly ever, and the share of other rows that may be.
IN_ORDER = 4
SURELY_IN_ORDER = 6
MOST_IN_ORDER = 0.05
# Rows that a number in the first one is compared with, at the least.
FEWEST = 10


@dataclass(frozen=True)
class Head:
    """The cells of a first row, the rows below it, and by column what is there of the first of them."""

    names: Row
    body: list[Row]

    @cached_property
    def columns(self) -> list[Row]:
        """The cells of each column that hold anything."""
        return [
            [row[place].strip() for row in self.body[:LOOKED_AT] if place < len(row) and not is_missing(row[place])]
            for place in range(len(self.names))
        ]

    @cached_property
    def numbers(self) -> list[tuple[str, Row]]:
        """The first cell of each column of numbers, where there is one, and the others."""
        return [(name, column) for name, column in self._pairs(True) if not is_missing(name)]

    @cached_property
    def texts(self) -> list[tuple[str, Row]]:
        """The first cell of each other column, and the others."""
        return self._pairs(False)

    @property
    def above(self) -> Row:
        """The first cells of columns of numbers."""
        return [name for name, _ in self.numbers]

    @property
    def differs(self) -> bool:
        """Whether no two columns of numbers begin with the same."""
        return len(set(self.above)) == len(self.above)

    @property
    def is_whole(self) -> bool:
        """Whether columns of numbers begin with different whole numbers; one alone is called 0 by pandas."""
        return all(map(str.isdigit, self.above)) and self.differs and (len(self.above) > 1 or self.above == ["0"])

    @property
    def is_alone(self) -> bool:
        """Whether no text of the first row comes up again, as names do not."""
        return all(name not in column for name, column in self.texts)

    @property
    def rises(self) -> bool:
        """Whether its numbers are in order, and those of other rows are not."""
        rising = len(self.above) >= IN_ORDER and _rises(self.above)
        return rising and sum(map(_rises, self.body)) <= MOST_IN_ORDER * len(self.body)

    def _pairs(self, are_numbers: bool) -> list[tuple[str, Row]]:
        pairs = zip(self.names, self.columns, strict=True)
        return [pair for pair in pairs if (2 * sum(map(is_number, pair[1])) >= len(pair[1])) == are_numbers]


def guess_of(first: Row, body: list[Row]) -> Guess:
    """Whether a row names the columns of those below it: what the first rule says that holds."""
    head = Head([cell.strip() for cell in first], body)
    return next((guess for guess, holds in RULES if holds(head)), "values")


def unit_of(cell: str) -> str:
    """What stands behind the number that a cell begins with, or nothing."""
    found = MEASURE.fullmatch(cell)
    return found[1] if found else ""


def _is_by_itself(head: Head) -> bool:
    return not head.body


def _has_a_number(head: Head) -> bool:
    return any(is_number(name) for name in head.names if not is_missing(name))


def _has_words_over_numbers(head: Head) -> bool:
    return any(not (is_number(name) or is_unmeasured(name)) for name in head.above)


def _counts_texts_too(head: Head) -> bool:
    """Whoever counts columns counts those, too, in which no row has a number."""
    return _counts(head.names) and any(column and not any(map(is_number, column)) for _, column in head.texts)


def _is_dated(head: Head) -> bool:
    return any(_is_moment(name) and column and all(map(_is_moment, column)) for name, column in head.texts)


def _has_the_unit_of_others(head: Head) -> bool:
    return any(
        (unit := unit_of(name)) and column and all(unit_of(cell) == unit for cell in column)
        for name, column in head.texts
    )


def _is_of_texts(head: Head) -> bool:
    return not head.above


def _is_of_other_texts(head: Head) -> bool:
    different = len({name for name in head.names if not is_missing(name)}) == len(head.names)
    return not head.above and different and head.is_alone


def _counts_numbers(head: Head) -> bool:
    return _counts(head.above)


def _counts_within_numbers(head: Head) -> bool:
    return _counts(head.above) and all(_is_one_of(name, column) for name, column in head.numbers)


def _goes_on_below(head: Head) -> bool:
    """Whether rows count on from it in one and the same step, as windows of a series that begins at 0."""
    rows = [head.above, *zip(*(column[:FEWEST] for _, column in head.numbers), strict=False)]
    with suppress(ValueError):
        steps = {float(b) - float(a) for above, below in pairwise(rows) for a, b in zip(above, below, strict=True)}
        return _counts(head.above) and len(rows) > FEWEST and len(steps) == 1
    return False


def _lacks_the_digits_of_texts(head: Head) -> bool:
    """Names of days and of samples hold digits, and what they are called rarely does."""
    called = [(name, column) for name, column in head.texts if column and not is_missing(name)]
    return any(all(map(_has_digit, column)) and not _has_digit(name) for name, column in called)


def _is_over_classes(head: Head) -> bool:
    """The name of a column stands in no other row, and texts that come up again do."""
    repeated = [name not in column and 2 * len(set(column)) <= len(column) for name, column in head.texts]
    return any(repeated) and head.differs


def _is_over_an_index(head: Head) -> bool:
    """An index as pandas writes it has no name; other rows lack no cell there."""
    unnamed = not head.names[0] and len(head.columns[0]) == len(head.body[:LOOKED_AT])
    return unnamed and (len(head.above) > 1 or _counts(head.columns[0])) and head.differs


def _is_whole_over_fractions(head: Head) -> bool:
    return head.is_whole and all(sum("." in cell for cell in column) > 0.9 * len(column) for _, column in head.numbers)


def _is_far_from_numbers(head: Head) -> bool:
    """Years and numbers of genes are no values of their columns."""
    tests = (_is_far, _is_year)
    return head.is_whole and head.is_alone and any(all(test(*pair) for pair in head.numbers) for test in tests)


def _has_even_steps(head: Head) -> bool:
    return _rises_evenly(head.above) and not any(map(_rises_evenly, head.body[:20]))


def _surely_rises(head: Head) -> bool:
    return head.rises and len(head.above) >= SURELY_IN_ORDER and len(head.body) >= FEWEST


def _rises_or_counts(head: Head) -> bool:
    """Whether it is in order, or what pandas counts columns with."""
    return head.is_whole and (head.rises or _is_count(head.above))


RULES: tuple[tuple[Guess, Callable[[Head], bool]], ...] = (
    ("values", lambda head: _is_by_itself(head) and _has_a_number(head)),
    ("names", _is_by_itself),
    ("names", _has_words_over_numbers),
    ("names", _counts_texts_too),
    ("values", _is_dated),
    ("values", _has_the_unit_of_others),
    ("names", _is_of_other_texts),
    ("values", _is_of_texts),
    ("likely names", _counts_within_numbers),
    ("likely values", _goes_on_below),
    ("names", _counts_numbers),
    ("names", _lacks_the_digits_of_texts),
    ("names", _is_over_classes),
    ("names", _is_over_an_index),
    ("likely names", _is_whole_over_fractions),
    ("likely names", _is_far_from_numbers),
    ("likely names", _has_even_steps),
    ("likely names", _surely_rises),
    ("likely values", _rises_or_counts),
)


def _is_moment(cell: str) -> bool:
    return LIKE.fullmatch(cell) is not None


def _has_digit(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def _is_far(name: str, column: Row) -> bool:
    """Whether a number is farther from all of a column that has some rows than those are from each other."""
    found = [value for cell in column if (value := Written().number(cell)) is not None]
    if len(found) < FEWEST:
        return False
    low, high = min(found), max(found)
    return max(low - float(name), float(name) - high) > high - low


def _is_year(name: str, column: Row) -> bool:
    """Whether a number is a year, and hardly any of its column are."""
    return YEAR.fullmatch(name) is not None and 10 * sum(YEAR.fullmatch(cell) is not None for cell in column) < len(
        column
    )


def _is_one_of(name: str, column: Row) -> bool:
    """Whether a number is not outside of the others of its column, all of them whole."""
    with suppress(ValueError):
        found = [*map(int, column)]
        return bool(found) and min(found) <= int(name) <= max(found)
    return False


def _counts(names: Row) -> bool:
    """Whether these are 0, 1, 2, … or 1, 2, 3, …."""
    return len(names) > 2 and _is_count(names)


def _is_count(names: Row) -> bool:
    return any(names == [str(start + i) for i in range(len(names))] for start in (0, 1))


def _rises(cells: Row) -> bool:
    """Whether these are numbers, each larger than the one before."""
    with suppress(ValueError):
        found = [float(cell) for cell in cells if not is_missing(cell)]
        return all(before < after for before, after in pairwise(found))
    return False


def _rises_evenly(cells: Row) -> bool:
    """Whether these are numbers with one and the same step, as wavelengths and years are."""
    with suppress(ValueError):
        found = [float(cell) for cell in cells if not is_missing(cell)]
        steps = [after - before for before, after in pairwise(found)]
        return len(steps) > 1 and steps[0] != 0 and all(abs(step - steps[0]) <= 1e-3 * abs(steps[0]) for step in steps)
    return False
