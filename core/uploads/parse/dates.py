"""Dates and times of day as people write them, to seconds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np

from core.uploads.parse.numbers import is_missing
from core.uploads.parse.raw import Array

LIKE = re.compile(
    r"\d{1,4}([-/.年])\d{1,2}([-/.月])?(\d{1,4}日?)?([ T,].*)?|\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp]\.?[Mm]\.?)?"
    r"|\d{1,2}[- .]*[A-Za-z]{3,9}[-,. ]*\d{2,4}.*|[A-Za-z]{3,9}[-,. ]*\d{1,2},? *\d{2,4}.*|[A-Za-z]{3}[- ]\d{2,4}"
)
ISO = "ISO8601"
DAYS = (
    *("%d.%m.%Y", "%d.%m.%y", "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d"),
    *(
        "%Y.%m.%d",
        "%y/%m/%d",
        "%d-%b-%Y",
        "%b %d %Y",
        "%d/%b/%Y",
        "%d%b%Y",
        "%d-%b-%y",
        "%d %b %Y",
        "%d %B %Y",
        "%b %d, %Y",
        "%B %d, %Y",
        "%b-%y",
        "%b %Y",
    ),
    *("%B %Y", "%Y年%m月%d日", "%Y年%m月", "%m/%Y", "%Y/%m"),
)
CLOCKS = (
    "",
    " %H:%M",
    " %H:%M:%S",
    " %H:%M:%S.%f",
    ", %H:%M:%S",
    " %I:%M %p",
    " %I:%M:%S %p",
    "T%H:%M:%S",
    ":%H:%M:%S",
)
OF_DAY = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
# Dates of tables in which the first of two numbers may be the day or the month.
TURNED = {"%m/%d/": "%d/%m/", "%d/%m/": "%m/%d/", "%d-%m-": "%m-%d-", "%m-%d-": "%d-%m-"}
# Dates without anything between their numbers, by how many digits they have.
DIGITS = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
# Those of which hardly a number is one by chance, and the centuries that they are of.
SURE = re.compile(r"(?:19|20)\d{6}(?:\d\d){0,3}")
# Minutes and seconds with a fraction, which no clock shows without hours.
LASTING = re.compile(r"(\d+):([0-5]?\d[.,]\d+)")
# How parts of dates look whose number is not written in one digit or two, a blank before one or not.
SIGNS = {"%Y": r"\d{4}", "%y": r"\d\d", "%f": r"\d{1,9}", "%b": r"[a-z]+", "%B": r"[a-z]+", "%p": r"[ap]m"}
NUMBER = r"\s?\d{1,2}"
MOST = 0.9
# Different digits that are taken for dates.
FEWEST = 10
LOOKED_AT = 200


def form_of(cells: Sequence[str], semicolons: bool) -> str | None:
    """The format in which nearly all of these cells are dates or times, None where they are none.

    Where day and month could be either, the day comes first in tables of `semicolons`, which are European.
    """
    texts = [cell.strip() for cell in cells if not is_missing(cell)][:LOOKED_AT]
    if len(texts) < 2 or sum(LIKE.fullmatch(text) is not None for text in texts) < MOST * len(texts):
        return None
    forms = [ISO, *OF_DAY, *(day + clock for day in DAYS for clock in CLOCKS)]
    if semicolons:
        forms.sort(key=lambda form: form.startswith("%m"))
    # What pandas reads is first told by how it looks, in a hundredth of the time.
    looks = Counter(re.sub(r"\d", "0", text) for text in texts)
    forms = [form for form in forms if form == ISO or _looking(looks, form) >= MOST * len(texts)]
    # A few tell most formats apart; all decide between those that are left.
    few = [form for form in forms if _fitting(texts[:5], form) == min(5, len(texts))] or forms
    fitting = {form: _fitting(texts, form) for form in few}
    best = max(fitting, key=lambda form: fitting[form])
    return best if fitting[best] >= MOST * len(texts) else None


def are_lasting(cells: Sequence[str]) -> bool:
    """Whether nearly all of these cells say how long something took, as 1:23.4 does."""
    texts = [cell.strip() for cell in cells if not is_missing(cell)][:LOOKED_AT]
    return len(texts) > 1 and sum(LASTING.fullmatch(text) is not None for text in texts) >= MOST * len(texts)


def lasted(cells: Sequence[str]) -> Array:
    """Seconds that minutes and seconds are together, float64 (N,); NaN where a cell is none."""
    found = [LASTING.fullmatch(cell.strip()) for cell in cells]
    return np.array([60 * int(one[1]) + float(one[2].replace(",", ".")) if one else np.nan for one in found])


def form_of_digits(cells: Sequence[str]) -> str | None:
    """The format in which nearly all of these whole numbers are dates, as 20240131 is; None where they are none."""
    texts = [cell.strip() for cell in cells if not is_missing(cell)][:LOOKED_AT]
    form = DIGITS.get(len(texts[0])) if texts else None
    return form if form and _fitting(texts, form) >= MOST * len(texts) else None


def are_digits(cells: Sequence[str]) -> bool:
    """Whether all of these cells are the digits of a date, and of a time of the day behind it."""
    texts = [cell.strip() for cell in cells[:LOOKED_AT]]
    if not all(map(SURE.fullmatch, texts)) or len({*texts}) < FEWEST:
        return False
    form = DIGITS[len(texts[0])]
    return _fitting(texts, form) == len(texts)


def turned(form: str) -> str | None:
    """The format with day and month the other way round, if there is one."""
    return next((form.replace(one, other) for one, other in TURNED.items() if form.startswith(one)), None)


def seconds(cells: Sequence[str], form: str) -> Array:
    """Seconds since 1970, float64 (N,), or since midnight for times of day; NaN where a cell is none."""
    import pandas as pd

    read = pd.to_datetime(pd.Series([cell.strip() for cell in cells]), format=form, errors="coerce", utc=True)
    base = pd.Timestamp("1900-01-01" if form in OF_DAY else "1970-01-01", tz="UTC")
    return np.asarray((read - base).dt.total_seconds(), np.float64)


def _looking(looks: Counter[str], form: str) -> int:
    """How many texts have a look, their digits being 0, that those in a format have."""
    return sum(count for look, count in looks.items() if _look(form).fullmatch(look))


@cache
def _look(form: str) -> re.Pattern[str]:
    parts = (SIGNS.get(part, NUMBER) if part.startswith("%") else part for part in re.split(r"(%\w)", form))
    return re.compile(re.sub(r"\s+", r"\\s+", "".join(parts)), re.IGNORECASE)


def _fitting(texts: list[str], form: str) -> int:
    return int(np.isfinite(seconds(texts, form)).sum())
