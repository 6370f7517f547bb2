"""The use of a recurrent network as a memory: how far back a change is felt, and a gradient goes."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.analysis.remembering import HEARD, Remembered, remember
from core.engine import ReadableRecord
from core.looks import ROLES, Role
from core.metrics import rounded
from core.nn.recurrent import CELLS
from pages.ui.analyses import analysed, metric
from pages.ui.beside import numbers_beside
from pages.ui.figures import Line
from pages.ui.recurrent_figures import decay
from pages.ui.siblings import siblings
from pages.ui.sweep_plan import offer_sweep

# Below these nothing is drawn: what single precision leaves of a change, and what of a gradient matters to a step.
LEAST_CHANGE, LEAST_GRADIENT = 1e-5, 1e-12
DASHES = ("dash", "dot")


def memory_of(record: ReadableRecord) -> None:
    """The horizon and what is left of the gradient, beside an untrained net and the same net with other cells."""
    found = analysed(record, remember, "Changing one step at a time")
    if found is None:
        return
    others = {}
    for cell, other in siblings(record, "cell").items():
        beside = analysed(other, remember, f"Changing one step at a time, {cell}", is_beside=True)
        if beside is not None:
            others[cell] = beside
    left, *right = numbers_beside("memory", 2, 2)
    own, untrained = found.horizons
    metric(left, found, "horizon")
    left.caption(
        f"± {own.std(ddof=1):.0f} of {found.lags[-1]} · untrained {untrained.mean():.0f} ± {untrained.std(ddof=1):.0f}"
    )
    metric(left, found, "kept")
    low, high = (rounded(found.norms[0, quartile, 0], 2) for quartile in (0, 2))
    left.caption(f"{low} to {high} in the middle half of them · untrained {rounded(found.norms[1, 1, 0], 2)}")
    for cell, of in others.items():
        left.caption(f"{cell.upper()}: {of.text('horizon')}, {of.text('kept')} kept")
    if len(others) + 1 < len(CELLS):
        with left:
            offer_sweep(record, "cell", "This network with other cells, too: they are drawn beside it here.")
    own_cell = record.config.settings()["cell"].upper()
    nets: list[tuple[str, Role, str, Remembered, int]] = [
        (own_cell, "reconstructed", "solid", found, 0),
        ("untrained", "baseline", "solid", found, 1),
        *(
            (cell.upper(), "reconstructed", dash, of, 0)
            for (cell, of), dash in zip(others.items(), DASHES, strict=False)
        ),
    ]
    drawn = [Line(name, role, of.lags, of.changes[row].mean(axis=0), dash=dash) for name, role, dash, of, row in nets]
    bands = [(draws.min(axis=0), draws.max(axis=0)) for draws in found.changes]
    figure = decay(drawn, bands, "change of the code", LEAST_CHANGE)
    figure.add_hline(y=HEARD, line_dash="dot", line_width=1, line_color=ROLES["original"])
    right[0].plotly_chart(figure, width="stretch", key="changes")
    drawn = [Line(name, role, _back(of), of.norms[row, 1], dash=dash) for name, role, dash, of, row in nets]
    bands = [(low, high) for low, _, high in found.norms]
    figure = decay(drawn, bands, "gradient of the last loss", LEAST_GRADIENT)
    right[1].plotly_chart(figure, width="stretch", key="gradients")
    st.caption(
        "Change of the code, as the last state alone says it: how far it moves when one step has the values of another "
        "sequence, as a share of how far the codes of the two are apart; the dotted line is "
        f"{100 * HEARD:.0f} %, and bands are {found.changes.shape[1]} draws. Gradient: how much of that with respect "
        "to the last state is left after each earlier one: medians over held-out sequences, and the middle half of "
        f"them. {_unasked(found)}{_said(found)}"
    )


def _back(found: Remembered) -> np.ndarray:
    """Steps of the sequence before the last one, for each step of the reader."""
    steps = found.norms.shape[2]
    back: np.ndarray = np.arange(steps)[::-1] * found.steps / steps
    return back


def _unasked(found: Remembered) -> str:
    """How near to the end nothing can be changed, because all sequences are the same there."""
    if found.lags[0] == 0:
        return ""
    return f"Nearer than {found.lags[0]} to the last step all sequences are the same, so none can be changed there. "


def _said(found: Remembered) -> str:
    """Whether the gradient vanishes or explodes, in one sentence."""
    steps = found.norms.shape[2] - 1
    each = found.kept ** (1 / steps)
    by = f"by {each:.2f} each step, {rounded(found.kept, 1)} over {steps}"
    if found.kept < 0.1:
        return f"The gradient vanishes: {by}."
    if found.kept > 10:
        return f"The gradient explodes: {by}."
    return f"The gradient keeps its size: {by}."
