"""A file that somebody brings: read, looked at before and after, prepared, and kept."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st
from pydantic import ValidationError

from core.dataset import Split
from core.errors import LatentLabError, UploadError
from core.sentences import sentences
from core.uploads.parse.decode import AS_FOUND, NAMED
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import TABLE
from core.uploads.prepare.grid import Told, grid
from core.uploads.prepare.matters import matters_for
from core.uploads.prepare.options import ROLES, Options, Role
from core.uploads.prepare.roles import classes_of
from core.uploads.prepare.ways import way_of
from core.uploads.reading import Upload, prepare
from pages.ui.as_it_came import show_as_it_came
from pages.ui.browse import choose, follow
from pages.ui.datasets import describe
from pages.ui.figures import points
from pages.ui.galleries import wall
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.session import memory
from pages.ui.state import attempt, session
from pages.ui.widgets import draw

# Samples, rows and columns of a preview.
SAMPLES = 32
ROWS = 8
COLUMNS = 12
# Files that hold a table of text, or may.
TEXTUAL = (*(suffix for suffix, what in NAMED.items() if what == TABLE), ".txt", ".data", ".dat", ".vec")
# What the keys of the options' widgets begin with.
PREFIX = "bring-"
TITLED: dict[str, Role] = {title: role for role, title in ROLES.items()}


@dataclass(frozen=True)
class Reading:
    """A file that was brought: the key of its bytes, its name and its size in bytes."""

    key: str
    name: str
    size: int


def show() -> None:
    """Ask for a file; show what is in it, what will be made of it, and why."""
    follow()
    # No list of endings: whatever is brought is answered by the reader, also what it does not read.
    file = st.file_uploader(
        "A file of your own",
        key="brought",
        help="Tables (CSV, TSV, TXT, Excel, ODS, Parquet, Feather): a row a sample, or series in columns. Arrays (NPY, "
        "NPZ, MAT, IDX). ZIP: pictures or sounds, labelled by their folders. WAV, FLAC or OGG: a recording. TXT: "
        "words or running text. It stays on this machine.",
        on_change=_forget,
    )
    try:
        if file is not None:
            memory().reading = _brought(file)
        reading = memory().reading
        if reading is None:
            st.caption("Nothing leaves this machine. What is read is shown before it is kept.")
            return
        format = _format(reading)
        with st.spinner(f"Reading {plain(reading.name)}…"):
            raw = _raw(reading, format)
    except UploadError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    except LatentLabError as error:
        _forget()
        st.error(plain(str(error)), icon=":material/error:")
        return
    if file is None:
        st.caption(f"Still here from before: {plain(reading.name)}.")
    key = f"{PREFIX}{reading.key}-columns-{hash(format)}"
    columns, place = _put_right(raw, key), st.container()
    left, right = st.columns([1, 3], gap="large")
    with left:
        options = _options(raw, {**dict(format), "columns": columns})
    if raw.form == "table" and options is not None:
        with place:
            _columns(reading, options, key)
    with right:
        _both(raw, options, reading)


def _forget() -> None:
    memory().reading = None


def _brought(file: Any) -> Reading:
    """The file, its bytes kept once a session."""
    known = memory().files_read
    if file.file_id not in known:
        known[file.file_id] = laboratory.engine.reader.keep(file.getvalue())
    return Reading(known[file.file_id], file.name, file.size)


def _format(reading: Reading) -> Format:
    """How the table in a file is written, as far as it was said; other files are not asked about."""
    if not reading.name.lower().removesuffix(".gz").endswith(TEXTUAL) and "." in reading.name:
        return AS_FOUND
    begin = dict(AS_FOUND)
    places = st.columns(len(begin), vertical_alignment="bottom")
    values = dict(begin)
    for place, knob in zip(places, Format.knobs(), strict=True):
        with place:
            values[knob.name] = draw(knob, begin, values, {"key": f"{PREFIX}{reading.key}-{knob.name}"})
    return Format(**values)


def _put_right(raw: Raw, key: str) -> tuple[tuple[str, Role], ...]:
    """The roles that people chose in the grid of columns, whose widget has this key."""
    rows = st.session_state.get(key, {}).get("edited_rows", {})
    return tuple((raw.columns[row].name, TITLED[edited["Role"]]) for row, edited in rows.items() if "Role" in edited)


def _columns(reading: Reading, options: Options, key: str) -> None:
    """What each column is for: a grid with what was guessed, and why, in which people put it right."""
    try:
        guessed = _grid(reading, options.model_copy(update={"columns": ()}))
    except UploadError as error:
        st.caption(plain(str(error)))
        return
    told = guessed
    # Roles that cannot be stay in the grid, to be put right; why they cannot is said where samples would be.
    with suppress(UploadError):
        told = _grid(reading, options)
    # The editor forgets a choice that is what it is given.
    chosen = dict(options.columns)
    roles = [(old if new.name in chosen else new).role for old, new in zip(guessed, told, strict=True)]
    shown = {
        "Column": [column.name for column in told],
        "Kind": [column.kind for column in told],
        "Role": [ROLES[role] for role in roles],
        "Missing": [column.missing for column in told],
        "Values": [list(column.histogram) for column in told],
        "Examples": [column.examples for column in told],
        "Why": [column.why for column in told],
    }
    config = {
        "Role": st.column_config.SelectboxColumn(options=[*ROLES.values()], required=True, help="What it is for."),
        "Missing": st.column_config.NumberColumn(format="percent"),
        "Values": st.column_config.BarChartColumn(help="How often values come up, from the least to the largest."),
    }
    st.data_editor(
        shown,
        column_config=config,
        disabled=[name for name in shown if name != "Role"],
        hide_index=True,
        height="auto" if len(told) <= ROWS else 35 * (ROWS + 1) + 3,
        key=key,
    )


def _options(raw: Raw, told: dict[str, Any]) -> Options | None:
    """The choices that matter for what was read, beside those that were `told`."""
    knobs = {knob.name: knob for knob in Options.knobs()}
    begin = dict(Options(**told))
    values = dict(begin)
    matters = matters_for(raw, Options(**told))
    if "read_as" in matters:
        values["read_as"] = draw(knobs["read_as"], begin, values, {"key": f"{PREFIX}read_as"})
    if "label" in matters and raw.form != "table":
        label = knobs["label"]
        values["label"] = st.selectbox(label.label, ["auto", "none"], key=f"{PREFIX}label", help=label.help)
    # What else matters depends on the two.
    for name in matters_for(raw, Options(**values)):
        if name not in ("read_as", "label", "columns", "left_out"):
            values[name] = draw(knobs[name], begin, values, {"key": PREFIX + name})
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


def _both(raw: Raw, options: Options | None, reading: Reading) -> None:
    """The file before and after, what was decided, and the button that keeps it."""
    heading("As it came")
    show_as_it_came(raw)
    if options is None:
        return
    heading("As a network will see it")
    try:
        upload = _prepared(reading, options)
    except UploadError as error:
        st.error(plain(str(error)), icon=":material/error:")
        _say_what_was_decided(error.notices)
        return
    describe(upload.spec, upload.card, upload.sizes)
    _say_what_was_decided(upload.notices)
    st.button(
        "Keep and train on it",
        key="keep",
        type="primary",
        icon=":material/bookmark_add:",
        on_click=_keep,
        args=(reading, options),
    )
    shown = Split(upload.x, upload.y).fixed(SAMPLES)
    if upload.spec.rendering == "dot":
        labels = None if shown.y is None else shown.y.numpy()
        st.plotly_chart(
            points(shown.x.numpy(), labels, upload.spec.label_names, upload.spec.value_range),
            width="stretch",
            key="after",
        )
        return
    if upload.spec.kind == "vector":
        st.dataframe(upload.x[:ROWS, :COLUMNS].numpy(), hide_index=True)
        st.caption(f"The first {ROWS} samples; below, {len(shown.x)} of all, as curves over their values.")
    columns = 16 if upload.spec.rendering == "picture" else 8
    wall(shown.x.numpy(), upload.spec, "after", columns=columns, size=64)


def _say_what_was_decided(notices: tuple[str, ...]) -> None:
    if notices:
        st.info("**What was decided**\n" + "\n".join(f"- {plain(notice)}" for notice in notices))


def _keep(reading: Reading, options: Options) -> None:
    # Made again rather than handed over: a button keeps what it was given for as long as its page is open.
    def act() -> None:
        upload = _prepared(reading, options)
        shelf = laboratory.home.shelf
        choose(shelf.keep(upload.spec, upload.card, upload.x, upload.y, upload.notices, upload.parts, session()))

    attempt(act)


# Only the last file is held, for it may be large.
@lru_cache(maxsize=1)
def _raw(reading: Reading, format: Format) -> Raw:
    reader = laboratory.engine.reader
    return reader.raw(reader.read(reading.name, reader.data(reading.key), format))


@lru_cache(maxsize=2)
def _grid(reading: Reading, options: Options) -> list[Told]:
    """The columns of a table, as the options have them."""
    return grid(_raw(reading, options.format), options)


@lru_cache(maxsize=1)
def _prepared(reading: Reading, options: Options) -> Upload:
    """What the options make of a file."""
    return prepare(_raw(reading, options.format), options, reading.name, reading.size)
