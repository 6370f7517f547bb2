"""What is selected, beside a plot: how many samples, of which classes, what they look like, and as a table."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis import PlottedSamples
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.errors import LatentLabError
from core.looks import LOOKS, class_mark
from core.selection import Part, Samples, Selection, class_counts, to_csv
from pages.ui.analyses import result_of
from pages.ui.component import component
from pages.ui.component_data.tally import TallyData
from pages.ui.datasets import title_of
from pages.ui.galleries import wall
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.origins import origins
from pages.ui.probe import encode
from pages.ui.selecting import let_go
from pages.ui.session import memory

DRAG = "Drag around points to select them (with Shift: a box), or click one; Escape lets go."
PICK = "Click a sample to select it, with Shift one more, or drag around some; Escape lets go."
PICK_NEAREST = "Click a training sample to select it, with Shift one more, or drag around some; Escape lets go."
PICK_REAL = "Drag around real points to select them (with Shift: a box), or click one; Escape lets go."
CLICK = "Click a point to select it, with Shift one more; Escape lets go."
# Classes that are counted one by one.
COUNTED = 10
SIZE = 64

_tally = component("tally")


def selection_panel(records: Sequence[ReadableRecord], parts: Sequence[Part], hint: str = DRAG, lines: int = 2) -> None:
    """What is selected of the samples of these runs, of which plots draw these `parts`, or how to select some.

    Of a selection of other data it is said which they are. The gallery has as many `lines`; in the table are codes
    where there is one run.
    """
    held = memory().selection
    if held is None:
        if hint:
            st.caption(hint)
        return
    theirs = [record for record in records if Samples(record.config, held.of.part).key == held.of.key]
    if theirs:
        with st.container(key="selection", gap="xsmall"):
            _show(held, theirs, lines)
            if held.of.part not in parts:
                st.caption(f"None of them is drawn here: plots are of {' and '.join(parts)} samples.")
        return
    with st.container(key="selection_elsewhere", horizontal=True, vertical_alignment="center"):
        config = held.of.config
        of = f"{plain(title_of(config.dataset))}, seed {config.seed}"
        st.caption(f"Selected: {_count(held)} of {of}. None of them is drawn here.")
        _let_go_button()


def _count(held: Selection) -> str:
    """How many samples of which part are selected."""
    return f"{len(held.indices):,} {held.of.part} sample{'s' if len(held.indices) != 1 else ''}"


def _let_go_button() -> None:
    st.button("Let go", key="let_go", shortcut="Esc", on_click=let_go, help="Nothing is selected any more.")


def _show(held: Selection, drawn: Sequence[ReadableRecord], lines: int) -> None:
    samples, spec = held.of, drawn[0].spec
    plotted = result_of(f"plotted {samples.key}", lambda: laboratory.engine.plotted(samples), "Fetching the samples")
    if plotted is None:
        st.caption(f"{_count(held)} selected.")
        _let_go_button()
        return
    # A run of an earlier version may have drawn more of them.
    chosen = np.array([i for i in held.indices if i < len(plotted.samples)], dtype=int)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{len(chosen):,} of {len(plotted.samples):,}** {samples.part} samples", width="content")
        if plotted.labels is not None:
            _count_classes(plotted.labels[chosen], spec)
        with st.container(horizontal=True, width="content", gap="small"):
            _download(samples, plotted, chosen, drawn)
            _let_go_button()
    if not held.to_text():
        st.caption("They are too many and too scattered for the page's address: a reload lets them go.")
    columns = LOOKS[spec.rendering].cluster_columns
    # Points of the plane have no gallery.
    if columns:
        most = lines * columns
        wall(plotted.samples[chosen[:most]], spec, "selected", columns=columns, size=SIZE)
        if len(chosen) > most:
            st.caption(f"The first {most} of {len(chosen):,}.")


def _count_classes(labels: np.ndarray, spec: DataSpec) -> None:
    """How many samples each class has, by its mark."""
    counts = class_counts(labels)
    shown = counts[:COUNTED]
    marks = [class_mark(label) for label, _ in shown]
    data: TallyData = {
        "names": [spec.label_names[label] for label, _ in shown],
        "marks": [{"colour": mark.colour, "shape": mark.shape} for mark in marks],
        "counts": [count for _, count in shown],
        "more": len(counts) - len(shown),
    }
    _tally(key="tally", data=data)


def _download(samples: Samples, plotted: PlottedSamples, chosen: np.ndarray, drawn: Sequence[ReadableRecord]) -> None:
    """A button that makes the table when it is pressed."""
    spec, config = drawn[0].spec, samples.config

    def table() -> str:
        x, labels = plotted.samples[chosen], plotted.labels
        classes = None if labels is None else [spec.label_names[label] for label in labels[chosen]]
        codes = None
        if len(drawn) == 1 and "encode" in MODELS[drawn[0].config.model].capabilities:
            # Before a run has weights, or after it was deleted, the rest of the table still stands.
            with contextlib.suppress(LatentLabError):
                codes = encode(drawn[0].id, x)
        stood = origins(config.dataset, None if plotted.places is None else plotted.places[chosen])
        return to_csv(samples.part, plotted.ids[chosen], stood, classes, codes, x if spec.kind == "vector" else None)

    st.download_button(
        "CSV",
        table,
        f"{config.dataset}-seed-{config.seed}-{samples.part}-selected.csv",
        "text/csv",
        key="selected_csv",
        icon=":material/download:",
        on_click="ignore",
        help=f"A table of the selected samples. An id is a sample's place in the {samples.part} part of the split; of "
        "data that were brought the row, or the picture's file, stands beside it.",
    )
