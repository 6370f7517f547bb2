"""A file that somebody brings: read, looked at before and after, prepared, and kept."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import streamlit as st
from pydantic import ValidationError

from core.dataset import Split
from core.errors import LatentLabError, UploadError
from core.hyperparameters import Knob
from core.sentences import sentences
from core.uploads.parse.format import Format
from core.uploads.parse.formats import UNNAMED, asked_of, said, suffixes
from core.uploads.parse.raw import Raw
from core.uploads.phrases import printable
from core.uploads.prepare.grid import MOST
from core.uploads.prepare.matters import formats_for, matters_for
from core.uploads.prepare.options import Options
from core.uploads.prepare.roles import as_table, classes_of, has_columns
from core.uploads.prepare.second import LABELLED
from core.uploads.prepare.ways import way_of
from pages.ui.as_it_came import show_as_it_came
from pages.ui.bring_columns import put_right, show_columns
from pages.ui.brought import Reading, grid_of, parts_of, prepared_of, raw_of
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
# The ends of names of files that hold a table of text, or may, and of those that may be packed in others.
TEXTUAL = (*suffixes("table", "text"), *filter(None, UNNAMED))
PACKED = suffixes("packed")
# What the keys of the options' widgets begin with.
PREFIX = "bring-"


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
                format = _format(alone, _part(alone))
            raw = raw_of(alone, format)
        place, (left, right) = st.container(), st.columns([1, 3], gap="large")
        with left:
            reading = memory().reading = _with_labels(reading, raw)
            for name in formats_for(raw):
                format = format.model_copy(update={name: _drawn(name, dict(format), f"{PREFIX}{reading.key}-")})
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
        options = _options(raw, {**dict(format), "columns": columns})
    if has_columns(raw) and options is not None:
        with place:
            _columns(reading if refused is None else alone, raw, options, key)
    with right:
        _both(raw, options, reading, refused)


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
            begin[name] = _drawn(name, begin, f"{PREFIX}{labels.key}-labels-")
    return replace(reading, labels=replace(labels, format=Format(**begin)))


def _together(reading: Reading, otherwise: Raw, format: Format) -> tuple[Raw, UploadError | None]:
    """A file with its labels and in the kinds that were chosen; where that cannot be, what there is `otherwise`."""
    try:
        return raw_of(reading, format), None
    except UploadError as error:
        return otherwise, error


def _part(reading: Reading) -> str:
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


def _format(reading: Reading, part: str) -> Format:
    """How the table in a file is written, as far as it was said; what is no table is not asked about."""
    format, names = Format(part=part), asked_of(reading.name)
    if not names or (not _says_table(reading.name) and raw_of(reading, format).form != "table"):
        return format
    begin = dict(format)
    places = st.columns(len(names), vertical_alignment="bottom")
    for place, name in zip(places, names, strict=True):
        with place:
            begin[name] = _drawn(name, begin, f"{PREFIX}{reading.key}-")
    return Format(**begin)


def _says_table(filename: str) -> bool:
    """Whether a table of text is called so, packed or not."""
    name = PurePosixPath(filename.lower())
    return name.suffix == "" or (name.with_suffix("") if name.suffix in PACKED else name).suffix in TEXTUAL


def _drawn(name: str, values: dict[str, Any], prefix: str) -> Any:
    """The widget of an option, and what it stands at."""
    return draw(_knob(name), dict(Options(**values)), values, {"key": prefix + name})


def _knob(name: str) -> Knob:
    return next(knob for knob in Options.knobs() if knob.name == name)


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


def _options(raw: Raw, told: dict[str, Any]) -> Options | None:
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
            values[name] = _drawn(name, values, PREFIX)
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


def _both(raw: Raw, options: Options | None, reading: Reading, refused: UploadError | None) -> None:
    """The file before and after, what was decided, and the button that keeps it."""
    heading("As it came")
    show_as_it_came(raw)
    if options is None:
        return
    heading("As a network will see it")
    try:
        if refused is not None:
            raise refused
        with st.spinner("Making samples…"):
            upload = prepared_of(reading, options)
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
        upload = prepared_of(reading, options)
        shelf = laboratory.home.shelf
        of = upload.spec, upload.card, upload.x, upload.y, upload.notices, upload.parts
        choose(shelf.keep(*of, session(), upload.sources))

    attempt(act)
