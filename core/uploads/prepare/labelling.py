"""Which column of a table holds the labels."""

from __future__ import annotations

import re

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CLASSES
from core.uploads.parse.raw import Raw
from core.uploads.parse.words import Words
from core.uploads.phrases import column_name, listed, printable
from core.uploads.prepare.columns import (
    BOOLEANS,
    SURE_NUMBERS,
    are_pixels,
    blank_share,
    called,
    different,
    is_sure,
    is_truth,
    may_be_labels,
    numbers_of,
    tells_classes,
    words_of,
)
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.options import Options, Role

LABELS = (
    *("label", "labels", "class", "target", "y", "species", "category", "diagnosis", "outcome", "variety", "emotion"),
    *("klasse", "etiqueta", "classe", "kategorie"),
)  # fmt: skip
# Names of numbers of classes, by the likelihood with which they are labels.
OFTEN = (
    *("class label", "label id", "class id", "target class", "true label", "ground truth", "y true", "is anomaly"),
    *("anomaly", "is outlier", "outlier", "is fraud", "fraud", "survived", "churn", "churned", "exited", "digit"),
    "type",
)  # fmt: skip
WORDS = re.compile(r"[^\W\d_a-z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
# Rows that are looked at to see whether a column has fractions, and the share of whole numbers in one that has none.
ROWS = 64
WHOLE = 0.9
# Different texts that the last of several columns of categories has at most where it alone is the label.
FEW_WORDS = 30


def label_column(
    raw: Raw, options: Options, chosen: dict[str, Role], series: str | None, notices: list[str]
) -> str | None:
    """The column that holds the labels, if there is one that can."""
    told = next((name for name, role in chosen.items() if role == "label"), None)
    if told is None and options.label == "none":
        return None
    single = [column.name for column in raw.columns if column.kind == "text" or column.width == 1]
    if told is not None or options.label != "auto":
        label = told or options.label
        found = called(label, single) or called(label.strip(), single)
        if found is None:
            raise UploadError(
                f"There is no column called {printable(label, 30)!r} for labels; choose one of {listed(single)}, "
                "auto or none."
            )
        return found if different(raw, found) <= CLASSES else _too_many(raw, found, notices)
    told_otherwise = {name for name, kind in options.kinds if kind != "category"}
    others = {series, *chosen, *told_otherwise}
    rest = [name for name in single if name not in others and not _is_coordinate(raw, name)]
    brought = raw.brought if raw.brought in rest else None
    named = brought or next(filter(None, (called(known, rest) for known in LABELS)), None)
    if named is not None:
        if different(raw, named) > 1 and not may_be_labels(raw, named, options):
            return _too_many(raw, named, notices)
        return _said(raw, named, notices)
    declared = next((column.name for column in raw.columns if column.is_class and column.name in rest), None)
    if declared is not None and may_be_labels(raw, declared, options):
        return _said(raw, declared, notices)
    often = {_plain(name): name for name in reversed(rest)}
    for known in OFTEN:
        likely = often.get(known, "")
        # What is so or not so is a 1 or a 0 as it stands.
        if likely and may_be_labels(raw, likely, options) and not is_truth(words_of(raw, likely)):
            return _said(raw, likely, notices)
    texts = [name for name in rest if name in raw.words]
    classes = [
        name
        for name in texts
        if may_be_labels(raw, name, options) and blank_share(raw.words[name]) <= options.most_missing
    ]
    if len(classes) == 1:
        truth = {text.lower() for text in raw.words[classes[0]].names} <= {*BOOLEANS, *BOOLEANS.values()}
        return None if truth and classes[0] != raw.columns[-1].name else _said(raw, classes[0], notices)
    if texts:
        return _words_at_the_end(raw, classes, options, notices)
    return _label_at_an_end(raw, rest, notices)


def _plain(name: str) -> str:
    """A name in small letters, with blanks between its words: is_anomaly and IsAnomaly are one."""
    return " ".join(WORDS.findall(name)).lower()


def _is_coordinate(raw: Raw, name: str) -> bool:
    """Whether a column is the y of points whose places are whole numbers."""
    x = called("x", raw.names) if name.lower() == "y" and name in raw.names else None
    if x is None:
        return False
    places = np.stack([numbers_of(raw, x), numbers_of(raw, name)]).astype(np.float64)
    return bool((np.isnan(places) | (places == np.floor(places))).all())


def why_labels(raw: Raw, name: str) -> str:
    """Why a column is taken for labels."""
    count, again = different(raw, name), ", which come up again"
    again = again if count < len(raw.values) else ", another one in each row"
    named = "; labels are often called so" if called(name, LABELS) or _plain(name) in OFTEN else again
    return f"{count:,} different values{named}"


def _too_many(raw: Raw, name: str, notices: list[str]) -> str | None:
    """No column of labels, and why."""
    classes, treated = different(raw, name), "left out" if name in raw.words else "read as values"
    notices.append(
        f"{classes:,} different values of {printable(name, 30)} in {len(raw.values):,} rows are no labels, which are "
        f"at most {CLASSES:,} and have several rows each: it was {treated}."
    )
    return None


def _said(raw: Raw, name: str, notices: list[str]) -> str:
    """A column of labels; it is told if it could be anything else."""
    if not is_sure(raw, name) and different(raw, name) > 1:
        notices.append(
            f"Unsure: column {column_name(name)} with {different(raw, name):,} different values in "
            f"{len(raw.values):,} rows was taken for labels: leave it out, or make it a value, if it holds no classes."
        )
    return name


def _words_at_the_end(raw: Raw, classes: list[str], options: Options, notices: list[str]) -> str | None:
    """The last column beside values, if each row has one of few words there, as no other column has."""
    last, are_values = raw.columns[-1].name, bool(raw.names) or options.categories == "one_hot"
    if last not in classes or not are_values or different(raw, last) > FEW_WORDS or blank_share(raw.words[last]):
        return None
    if any(_folded(raw.words[last]) == _folded(raw.words[name]) for name in raw.words if name != last):
        return None
    notices.append(
        f"Unsure: column {column_name(last)}, the last one, with {different(raw, last)} different texts, was taken for "
        "labels: leave it out, or make it a value, if it holds no classes."
    )
    return last


def _folded(words: Words) -> set[str]:
    return {text.strip().lower() for text in words.names}


def _label_at_an_end(raw: Raw, names: list[str], notices: list[str]) -> str | None:
    """The first or the last column of a table, if it alone may count classes; where it is not clear it is told of."""
    ends = dict.fromkeys([raw.columns[0].name, raw.columns[-1].name])
    likely = [name for name in ends if name in names and _is_whole(raw, name) and tells_classes(raw, name)]
    likely = likely if len(likely) < 2 else [name for name in likely if is_sure(raw, name)]
    if len(likely) != 1 or len(raw.columns) < 3 or any(column.kind != "number" for column in raw.columns):
        return None
    (name,) = likely
    others = np.delete(raw.values[:: max(1, len(raw.values) // ROWS)], raw.places[name], axis=1)
    whole = (others == np.floor(others)).mean(axis=0) > WHOLE
    counts = 1 + (np.diff(np.sort(others, axis=0), axis=0) > 0).sum(axis=0)
    are_pictures = are_pixels(others) and others.max() > np.nanmax(numbers_of(raw, name))
    # Beside fractions, and what is counted otherwise.
    is_clear = are_pictures or (not whole.all() and (counts[whole] > SURE_NUMBERS).all())
    if is_clear and all(column.name == f"column {i + 1}" for i, column in enumerate(raw.columns)):
        notices.append(
            f"Unsure: {name} holds few numbers, all of them whole, and was taken for labels: make it a value if it is "
            "one."
        )
        return name
    own = different(raw, name)
    if is_sure(raw, name) and own < counts[counts > 1].min(initial=SURE_NUMBERS + 1):
        notices.append(
            f"Unsure: column {column_name(name)}, with {own} different whole numbers, was read as a value: choose it "
            "as the label if these are classes."
        )
    return None


def _is_whole(raw: Raw, name: str) -> bool:
    column = numbers_of(raw, name)[:: max(1, len(raw.values) // ROWS)]
    return bool((column == np.floor(column)).mean() > WHOLE)


def labels_of(raw: Raw, name: str, notices: list[str]) -> Labels | None:
    """The texts of samples as labels, unless nearly every sample has its own."""
    if tells_classes(raw, name):
        return Labels.of(raw.words[_said(raw, name, notices)])
    _too_many(raw, name, notices)
    return None
