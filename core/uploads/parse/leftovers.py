"""What stands in a table and is none of its samples: totals below it, and numbers that stand for none.

And what stands once for several rows, as in cells that were merged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from core.uploads.parse.numbers import is_missing
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
CODES = np.array([float(f"{sign}{code}") for sign in "-+" for code in ("999", "9999", "99999", "999.9", "9999.9")])
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
    if raw.values.dtype != np.float64 or not len(raw.values):
        return raw
    values, told = raw.values, list[str]()
    with np.errstate(invalid="ignore"):
        ends = np.fmin.reduce(values), np.fmax.reduce(values)
    for place, name in enumerate(raw.names):
        for end in ends:
            code = end[place]
            if code not in CODES:
                continue
            column = values[:, place]
            others = column[(column != code) & ~np.isnan(column)]
            count = int((column == code).sum())
            # Farther from all others than those are from each other.
            if len(others) < 2 or np.abs(others - code).min() <= np.ptp(others) or (code > 0 and count < 2):
                continue
            values = values.copy() if values is raw.values else values
            values[values[:, place] == code, place] = np.nan
            told.append(f"{code:g} in column {column_name(name)} ({counted(count, 'cell')})")
    if told:
        rest = f" and in {len(told) - 4:,} more" if len(told) > 4 else ""
        notices.append(f"Taken as missing, far from all other numbers: {'; '.join(told[:4])}{rest}.")
    return replace(raw, values=values)


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
    known = np.array([not is_missing(text) for text in words.names])
    begins = np.flatnonzero(known[words.codes]) if len(words.codes) else np.empty(0, np.int64)
    if len(begins) < 2 or begins[0] or 2 * len(begins) > len(words) or len(begins) != known.sum():
        return None
    lengths = np.diff([*begins, len(words)])
    if lengths.max() > UNEVEN * lengths.min():
        return None
    return Words.of(np.repeat([words[begin] for begin in begins.tolist()], lengths).tolist())
