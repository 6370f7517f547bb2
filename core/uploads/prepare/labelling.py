"""Which column of a table holds the labels."""

from __future__ import annotations

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CLASSES
from core.uploads.parse.raw import Raw
from core.uploads.phrases import column_name, listed, printable
from core.uploads.prepare.columns import (
    BOOLEANS,
    blank_share,
    called,
    different,
    is_sure,
    may_be_labels,
    numbers_of,
    tells_classes,
)
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.options import Options, Role

LABELS = (
    *("label", "labels", "class", "target", "y", "species", "category", "diagnosis", "outcome", "variety", "emotion"),
    *("klasse", "etiqueta", "classe", "kategorie"),
)  # fmt: skip
# Rows that are looked at to see whether a column has fractions.
HEAD = 64


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
    texts = [name for name in rest if name in raw.words]
    classes = [
        name
        for name in texts
        if may_be_labels(raw, name, options) and blank_share(raw.words[name]) <= options.most_missing
    ]
    if len(classes) == 1:
        truth = {text.lower() for text in raw.words[classes[0]].names} <= {*BOOLEANS, *BOOLEANS.values()}
        return None if truth and classes[0] != raw.columns[-1].name else _said(raw, classes[0], notices)
    return None if texts else _label_without_name(raw, rest, notices)


def _is_coordinate(raw: Raw, name: str) -> bool:
    """Whether a column is the y of points whose places are whole numbers."""
    x = called("x", raw.names) if name.lower() == "y" and name in raw.names else None
    if x is None:
        return False
    places = np.stack([numbers_of(raw, x), numbers_of(raw, name)]).astype(np.float64)
    return bool((np.isnan(places) | (places == np.floor(places))).all())


def why_labels(raw: Raw, name: str) -> str:
    """Why a column is taken for labels."""
    named = "; labels are often called so" if called(name, list(LABELS)) else ", which come up again"
    return f"{different(raw, name):,} different values{named}"


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


def _label_without_name(raw: Raw, names: list[str], notices: list[str]) -> str | None:
    """The first or last column of a table without names, if it alone is whole and all others are fractions."""
    if len(names) < 3 or raw.form != "table" or any(name != f"column {i + 1}" for i, name in enumerate(names)):
        return None
    head = raw.values[:HEAD]
    whole = (head == np.floor(head)).mean(axis=0) > 0.9
    if whole.sum() != 1 or not (whole[0] or whole[-1]):
        return None
    name = names[int(np.flatnonzero(whole)[0])]
    if not tells_classes(raw, name):
        return None
    notices.append(
        f"Unsure: {name} alone holds whole numbers, few of them, and was taken for labels: make it a value if it is "
        "one."
    )
    return name


def labels_of(raw: Raw, name: str, notices: list[str]) -> Labels | None:
    """The texts of samples as labels, unless nearly every sample has its own."""
    if tells_classes(raw, name):
        return Labels.of(raw.words[_said(raw, name, notices)])
    _too_many(raw, name, notices)
    return None
