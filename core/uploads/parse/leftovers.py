"""What stands in a table and is none of its samples: totals below it, and numbers that stand for none.

And what stands once for several rows, as in cells that were merged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from core.uploads.parse.raw import Array, Raw
from core.uploads.parse.words import Words
from core.uploads.phrases import column_name, counted, listed


def _counted(columns: Array, axis: int) -> Array:
    return np.asarray((~np.isnan(columns)).sum(axis=axis))


SUMMARIES: dict[Callable[..., Array], tuple[str, ...]] = {
    np.nansum: (
        *("total", "totals", "grand total", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "total général"),
        *("somme", "totale", "suma", "soma", "totaal", "итого", "合計", "总计", "合计"),
    ),
    np.nanmean: ("mean", "average", "avg", "mittelwert", "durchschnitt", "moyenne", "media", "promedio", "平均"),
    np.nanstd: (
        *("std", "sd", "s.d.", "st. dev.", "stdev", "std dev", "std. dev.", "standard deviation"),
        *("standardabweichung", "écart-type", "ecart-type", "desviación estándar", "标准差", "標準偏差"),
    ),
    np.nanmedian: ("median", "médiane", "mediana", "50%", "中位数", "中央値"),
    partial(np.nanpercentile, q=25): ("25%", "q1"),
    partial(np.nanpercentile, q=75): ("75%", "q3"),
    np.nanmin: ("min", "minimum"),
    np.nanmax: ("max", "maximum"),
    _counted: ("count", "n", "anzahl", "nombre"),
}
SUMMARY = {word: function for function, words in SUMMARIES.items() for word in words}
# Rows at the end that may be totals, as many as pandas describes a table with; and how far off they may be rounded, as
# a share of what they sum up.
MOST_TOTALS = 8
ROUNDED = 0.01
# What loggers, weather services and GIS write where nothing was measured.
CODES = [float(f"{sign}{code}") for sign in "-+" for code in ("999", "9999", "99999", "999.9", "9999.9")]
CODES += [-99.0, -99.9, -200.0]
# What surveys write for those who did not answer, beside the few steps of a scale, and beside numbers from 0 on.
ANSWERS = [77.0, 88.0, 97.0, 98.0, 99.0, -7.0, -8.0, -9.0]
NO_ANSWERS = [-1.0, -2.0, -7.0, -8.0, -9.0]
REFUSED = -8.0
# How much oftener a code for no answer comes up than each of so many numbers below it, where those reach up to it.
OFTENER, NEAR = 4, 10
# How far the steps of a scale reach, of which answers leave out hardly one.
STEPS = 10
# How much longer the longest block of merged cells may be than the shortest.
UNEVEN = 3


def without_leftovers(raw: Raw, are_data: bool = False) -> Raw:
    """A table with what merged cells stand for in all of their rows, and without its totals; each is told.

    Totals and numbers that stand for none stay where they `are_data`.
    """
    notices = list(raw.notices)
    if not are_data:
        raw = _without_codes(_without_totals(raw, notices), notices)
    raw = _filled_down(raw, notices)
    return replace(raw, notices=tuple(notices))


def _without_totals(raw: Raw, notices: list[str]) -> Raw:
    rows, found = len(raw.values), dict[int, str]()
    last = range(rows - 1, max(0, rows - 1 - MOST_TOTALS), -1)
    for row in last:
        said = next(filter(None, (_summary_in(words, row, last[-1]) for words in raw.words.values())), None)
        if said is not None:
            found[row] = said
        elif raw.values.dtype == np.uint8 or not np.isnan(raw.values[row]).all():
            # Notes may stand below totals.
            break
    body = min(found, default=rows)
    if not found or not body:
        return raw
    numbers = raw.values[:body].astype(np.float64)
    there = ~np.isnan(numbers).all(axis=0)
    sure = [row for row, said in found.items() if _is_summary(SUMMARY[said], numbers[:, there], raw.values[row, there])]
    if len(sure) < len(found):
        notices.append(
            f"Unsure: the last rows ({listed(found.values())}) are called like totals, though they are none of what "
            "stands above: leave them out of the file if they are no samples."
        )
        return raw
    notices.append(f"Left out: {counted(len(found), 'row')} below the table ({listed(reversed(found.values()))}).")
    words = {name: Words.of(texts[:body]) for name, texts in raw.words.items()}
    return replace(raw, values=raw.values[:body], words=words)


def _summary_in(words: Words, row: int, last: int) -> str | None:
    """The word for a summary that stands in a row; one that stands above the `last` rows is a class, as n is for no."""
    word = words[row].strip(" :").lower()
    return word if word in SUMMARY and not (words.codes[:last] == words.codes[row]).any() else None


def _is_summary(summary: Callable[..., Array], above: Array, row: Array) -> bool:
    """Whether half of the numbers of a row (D,) that are there are what it is called of those above (N, D)."""
    there = ~np.isnan(row.astype(np.float64))
    if not there.any():
        return True
    columns = above[:, there]
    right, spread = summary(columns, axis=0), np.nanmax(columns, axis=0) - np.nanmin(columns, axis=0)
    return bool((np.abs(row[there] - right) <= ROUNDED * (np.abs(right) + spread)).mean() >= 0.5)


def _without_codes(raw: Raw, notices: list[str]) -> Raw:
    if not len(raw.values):
        return raw
    values = raw.values
    with np.errstate(invalid="ignore"):
        ends = np.fmin.reduce(values), np.fmax.reduce(values)
    likely = np.isin(ends, [*CODES, *ANSWERS]).any(axis=0)
    own = {place: _codes_in(_numbers(raw, place)) for place in np.flatnonzero(likely).tolist()}
    known = sorted({code for codes in own.values() for code in codes if code < 0 and code in CODES})
    alike = {place: [] if codes else _codes_of_others(_numbers(raw, place), known) for place, codes in own.items()}
    for place in own:
        column, codes = _numbers(raw, place), own[place] or alike[place]
        if not codes and (often := _often_in(column)):
            notices.append(
                f"Unsure: in column {column_name(raw.names[place])} {listed(f'{code:g}' for code in often)} may say "
                "that there was no answer, coming up so much oftener than those below: leave such cells empty if so."
            )
        for code in codes:
            values = values.astype(np.float64) if values is raw.values else values
            values[column == code, place] = np.nan
    _say_codes(raw, own, "far from all other numbers", notices)
    _say_codes(raw, alike, "as in other columns", notices)
    return replace(raw, values=values)


def _say_codes(raw: Raw, found: dict[int, list[float]], why: str, notices: list[str]) -> None:
    """Say which numbers of which columns were taken for none."""
    told = []
    for place, codes in found.items():
        for code in codes:
            count = counted(int((raw.values[:, place] == code).sum()), "cell")
            told.append(f"{code:g} in column {column_name(raw.names[place])} ({count})")
    if told:
        rest = f" and in {len(told) - 4:,} more" if len(told) > 4 else ""
        notices.append(f"Taken as missing, {why}: {'; '.join(told[:4])}{rest}.")


def _numbers(raw: Raw, place: int) -> Array:
    """A column (N,) of a table."""
    column: Array = raw.values[:, place].astype(np.float64)
    return column


def _codes_of_others(column: Array, known: list[float]) -> list[float]:
    """The `known` codes below 0, of other columns, in one (N,) that has no other number below 0."""
    rest = column[~np.isin(column, known) & ~np.isnan(column)]
    return [code for code in known if code in column] if len(rest) and rest.min() >= 0 else []


def _codes_in(column: Array) -> list[float]:
    """The numbers of a column (N,) that stand for none."""
    numbers, times = np.unique(column[~np.isnan(column)], return_counts=True)
    known = dict(zip(numbers.tolist(), times.tolist(), strict=True))
    refused = [code for code in NO_ANSWERS if code in known]
    rest = numbers[~np.isin(numbers, refused)]
    # One of them may be a number like the others; several, a long way below 0, are not.
    if len(refused) > 1 and refused[-1] <= REFUSED and len(rest) > 1 and rest[0] >= 0 and (rest % 1 == 0).all():
        return refused
    found = [code for code in CODES if code in known and (code < 0 or known[code] > 1) and _is_far(code, column, CODES)]
    scale = numbers[~np.isin(numbers, ANSWERS)]
    if len(scale) > 1 and (scale % 1 == 0).all() and np.ptp(scale) <= min(STEPS, len(scale)):
        found += [code for code in ANSWERS if known.get(code, 0) > 1 and _is_far(code, column, ANSWERS)]
    return found


def _often_in(column: Array) -> list[float]:
    """The largest numbers of a column (N,) of whole ones, where they are codes that come up far oftener than others."""
    numbers, times = np.unique(column[~np.isnan(column)], return_counts=True)
    if not len(numbers) or numbers[0] < 0 or (numbers % 1 != 0).any():
        return []
    for first in range(max(NEAR, len(numbers) - len(ANSWERS)), len(numbers)):
        # An age may be 97.
        are_codes = np.isin(numbers[first:], ANSWERS).all()
        if are_codes and times[first:].min() > OFTENER * times[first - NEAR : first].max():
            return list(numbers[first:].tolist())
    return []


def _is_far(code: float, column: Array, codes: list[float]) -> bool:
    """Whether a code is farther from all numbers of a column but other `codes` than those are from each other."""
    others = column[~np.isin(column, codes) & ~np.isnan(column)]
    return len(others) > 1 and bool(np.abs(others - code).min() > np.ptp(others))


def _filled_down(raw: Raw, notices: list[str]) -> Raw:
    """Texts that stand in the first row of each block alone, in all of its rows."""
    filled = {name: words for name, texts in raw.words.items() if (words := _down(texts))}
    if filled:
        notices.append(
            f"Unsure: {counted(len(filled), 'column')} ({listed(filled)}) of which only the first row of each block "
            "has a text got it in all of its rows, as if cells had been merged: leave the column out if not."
        )
    return replace(raw, words={**raw.words, **filled})


def _down(words: Words) -> Words | None:
    known = ~words.blanks
    begins = np.flatnonzero(known[words.codes]) if len(words.codes) else np.empty(0, np.int64)
    if len(begins) < 2 or begins[0] or 2 * len(begins) > len(words) or len(begins) != known.sum():
        return None
    lengths = np.diff([*begins, len(words)])
    if lengths.max() > UNEVEN * lengths.min():
        return None
    return Words.of(np.repeat([words[begin] for begin in begins.tolist()], lengths).tolist())
