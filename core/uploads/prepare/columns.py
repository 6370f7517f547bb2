"""What the columns of a table are: numbers, categories, texts, times, ids, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from core.uploads.limits import CLASSES, SMALLEST_SIDE
from core.uploads.parse.format import Kind
from core.uploads.parse.numbers import is_missing
from core.uploads.parse.raw import Array, Column, Raw
from core.uploads.parse.words import Words
from core.uploads.prepare.options import Options

ID = re.compile(r"(?i:(.*[_\s.-])?(id|uuid|guid|index)|unnamed.*|__index_level_\d+__)|.*[a-z](Id|ID)")
# What programs write for what is so, and for what is not.
BOOLEANS = {"true": "false", "wahr": "falsch", "vrai": "faux", "verdadero": "falso", "vero": "falso", "истина": "ложь"}
# A yes and its no.
TRUTHS = BOOLEANS | {"yes": "no", "y": "n", "t": "f", "on": "off", "ja": "nein", "oui": "non", "sí": "no", "是": "否"}
# Ways in which a yes and a no are written, as yes, Yes and YES.
SPELLINGS = 12
# A column tells classes apart where each has this many rows at least, on the average; fractions rarely do.
ROWS_A_CLASS = 2
ROWS_A_FRACTION = 5
# Where each has fewer, or so many numbers are different, what is counted or measured does as well.
SURE_ROWS = 5
SURE_NUMBERS = 20


def numbers_of(raw: Raw, name: str) -> Array:
    """A column of values (N,) by its name."""
    column: Array = raw.values[:, raw.places[name]]
    return column


def cells_of(raw: Raw, column: Column) -> Array:
    """The values (N, width) of a column of numbers, times or lists."""
    first = raw.places[column.names[0]]
    cells: Array = raw.values[:, first : first + column.width]
    return cells


def words_of(raw: Raw, name: str) -> Words:
    """A column (N,) as texts, whatever it is."""
    return raw.words[name] if name in raw.words else Words.of_numbers(numbers_of(raw, name))


def different(raw: Raw, name: str) -> int:
    """How many values of a column differ, missing ones not counted."""
    if name in raw.words:
        return int((~raw.words[name].blanks).sum())
    found = np.unique(numbers_of(raw, name))
    return int((~np.isnan(found)).sum()) if found.dtype.kind == "f" else len(found)


def tells_classes(raw: Raw, name: str) -> bool:
    """Whether a column could be labels: few values for so many rows, each of several rows."""
    count, rows = different(raw, name), len(raw.values)
    if count < 2:
        return False
    if count > CLASSES or count * ROWS_A_CLASS > rows:
        return False
    if name in raw.words:
        return True
    column = numbers_of(raw, name)
    column = column[~np.isnan(column)] if column.dtype.kind == "f" else column
    whole = bool((column == np.floor(column)).all())
    # Numbers of classes leave hardly one out; of what is measured a longer table has ever more different ones.
    if whole and float(column.max()) - float(column.min()) < 2 * count:
        return True
    return count <= (2 if whole else 1) * rows**0.5 and (whole or count * ROWS_A_FRACTION <= rows)


def are_pixels(rows: Array) -> bool:
    """Whether rows (N, D) are bytes that make squares."""
    side = int(rows.shape[1] ** 0.5)
    are_bytes = ((rows == np.floor(rows)) & (rows >= 0) & (rows <= 255)).all()
    return side >= SMALLEST_SIDE and side * side == rows.shape[1] and bool(are_bytes)


def is_sure(raw: Raw, name: str) -> bool:
    """Whether a column that could be labels could hardly be anything else."""
    count = different(raw, name)
    return count * SURE_ROWS <= len(raw.values) and (name in raw.words or count <= SURE_NUMBERS)


def may_be_labels(raw: Raw, name: str, options: Options) -> bool:
    """Whether a column could be labels, by what was said of it or else by its values."""
    told = options.told(name)
    return told == "category" if told else tells_classes(raw, name)


def is_truth(words: Words) -> bool:
    """Whether texts are a yes and a no."""
    if (~words.blanks).sum() > SPELLINGS:
        return False
    found = {text.strip().lower() for text in words.names if not is_missing(text)}
    return len(found) == 2 and any(found == {*pair} for pair in TRUTHS.items())


def is_id_name(name: str) -> bool:
    """Whether a column is called as those are that tell rows apart."""
    return ID.fullmatch(name) is not None


def is_index(raw: Raw, name: str) -> bool:
    """Whether a column holds a whole number of its own for each row, and is the first and the only one without a name.

    So pandas and R write the numbers of rows, of which some may be gone, in any order.
    """
    first, *others = raw.columns[:2]
    if name != first.name or name != "column 1" or not others or others[0].name == "column 2":
        return False
    if first.kind != "number":
        return False
    return bool((numbers_of(raw, name) % 1 == 0).all()) and different(raw, name) == len(raw.values)


def blank_share(words: Words) -> float:
    """The share of texts that say that they hold nothing."""
    return float(words.blanks[words.codes].mean()) if len(words) else 1.0


def missing_shares(raw: Raw) -> dict[str, float]:
    """The share of missing cells by column, lists counted as one."""
    gaps = np.isnan(raw.values).mean(axis=0) if raw.values.dtype.kind == "f" else np.zeros(raw.values.shape[1])
    shares = dict(zip(raw.names, gaps.tolist(), strict=True))
    for column in raw.columns:
        if column.kind == "text":
            shares[column.name] = blank_share(raw.words[column.name])
        elif column.width > 1:
            shares[column.name] = max(shares[name] for name in column.names)
    return shares


def kind_of(raw: Raw, column: Column, options: Options) -> Kind:
    """What a column is, as was said or once all of its rows are known."""
    told = options.told(column.name)
    if told is not None:
        return told
    if column.kind == "text":
        return "category" if tells_classes(raw, column.name) else "text"
    if column.kind == "number" and (is_id_name(column.name) or is_index(raw, column.name)):
        return "id" if different(raw, column.name) == len(raw.values) else "number"
    return column.kind


def one_hot(words: Words, name: str) -> tuple[Array, tuple[str, ...]]:
    """Texts (N,) as columns of 0 and 1, one for each different one, or a single one for yes and no; and their names."""
    known = [place for place, text in enumerate(words.names) if not is_missing(text)]
    if is_truth(words):
        texts = [text.strip().lower() for text in words.names]
        truth = np.array([np.nan if is_missing(text) else text in TRUTHS for text in texts], np.float64)
        return truth[words.codes][:, None], (name,)
    columns = np.full(len(words.names), -1)
    columns[known] = np.arange(len(known))
    ones = columns[words.codes]
    table = np.zeros((len(ones), len(known)))
    table[ones < 0] = np.nan
    table[np.flatnonzero(ones >= 0), ones[ones >= 0]] = 1
    return table, tuple(f"{name} = {words.names[place]}" for place in known)


def called(wanted: str, names: Iterable[str]) -> str | None:
    """The column of this name, in this spelling if there is one, or else in capital or small letters."""
    alike = [name for name in names if name.lower() == wanted.lower()]
    return wanted if wanted in alike else next(iter(alike), None)
