"""Columns of few different numbers and words, as 2, 4 and more are: categories."""

from __future__ import annotations

import re
from collections import Counter

from core.uploads.parse.numbers import is_unmeasured
from core.uploads.parse.written import Written
from core.uploads.phrases import column_name, listed

# Different cells at most, cells that each of them has at least, and the share of those with words.
MOST = 12
FEWEST = 5
WORDED = 0.1
# What says that nothing is known.
UNKNOWN = re.compile(r"(?i:un|not?\b|none|err|inval|bad|fail|miss|refus|don)")


def are_levels(cells: list[str], form: Written) -> bool:
    """Whether cells, none of them missing, hold few different numbers and words, each of which comes up again."""
    times = Counter(map(str.strip, cells))
    if not 2 < len(times) <= MOST or min(times.values()) < FEWEST:
        return False
    words = _words_in(times, form)
    return sum(times[word] for word in words) >= WORDED * len(cells) and not any(map(UNKNOWN.match, words))


def say_that_these_are_levels(name: str, cells: list[str], form: Written, notices: list[str]) -> None:
    """Say which words stand beside which numbers."""
    times = Counter(map(str.strip, cells))
    words = _words_in(times, form)
    numbers = listed((cell for cell in times if cell not in words), 3)
    notices.append(
        f"Unsure: column {column_name(name)} holds few different numbers ({numbers}) and words ({listed(words, 3)}), "
        "and was read as a category: say that it is a number if these words stand for none."
    )


def _words_in(times: Counter[str], form: Written) -> list[str]:
    return [cell for cell in times if form.number(cell) is None and not is_unmeasured(cell)]
