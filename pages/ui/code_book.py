"""The code book of a run: samples as integers, and what each entry stands for."""

from __future__ import annotations

import streamlit as st

from core.analysis.code_book import code_book
from core.engine import ReadableRecord
from pages.ui.analyses import analysed, metric
from pages.ui.figures import points_by_role
from pages.ui.galleries import rows
from pages.ui.headings import heading


def code_book_in_use(record: ReadableRecord) -> None:
    """Some held-out samples with their integers, the bits that these take, and pictures of the entries."""
    heading("Samples as integers")
    found = analysed(record, code_book, "Looking up the code book")
    if found is None:
        return
    columns = st.columns(4)
    for column, name in zip(columns, ("rate", "coded", "guessed"), strict=False):
        metric(column, found, name)
    metric(columns[-1], found, "used", of=found.size)
    if record.spec.rendering == "dot":
        figure = points_by_role(
            {"real": found.samples, "reconstructed": found.pictures.reshape(-1, 2)}, record.spec.value_range
        )
        st.plotly_chart(figure, width="stretch", key="code_book")
        st.caption("Every held-out point is decoded to what one of the entries stands for.")
        return
    integers = [" ".join(map(str, row)) for row in found.integers]
    rows({"original": found.samples, "decoded": found.rebuilt}, record.spec, "integers", 72, {"decoded": integers})
    heading("What the entries stand for")
    named = {f"code {j + 1}": pictures for j, pictures in enumerate(found.pictures)}
    notes = {
        name: [f"{entry}: {100 * share:.0f} %" for entry, share in zip(found.entries[j], found.shares[j], strict=True)]
        for j, name in enumerate(named)
    }
    rows(named, record.spec, "entries", 72, notes)
    st.caption(
        "For each code its most frequent entries in training, with their shares: the mean of what the samples that "
        "have this entry there are decoded to."
    )
