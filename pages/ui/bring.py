"""A file that somebody brings: read, looked at before and after, prepared, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st
from pydantic import ValidationError

from core.dataset import DataSpec, Split
from core.errors import LatentLabError, UploadError
from core.sentences import sentences
from core.uploads.parse.decode import SUFFIXES
from core.uploads.parse.raw import Raw
from core.uploads.phrases import counted
from core.uploads.prepare.matters import matters_for
from core.uploads.prepare.options import Options
from core.uploads.reading import Upload, prepare
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

# Samples, rows, columns and characters of a preview.
SAMPLES = 32
ROWS = 8
COLUMNS = 12
CHARACTERS = 600
# What the keys of the options' widgets begin with.
PREFIX = "bring-"
# Of a sound that can be heard before it is cut.
SECONDS = 30


@dataclass(frozen=True)
class Reading:
    """A file that was read: the key of what is in it, its name and its size in bytes."""

    key: str
    name: str
    size: int


def show() -> None:
    """Ask for a file; show what is in it, what will be made of it, and why."""
    follow()
    file = st.file_uploader(
        "A file of your own",
        type=[suffix.removeprefix(".") for suffix in SUFFIXES] + ["gz"],
        key="brought",
        help="CSV or TSV: a row a sample, or series in columns. NPY or NPZ: arrays. ZIP: pictures, their folders being "
        "their labels. WAV: a recording. TXT: words or running text. It stays on this machine.",
        on_change=_forget,
    )
    try:
        if file is not None:
            memory().reading = Reading(_read(file), file.name, file.size)
        reading = memory().reading
        if reading is None:
            st.caption("Nothing leaves this machine. What is read is shown before it is kept.")
            return
        raw = _raw(reading.key)
    except LatentLabError as error:
        _forget()
        st.error(plain(str(error)), icon=":material/error:")
        return
    if file is None:
        st.caption(f"Still here from before: {plain(reading.name)}.")
    left, right = st.columns([1, 3], gap="large")
    with left:
        options = _options(raw)
    with right:
        _both(raw, options, reading)


def _forget() -> None:
    memory().reading = None


def _read(file: Any) -> str:
    """The key of what is in the file, read once a session."""
    known = memory().files_read
    if file.file_id not in known:
        with st.spinner(f"Reading {plain(file.name)}…"):
            try:
                known[file.file_id] = laboratory.engine.reader.read(file.name, file.getvalue())
            except UploadError as error:
                known[file.file_id] = error
    found = known[file.file_id]
    if isinstance(found, UploadError):
        raise found
    return found


def _options(raw: Raw) -> Options | None:
    """The choices that matter for what was read."""
    knobs = {knob.name: knob for knob in Options.knobs()}
    begin = dict(Options())
    values = dict(begin)
    matters = matters_for(raw, Options())
    if "read_as" in matters:
        values["read_as"] = draw(knobs["read_as"], begin, values, {"key": f"{PREFIX}read_as"})
    if "label" in matters:
        columns = dict.fromkeys((*raw.words, *raw.names))
        label = knobs["label"]
        values["label"] = st.selectbox(label.label, ["auto", "none", *columns], key=f"{PREFIX}label", help=label.help)
    # What else matters depends on the two.
    for name in matters_for(raw, Options(read_as=values["read_as"], label=values["label"])):
        if name not in ("read_as", "label"):
            values[name] = draw(knobs[name], begin, values, {"key": PREFIX + name})
    try:
        return Options(**values)
    except ValidationError as error:
        st.error(plain(" ".join(sentences(error))), icon=":material/tune:")
        return None


def _both(raw: Raw, options: Options | None, reading: Reading) -> None:
    """The file before and after, what was decided, and the button that keeps it."""
    heading("As it came")
    BEFORE[raw.form](raw)
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
def _raw(key: str) -> Raw:
    return laboratory.engine.reader.raw(key)


@lru_cache(maxsize=1)
def _prepared(reading: Reading, options: Options) -> Upload:
    """What the options make of a file."""
    return prepare(_raw(reading.key), options, reading.name, reading.size)


def _table(raw: Raw) -> None:
    rows = min(ROWS, len(raw.values))
    columns = {name: raw.values[:rows, i] for i, name in enumerate(raw.names[:COLUMNS])}
    words = {name: texts[:rows] for name, texts in list(raw.words.items())[:COLUMNS]}
    st.dataframe({**words, **columns}, hide_index=True)
    st.caption(
        f"The first {rows} of {counted(len(raw.values), 'row')}: {counted(len(raw.names), 'column')} of numbers, "
        f"{len(raw.words)} of text."
    )


def _array(raw: Raw) -> None:
    flat = raw.values.reshape(len(raw.values), -1)
    st.dataframe(flat[:ROWS, :COLUMNS], hide_index=True)
    st.caption(f"An array of {' × '.join(f'{size:,}' for size in raw.values.shape)} values: the first of each sample.")


def _pictures(raw: Raw) -> None:
    pictures = raw.values[:SAMPLES]
    wall(pictures, DataSpec("image", pictures.shape[1:], (0.0, 255.0)), "before", columns=16, size=64)
    st.caption(f"The first of {len(raw.values):,} pictures.")


def _sound(raw: Raw) -> None:
    rate = raw.rate or 1
    sound = raw.values[None, : SECONDS * rate, None]
    spec = DataSpec("sequence", sound.shape[1:], (-1.0, 1.0), sample_rate=rate)
    wall(sound, spec, "before", columns=1, size=120)
    st.caption(f"{len(raw.values) / rate:.1f} s at {rate:,} Hz, of which the first {SECONDS} s can be heard here.")


def _text(raw: Raw) -> None:
    lines = next(iter(raw.words.values()), ())
    text = "\n".join(lines[:ROWS]) if lines else "".join(map(chr, np.asarray(raw.values[:CHARACTERS]).astype(int)))
    st.code(text, language=None, wrap_lines=True)


BEFORE = {"table": _table, "array": _array, "pictures": _pictures, "sound": _sound, "text": _text}
