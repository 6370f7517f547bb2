"""A file before and after: as it came, as a network will see it, and the button that keeps it."""

from __future__ import annotations

import streamlit as st

from core.dataset import Split
from core.errors import UploadError
from core.uploads.parse.raw import Raw
from core.uploads.prepare.options import Options
from pages.ui.as_it_came import show_as_it_came
from pages.ui.brought import Reading, prepared_of
from pages.ui.browse import choose
from pages.ui.datasets import describe
from pages.ui.figures import points
from pages.ui.galleries import wall
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.state import attempt, session

# Samples, rows and columns of a preview.
SAMPLES = 32
ROWS = 8
COLUMNS = 12


def show_what_comes(raw: Raw, options: Options | None, reading: Reading, refused: UploadError | None) -> None:
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
