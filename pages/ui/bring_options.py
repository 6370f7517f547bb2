"""The choices about a file that somebody brings: which part of it is read, how it is written, what becomes of it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import streamlit as st
from pydantic import ValidationError

from core.errors import UploadError
from core.hyperparameters import Knob
from core.sentences import sentences
from core.uploads.parse.format import Format
from core.uploads.parse.formats import UNNAMED, asked_of, suffixes
from core.uploads.parse.raw import Raw
from core.uploads.phrases import printable
from core.uploads.prepare.matters import matters_for
from core.uploads.prepare.options import Options
from core.uploads.prepare.roles import classes_of, has_columns
from core.uploads.prepare.ways import way_of
from pages.ui.brought import Reading, parts_of, raw_of
from pages.ui.messages import plain
from pages.ui.widgets import draw

# The ends of names of files that hold a table of text, or may, and of those that may be packed in others.
TEXTUAL = (*suffixes("table", "text"), *filter(None, UNNAMED))
PACKED = suffixes("packed")
# What the keys of the options' widgets begin with.
PREFIX = "bring-"


def part_of(reading: Reading) -> str:
    """The part of a file that was chosen, where it has several; "" is the one that was guessed."""
    try:
        guess, *others = parts_of(reading) or ("",)
    except UploadError:
        # How a table is written may be what is wrong.
        if not _says_table(reading.name):
            raise
        return ""
    if not others:
        return ""
    knob, (place, _) = _knob("part"), st.columns([1, 3])
    chosen: str = place.selectbox(
        knob.label,
        ["", *others],
        format_func=lambda name: printable(name) or f"{printable(guess)} (guessed)",
        key=f"{PREFIX}{reading.key}-part",
        help=knob.help,
    )
    return chosen


def format_of(reading: Reading, part: str) -> Format:
    """How the table in a file is written, as far as it was said; what is no table is not asked about."""
    format, names = Format(part=part), asked_of(reading.name)
    if not names or (not _says_table(reading.name) and raw_of(reading, format).form != "table"):
        return format
    begin = dict(format)
    places = st.columns(len(names), vertical_alignment="bottom")
    for place, name in zip(places, names, strict=True):
        with place:
            begin[name] = drawn(name, begin, f"{PREFIX}{reading.key}-")
    return Format(**begin)


def _says_table(filename: str) -> bool:
    """Whether a table of text is called so, packed or not."""
    name = PurePosixPath(filename.lower())
    return name.suffix == "" or (name.with_suffix("") if name.suffix in PACKED else name).suffix in TEXTUAL


def options_of(raw: Raw, told: dict[str, Any]) -> Options | None:
    """The choices that matter for what was read, beside those that were `told`."""
    knobs = {knob.name: knob for knob in Options.knobs()}
    begin = dict(Options(**told))
    values = dict(begin)
    matters = matters_for(raw, Options(**told))
    if "read_as" in matters:
        values["read_as"] = draw(knobs["read_as"], begin, values, {"key": f"{PREFIX}read_as"})
    if "label" in matters and not has_columns(raw):
        label = knobs["label"]
        values["label"] = st.selectbox(label.label, ["auto", "none"], key=f"{PREFIX}label", help=label.help)
    # What else matters depends on the two.
    for name in matters_for(raw, Options(**values)):
        if name not in ("read_as", "label", "columns", "left_out"):
            values[name] = drawn(name, values, PREFIX)
    try:
        if "left_out" in matters:
            classes = _classes(raw, Options(**values))
            place = {"key": f"{PREFIX}left_out-{hash(classes)}"}
            values["left_out"] = draw(knobs["left_out"], begin, values, place, classes)
        return Options(**values)
    except ValidationError as error:
        st.error(plain(" ".join(sentences(error))), icon=":material/tune:")
        return None


def _classes(raw: Raw, options: Options) -> tuple[str, ...]:
    """Classes that can be left out of training; none while what was chosen cannot be, which is said elsewhere."""
    try:
        return classes_of(raw, options, way_of(raw, options))
    except UploadError:
        return ()


def drawn(name: str, values: dict[str, Any], prefix: str) -> Any:
    """The widget of an option, and what it stands at."""
    return draw(_knob(name), dict(Options(**values)), values, {"key": prefix + name})


def _knob(name: str) -> Knob:
    return next(knob for knob in Options.knobs() if knob.name == name)
