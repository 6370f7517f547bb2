"""Of several arrays those that are samples, and their labels."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from math import isqrt

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, FEWEST_SAMPLES, TEXTS
from core.uploads.parse.arrays import Header, held, refuse_all_but_numbers
from core.uploads.parse.format import Format
from core.uploads.parse.parts import largest, of_part
from core.uploads.parse.raw import Array, Raw
from core.uploads.parse.words import Words
from core.uploads.phrases import counted, listed, printable

# Names of the samples and of their labels, the likelier the earlier.
SAMPLES = ("x", "data", "images", "samples", "features")
LABELS = ("y", "labels", "label", "targets", "target", "classes", "class")
# They may say which samples for: x_train, test_labels, Xval.
TRAINING = ("training", "train", "tr")
SPLIT = "|".join((*TRAINING, "testing", "test", "te", "t10k", "validation", "valid", "val", "dev"))
NAMED = re.compile(rf"(?:({SPLIT})[-_]?)?({'|'.join((*SAMPLES, *LABELS))})(?:[-_]?({SPLIT}))?")
# As NumPy numbers what has no names: samples, and then their labels.
NUMBERED = re.compile(r"arr_(\d{1,6})")
# What columns of AnnData are called that say of which kind cells are, or to which cluster they were put.
OF_CELLS = re.compile(r"cell[-_ ]?types?|louvain|leiden|clusters?")
# How likely an array is that of the samples that is called like nothing.
UNNAMED = (3, 0)


def chosen_of(
    headers: dict[str, Header],
    array_of: Callable[[str], Array],
    format: Format,
    notices: list[str],
    categories: Collection[str] = (),
) -> Raw:
    """Of arrays by name, as their headers state them, those that are samples, and their labels if there are any.

    Some may be said to hold `categories`.

    Raises:
        UploadError: none of them holds samples, or not the one that was chosen.
    """
    candidates = [name for name, header in headers.items() if holds_samples(header)]
    if not candidates:
        raise UploadError("The file holds no array of numbers: save one called x.")
    guess = min(candidates, key=lambda name: _rank(name, headers[name]))
    unnamed = {name: math.prod(headers[name][0]) for name in candidates if place_of(name) == UNNAMED}
    is_close = not format.part and guess in unnamed and largest(unnamed).is_close
    return of_part(
        lambda chosen: _labelled(chosen, headers, array_of, categories, is_close, notices), candidates, guess, format
    )


def _labelled(
    chosen: str,
    headers: dict[str, Header],
    array_of: Callable[[str], Array],
    categories: Collection[str],
    is_close: bool,
    notices: list[str],
) -> Raw:
    """The samples of an array, with their labels if another one holds them; `is_close` if others are as likely."""
    refuse_all_but_numbers(headers[chosen], f"Array {printable(chosen, 30)}")
    values = held(array_of(chosen), notices)
    count, last = headers[chosen][0][0], headers[chosen][0][-1]
    labels = _labels_for(headers, chosen, count)
    if labels is None and (labels := _labels_for(headers, chosen, last)):
        # MATLAB stands samples along the last dimension.
        values = np.moveaxis(values, -1, 0)
        notices.append("Samples are along the last dimension, as the labels say.")
    labels = labels or _category_for(headers, chosen, count, categories) or _only_row_for(headers, chosen, count)
    words = {} if labels is None else _words(labels, array_of(labels), notices)
    read_as = f"samples are {printable(chosen, 30)}, " + (f"labels {printable(labels, 30)}" if labels else "no labels")
    rest = [name for name in headers if name not in (chosen, labels)]
    left = f"; left out: {listed(rest)}" if rest else ""
    if is_close:
        notices.append(
            f"Unsure: of {counted(len(headers), 'array')}, {read_as}{left}: choose one of these as the part if it "
            "holds the samples."
        )
    else:
        notices.append(f"Of {counted(len(headers), 'array')}, {read_as}{left}.")
    return Raw("array", values, words=words)


def say_which_way(raw: Raw, format: Format, notices: list[str]) -> Raw:
    """Say whether the columns of an array that MATLAB saved could be its samples, as they often are."""
    rows, columns = raw.values.shape if raw.values.ndim == 2 else (0, 0)
    are_many = columns >= FEWEST_SAMPLES and (columns > rows or isqrt(rows) ** 2 == rows)
    if format.samples == "rows" and not raw.words and rows >= FEWEST_SAMPLES and are_many:
        notices.append(
            f"Unsure: of {rows:,} × {columns:,} numbers rows were read as samples: say that samples are its columns if "
            "they stand side by side, as often in MATLAB."
        )
    return raw


def holds_samples(header: Header) -> bool:
    """Whether an array could be samples: numbers, one of them at least."""
    shape, _, dtype = header
    return dtype.kind in "biufc" and bool(shape)


def _rank(name: str, header: Header) -> tuple[tuple[int, int], int]:
    """The array that is called like samples, else the largest that is not called like labels."""
    return place_of(name), -math.prod(header[0])


def place_of(name: str) -> tuple[int, int]:
    """How likely an array is that of the samples by its name, the likelier the lower."""
    _, split, word = _said(name)
    if word in SAMPLES and split in ("", *TRAINING):
        return bool(split), SAMPLES.index(word)
    return (2, 0) if word == "arr_0" else (4, 0) if word in LABELS else UNNAMED


def parted(name: str) -> tuple[str, str]:
    """The group that an array is in, and what it is called there, in small letters."""
    group, _, known = name.lower().rpartition("/")
    return group, known


def _said(name: str) -> tuple[str, str, str]:
    """The group that an array is in, what its samples are for, and what they are called; each "" if nothing says so."""
    group, known = parted(name)
    found = NAMED.fullmatch(known)
    return (group, found[1] or found[3] or "", found[2]) if found else (group, "", known)


def _labels_for(headers: dict[str, Header], chosen: str, count: int) -> str | None:
    """The array with one label, or a one-hot row, for each of so many samples; it is in their group or in none."""
    group, split, word = _said(chosen)
    numbered = NUMBERED.fullmatch(word)
    known = (*LABELS, f"arr_{int(numbered[1]) + 1}") if numbered else LABELS
    fitting = {_said(name): name for name in _rows_for(headers, chosen, count)}
    likely = ((where, of, name) for where in (group, "") for of in (split, "", *TRAINING) for name in known)
    return next((fitting[said] for said in likely if said in fitting), None)


def _category_for(headers: dict[str, Header], chosen: str, count: int, categories: Collection[str]) -> str | None:
    """Of the arrays of categories with one for each of so many samples, the only one, or that of kinds of cells."""
    found = [name for name in _rows_for(headers, chosen, count) if name in categories]
    of_cells = [name for name in found if OF_CELLS.fullmatch(parted(name)[1])]
    return next(iter(of_cells or found[: len(found) == 1]), None)


def _only_row_for(headers: dict[str, Header], chosen: str, count: int) -> str | None:
    """The one array, whatever it is called, with a whole number or a text for each of so many samples."""
    kinds = {name: headers[name][2].kind for name in _rows_for(headers, chosen, count)}
    found = [name for name, kind in kinds.items() if kind in "biuUS" and math.prod(headers[name][0]) == count]
    return found[0] if len(found) == 1 and count >= FEWEST_SAMPLES else None


def _rows_for(headers: dict[str, Header], chosen: str, count: int) -> list[str]:
    """The arrays that could be labels of so many samples."""
    return [
        name
        for name, (shape, _, dtype) in headers.items()
        if name != chosen and _is_row_of(shape, count, dtype) and dtype.kind in "biufUS" and math.prod(shape) <= CELLS
    ]


def _is_row_of(shape: tuple[int, ...], count: int, dtype: np.dtype[np.generic]) -> bool:
    """Whether a shape is one of a label each, or of a one-hot row each."""
    one_hot = len(shape) == 2 and shape[0] == count and shape[1] > 1 and dtype.kind in "biuf"
    return shape in ((count,), (count, 1), (1, count)) or one_hot


def _words(name: str, labels: Array, notices: list[str]) -> dict[str, Words]:
    """Labels by their name, unless nearly every sample has its own."""
    if labels.ndim == 2 and 1 not in labels.shape:
        is_one_hot = ((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all()
        if not is_one_hot:
            notices.append(f"Left out: array {printable(name, 30)}, whose rows are no one-hot labels.")
            return {}
        notices.append(f"Labels are one-hot in array {printable(name, 30)}.")
        labels = labels.argmax(axis=1)
    flat = labels.reshape(-1)
    try:
        if flat.dtype.kind == "S":
            flat = np.char.decode(flat, "utf-8")
        words = Words.of(flat.tolist()) if flat.dtype.kind == "U" else Words.of_numbers(flat)
    except (ValueError, SystemError) as error:
        # NumPy stores characters as numbers, and not every number is one.
        raise UploadError(f"Array {printable(name, 30)} holds texts that are none: save it again.") from error
    if len(words.names) > TEXTS:
        notices.append(f"Left out: array {printable(name, 30)}, which has more than {TEXTS:,} different labels.")
        return {}
    return {name: words}
