"""The use of a model to fill holes: what it makes of them, beside neighbours, PCA and the mean."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.completion import ERRORS, HOLES, LETTERS, Completed, complete
from core.analysis.spread import standard_error
from core.engine import ReadableRecord
from core.filling import FILLS, Way, way
from core.looks import LOOKS
from core.metrics import rounded
from core.selection import Samples
from pages.ui.analyses import analysed, metric, sure
from pages.ui.choices import choice
from pages.ui.component import component
from pages.ui.component_data.hole import HoleData
from pages.ui.encoding import drawn, levels, pack
from pages.ui.figures import residuals
from pages.ui.galleries import Places, rows
from pages.ui.probe import offer
from pages.ui.selection_panel import PICK, selection_panel

# Samples that are shown of those that got holes, and that may be brushed.
SHOWN = 24
BRUSHED = 12

_brush = component("hole", "brush")


def completion(record: ReadableRecord) -> None:
    """Numbers for one kind of hole, and samples before, with the hole, and filled by each."""
    names = list(HOLES)
    hole = st.segmented_control(
        "Hole",
        names,
        format_func=lambda name: HOLES[name].title,
        required=True,
        label_visibility="collapsed",
        **choice("hole", names, names[0]),
    )
    found = analysed(record, complete, "Filling holes in held-out samples", hole=hole)
    if found is None:
        return
    if record.spec.rendering != "dot":
        _brushed(record, found)
    for column, name in zip(st.columns(len(ERRORS)), ERRORS if found.right is None else LETTERS, strict=True):
        metric(column, found, name)
        decibels = f", PSNR {found.psnrs[name]:.1f} dB" if name in found.psnrs else ""
        column.caption(sure(found, name, found.spreads[name]) + decibels)
    spec = record.spec
    if spec.rendering != "dot":
        low, high = spec.value_range
        nothing = low if spec.rendering == "text" else (low + high) / 2
        holed = np.where(found.seen[:SHOWN] == 1, found.originals[:SHOWN], np.float32(nothing))
        shown = {
            "Original": found.originals[:SHOWN],
            "With a hole": holed,
            "This model": found.filled[:SHOWN],
            "5 neighbours": found.neighbours[:SHOWN],
            "PCA": found.principal[:SHOWN],
        }
        labels = [] if found.labels is None else [spec.label_names[label] for label in found.labels[:SHOWN]]
        scores = (
            [rounded(error, 2) for error in found.losses[0, :SHOWN]]
            if found.right is None
            else [found.metrics()["letters"].text(share) for share in found.right[0, :SHOWN]]
        )
        notes = {"Original": labels, "This model": scores}
        places = Places(Samples(record.config, "held-out"), range(len(holed)))
        rows(shown, spec, "completed", size=52, notes=notes, places=places)
        selection_panel([record], ["held-out"], PICK)
    else:
        worst = np.argsort(-found.losses[0], kind="stable")[:SHOWN]
        title = f"the {len(worst)} worst"
        figure = residuals(found.originals, found.filled, found.losses[0], worst, title, spec.value_range)
        st.plotly_chart(figure, width="stretch", key="completed")
        st.caption(
            "Of a point of the plane one of its two numbers is hidden. A line leads along it from each sample to "
            "where the model puts it."
        )
    how = fills_by(record)
    drawn = f" {FOUR}" if how == "search" and spec.rendering != "dot" else ""
    st.caption(
        f"{len(found.originals)} held-out samples; ± is the standard error over them. {HOW[how]}{drawn} "
        "The neighbours are the five training samples nearest in what is seen, as in scikit-learn's KNNImputer. PCA, "
        f"with the {found.components} components that fill such holes in training samples best, says what is to be "
        f"expected. {_said(found)} {LOOKS[spec.rendering].hint}"
    )


def _brushed(record: ReadableRecord, found: Completed) -> None:
    """A few of the samples, to brush holes into that the model fills while one looks."""
    samples = found.originals[:BRUSHED]
    offer(record.id, samples, found.mean)
    data: HoleData = {
        "run": record.id,
        "look": drawn(record.spec),
        "samples": pack(levels(samples, record.spec)),
        "shape": [*samples.shape],
        "holes": pack(_places(found.seen[:BRUSHED])),
        "fills": FILLS if fills_by(record) == "search" else 1,
    }
    _brush(key="brushed", data=data)


def _places(seen: np.ndarray) -> np.ndarray:
    """What is seen (n, …) of each place: of a pixel in all its channels, of a step in all its features."""
    if seen.ndim > 3:
        return seen[:, 0].astype(np.uint8)
    return (seen[..., 0] if seen.ndim > 2 else seen).astype(np.uint8)


def fills_by(record: ReadableRecord) -> Way:
    """How the model of a run fills holes."""
    return way(MODELS[record.config.model], record.config.hyperparameters)


FOUR = "Above, four searches from different draws of the prior."
HOW: dict[Way, str] = {
    "search": "The code is searched for whose sample comes nearest to what is seen; the hole shows what else is in it.",
    "pass": "It was trained with blocks cut out: the hole is set to 0, as in training, and filled in one pass.",
    "pass_and_repeat": "It was trained with values at 0: so is the hole, as in training, and it is filled in one pass. "
    "Then what the model rebuilds takes the place of what is not seen, twenty times.",
    "repeat": "What the model rebuilds takes the place of what is not seen, twenty times, from the mean on.",
}


def _said(found: Completed) -> str:
    """Who fills holes best, in one sentence."""
    model, *others = found.losses if found.right is None else 1 - found.right
    best, least = min(zip(("five neighbours", "PCA", "the mean"), others, strict=True), key=lambda pair: pair[1].mean())
    # The samples are the same, so that their differences have the smaller spread.
    gain, chance = (least - model).mean(), 2 * standard_error(least - model)
    if gain > chance:
        return f"The model fills these holes best, before {best}."
    if gain < -chance:
        return f"Here {best} fill{'s' if best != 'five neighbours' else ''} holes better than this model."
    return f"The model and {best} fill these holes equally well."
