"""A file that somebody brings, and a second one with its labels: read, put right, and looked at before it is kept."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from core.errors import LatentLabError, UploadError
from core.uploads.parse.format import Format
from core.uploads.parse.formats import asked_of, said
from core.uploads.parse.raw import Raw
from core.uploads.prepare.grid import MOST
from core.uploads.prepare.matters import formats_for
from core.uploads.prepare.options import Options
from core.uploads.prepare.roles import as_table, has_columns
from core.uploads.prepare.second import LABELLED
from pages.ui.bring_columns import put_right, show_columns
from pages.ui.bring_options import PREFIX, drawn, format_of, options_of, part_of
from pages.ui.bring_outcome import show_what_comes
from pages.ui.brought import Reading, grid_of, raw_of
from pages.ui.browse import follow
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.session import memory


def show() -> None:
    """Ask for a file; show what is in it, what will be made of it, and why."""
    follow()
    # No list of endings: whatever is brought is answered by the reader, also what it does not read.
    file = st.file_uploader(
        "A file of your own",
        key="brought",
        help=f"Tables ({said('table', 'text')}): a row a sample, or series in columns. Arrays ({said('array')}). "
        f"Archives ({said('archive')}): pictures or sounds, labelled by their folders. A recording ({said('sound')}). "
        "Words or running text (TXT). It stays on this machine.",
        on_change=_forget,
    )
    try:
        if file is not None:
            memory().reading = _brought(file, getattr(memory().reading, "labels", None))
        reading = memory().reading
        if reading is None:
            st.caption("Nothing leaves this machine. What is read is shown before it is kept.")
            return
        alone, above = replace(reading, labels=None), st.container()
        with st.spinner(f"Reading {plain(reading.name)}…"):
            with above:
                format = format_of(alone, part_of(alone))
            raw = raw_of(alone, format)
        place, (left, right) = st.container(), st.columns([1, 3], gap="large")
        with left:
            reading = memory().reading = _with_labels(reading, raw)
            for name in formats_for(raw):
                format = format.model_copy(update={name: drawn(name, dict(format), f"{PREFIX}{reading.key}-")})
        raw, refused = _together(reading, raw_of(alone, format), format)
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
    columns, kinds = put_right(raw, _told(reading, format))
    if kinds:
        format = format.model_copy(update={"kinds": kinds})
        raw, refused = _together(reading, raw, format)
    with left:
        options = options_of(raw, {**dict(format), "columns": columns})
    if has_columns(raw) and options is not None:
        with place:
            _columns(reading if refused is None else alone, raw, options, key)
    with right:
        show_what_comes(raw, options, reading, refused)


def _forget() -> None:
    memory().reading = None


def _forget_labels() -> None:
    reading = memory().reading
    memory().reading = reading and replace(reading, labels=None)


def _brought(file: Any, labels: Reading | None = None) -> Reading:
    """The file, its bytes kept once a session, and again where they are not kept any more."""
    known, reader = memory().files_read, laboratory.engine.reader
    if file.file_id not in known or not reader.has(known[file.file_id]):
        known[file.file_id] = reader.keep(file.getvalue())
    return Reading(known[file.file_id], file.name, file.size, labels)


def _with_labels(reading: Reading, raw: Raw) -> Reading:
    """The file with another one that holds its labels, where its samples can have them."""
    if raw.form not in LABELLED:
        return reading
    file = st.file_uploader(
        "Labels from a second file",
        key=f"{PREFIX}{reading.key}-labels",
        help="One label for each sample, in their order; or ids that stand in both files, and labels.",
        on_change=_forget_labels,
    )
    labels = reading.labels if file is None else _brought(file)
    if labels is None:
        return reading
    begin = dict(Format())
    with st.expander("How the labels are written"):
        for name in asked_of(labels.name):
            begin[name] = drawn(name, begin, f"{PREFIX}{labels.key}-labels-")
    return replace(reading, labels=replace(labels, format=Format(**begin)))


def _together(reading: Reading, otherwise: Raw, format: Format) -> tuple[Raw, UploadError | None]:
    """A file with its labels and in the kinds that were chosen; where that cannot be, what there is `otherwise`."""
    try:
        return raw_of(reading, format), None
    except UploadError as error:
        return otherwise, error


def _told(reading: Reading, format: Format) -> str:
    """Where the session keeps what was said about the columns of a file, or of a part of it."""
    return f"{PREFIX}{reading.key}-{format.part}-told"


def _columns(reading: Reading, raw: Raw, options: Options, key: str) -> None:
    """The grid of columns, as they were guessed and as they were put right; of many those that are looked for."""
    wanted, count = "", len(as_table(raw).columns)
    if count > MOST:
        wanted = st.text_input(
            f"Columns, the first {MOST:,} of {count:,}",
            key=f"{PREFIX}{reading.key}-wanted",
            placeholder="Part of a name",
            help="The first of the columns whose names hold this are shown.",
        )
    try:
        guessed = grid_of(reading, options.model_copy(update={"columns": (), "kinds": ()}), wanted)
    except UploadError as error:
        st.caption(plain(str(error)))
        return
    told = guessed
    # What cannot be stays in the grid, to be put right; why it cannot is said where samples would be.
    with suppress(UploadError):
        told = grid_of(reading, options, wanted)
    show_columns(guessed, told, options, f"{key}-{wanted}", _told(reading, options))
