"""Labels from a second file: one for each sample, in their order or by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import NoReturn

import numpy as np

from core.errors import UploadError
from core.uploads.parse.names import LONGEST_NAME
from core.uploads.parse.raw import Column, Raw
from core.uploads.parse.words import Words
from core.uploads.phrases import column_name, counted, listed, printable, told_apart
from core.uploads.prepare.columns import called, different, numbers_of, tells_classes, words_of
from core.uploads.prepare.labelling import LABELS
from core.uploads.prepare.options import Options
from core.uploads.prepare.roles import as_table

# Forms of files whose samples can be told apart from the start.
LABELLED = ("table", "array", "pictures", "sounds")
# Of the samples, those whose ids have to stand in the second file.
MOST = 0.5
# What columns are called that nobody named.
UNNAMED = "column 1"


@dataclass(frozen=True)
class Match:
    """Ids of samples, in the file and in its column `where`, the second file's `column` that holds `found` of them."""

    where: str
    ids: tuple[str, ...]
    column: str
    found: int


def matched(raw: Raw, second: Raw, filename: str) -> Raw:
    """The labels that a second file of this name has for the samples of a first, and a notice how they were matched.

    Raises:
        UploadError: the two do not fit together.
    """
    if raw.form not in LABELLED:
        raise UploadError("A recording or a text has no samples yet that a second file could label: bring one file.")
    if second.form not in ("table", "array", "labels") or second.values.ndim > 2:
        raise UploadError(
            f"{printable(filename)} holds no labels: bring a table with one a row, or with ids and labels."
        )
    labels = as_table(second)
    match = max(_matches(raw, labels), key=lambda match: match.found, default=None)
    if match is not None and match.found >= MOST * len(match.ids):
        words, said = _by_id(match, labels, filename)
    else:
        words, said = _by_order(raw, second, filename)
    name = told_apart([*raw.names, *raw.words, printable(filename, LONGEST_NAME)], LONGEST_NAME)[-1]
    column = Column(name, "text", f"it is from {printable(filename, 30)}")
    return Raw("labels", words.codes, (column,), {name: words}, notices=(*second.notices, said), brought=name)


def together(raw: Raw, labels: Raw | None = None) -> Raw:
    """What a file holds, with the labels that were matched to its samples, if any were."""
    if labels is None:
        return raw
    notices = (*raw.notices, *labels.notices)
    if raw.form != "table":
        return replace(raw, words=labels.words, brought=labels.brought, notices=notices)
    columns, words = (*raw.columns, *labels.columns), {**raw.words, **labels.words}
    return replace(raw, columns=columns, words=words, brought=labels.brought, notices=notices)


def alone(raw: Raw, options: Options, notices: list[str]) -> NoReturn:
    """Refuse a file of labels that came without its samples.

    Raises:
        UploadError: always.
    """
    raise UploadError(
        f"The file holds {counted(len(raw.values), 'label')} and no samples: bring the file of samples, and this one "
        "as its labels."
    )


def _matches(raw: Raw, labels: Raw) -> Iterator[Match]:
    """Columns that tell samples apart, in the file and in the one with labels."""
    if len(labels.columns) < 2:
        return
    ids = {"": raw.ids, "name": tuple(PurePosixPath(name).name for name in raw.ids)}
    ids["stem"] = tuple(PurePosixPath(name).stem for name in raw.ids)
    if raw.form == "table":
        named = {column.name.lower() for column in labels.columns}
        # Numbers from 0 on stand in both files by chance, unless both call them the same.
        likely = (*raw.words, *(name for name in raw.names if name.lower() in named))
        ids = {name: tuple(words_of(raw, name)) for name in likely if different(raw, name) == len(raw.values)}
    # 1.png may be in several folders, and 007 and 7 are compared as one; frames have the id of their file.
    apart = len({*raw.ids}) or len(raw.values)
    ids = {where: names for where, names in ids.items() if names and len({*map(_key, names)}) == apart}
    for column in labels.columns:
        if not _may_be_ids(labels, column):
            continue
        known = {*map(_key, words_of(labels, column.name))}
        if len(known) < len(labels.values):
            continue
        for where, names in ids.items():
            if where not in raw.places or where.lower() == column.name.lower():
                yield Match(where, names, column.name, sum(_key(name) in known for name in names))


def _may_be_ids(labels: Raw, column: Column) -> bool:
    """Whether a column tells rows apart, by texts or by whole numbers."""
    if column.width > 1:
        return False
    if column.kind != "text":
        numbers = numbers_of(labels, column.name)
        if not (numbers == np.floor(numbers)).all():
            return False
    return different(labels, column.name) == len(labels.values)


def _key(id: str) -> str:
    """An id as it is compared: 007 is 7 where a table has it as a number."""
    return id.lstrip("0") or "0" if id.isdigit() else id


def _by_id(match: Match, labels: Raw, filename: str) -> tuple[Words, str]:
    """The label of each id, "" where there is none."""
    name = _label_of(labels, match.column)
    known = dict(zip(map(_key, words_of(labels, match.column)), words_of(labels, name), strict=True))
    lacking = len(match.ids) - match.found
    rest = f"; {counted(lacking, 'sample')} stand in none of its rows and have no label" if lacking else ""
    return Words.of(known.get(_key(id), "") for id in match.ids), (
        f"Labels were taken from column {column_name(name)} of {printable(filename)}, by the ids in its column "
        f"{printable(match.column, 30)}{rest}."
    )


def _by_order(raw: Raw, second: Raw, filename: str) -> tuple[Words, str]:
    """One label a sample, as both stand; it is told where that could be wrong."""
    count, labels = len(raw.values), as_table(second)
    name = _label_of(labels, None)
    words, said = [*words_of(labels, name)], ""
    if len(words) == count - 1 and len(labels.columns) == 1 and name != UNNAMED and not called(name, LABELS):
        words, said = [name, *words], f", its first row ({printable(name, 20)}) being one"
    elif len(words) == count + 1 and second.form == "table" and _is_name(words, name):
        said = f", its first row ({printable(words.pop(0), 20)}) being a name"
    if len(words) != count:
        raise UploadError(
            f"{printable(filename)} has {counted(len(words), 'label')} for {counted(count, 'sample')}, and no column "
            "of ids that stand in both files: bring one label for each sample, or ids and labels."
        )
    others = [column.name for column in labels.columns if column.name != name and column.width == 1]
    apart = any(different(labels, other) == len(labels.values) for other in others)
    if said or raw.ids or apart or raw.gone or second.gone:
        return Words.of(words), (
            f"Unsure: labels are the rows of {printable(filename)}, in their order{said}; ids that stand in both files "
            "would make sure of it."
        )
    return Words.of(words), f"Labels are the rows of {printable(filename)}, in their order."


def _is_name(words: list[str], column: str) -> bool:
    """Whether the first text of a column that nobody named is its name, as it is where no other row has it."""
    return column == UNNAMED and (words[0] == "0" or words[0] not in words[1:])


def _label_of(labels: Raw, ids: str | None) -> str:
    """The column that holds labels, beside that of the `ids`."""
    single = [column.name for column in labels.columns if column.name != ids and column.width == 1]
    if not single:
        raise UploadError(
            f"The second file has no column of labels; there are {listed(c.name for c in labels.columns)}."
        )
    named = next(filter(None, (called(known, single) for known in LABELS)), None)
    classes = [name for name in single if tells_classes(labels, name)]
    return named or next(iter(classes), single[-1])
