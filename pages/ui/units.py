"""The section on the units of a code: how active each is, and the part that it adds to a sample."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.analysis.units import Units, survey
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.looks import LOOKS
from core.protocol import Array
from core.units import added
from pages.ui.analyses import analysed, metric
from pages.ui.figures import bars, histogram
from pages.ui.galleries import wall
from pages.ui.headings import heading

# As many bars as there is room for, however few there are.
FEWEST_BARS = 12


def units(record: ReadableRecord) -> None:
    """Which units are active how often, their activations, and what each adds."""
    heading("Units of the code")
    result = analysed(record, survey, "Looking at every unit")
    if result is None:
        return
    columns = st.columns(4)
    metric(columns[0], result, "dead", of=len(result.means))
    metric(columns[1], result, "active")
    if result.sigmoid:
        metric(columns[2], result, "mean")
    if result.target is not None:
        metric(columns[3], result, "target")
    left, right = st.columns(2, gap="large")
    figure = histogram({"reconstructed": result.activations.ravel()}, "Activations", "activation")
    figure.update_layout(showlegend=False)
    figure.update_yaxes(type="log", title="share, %, on a log scale", dtick=1)
    left.plotly_chart(figure, width="stretch", key="activations")
    right.plotly_chart(by_unit(result), width="stretch", key="by_unit")
    if result.loud is not None and result.quiet is not None and record.spec.rendering != "dot":
        st.markdown("**What each unit adds**")
        parts(result, added_by(result.quiet, result.loud, record.spec), record.spec)


def by_unit(result: Units) -> go.Figure:
    """How much each unit takes part, most first: sigmoids by their mean, linear units by how far they move."""
    values, what = (result.means, "Mean activation") if result.sigmoid else (result.spreads, "Standard deviation")
    order = np.argsort(-values, kind="stable")
    names = [str(unit + 1) for unit in order]
    figure = bars(names, values[order].tolist(), None, f"{what} of each unit")
    # Few units have slim bars, too.
    figure.update_xaxes(range=(-0.5, max(len(names), FEWEST_BARS) - 0.5), title="unit")
    if result.target is not None:
        figure.add_hline(y=result.target, line_dash="dash", annotation_text="target ρ")
    return figure


def parts(result: Units, samples: Array, spec: DataSpec) -> None:
    """What each of the units that move most adds, the number of the unit and how often it is active below it."""
    look = LOOKS[spec.rendering]
    notes = [f"{unit + 1} · {100 * result.activity[unit]:.0f} %" for unit in result.order]
    wall(samples, spec, "parts", columns=look.preview_columns, size=64, notes=notes)
    what = (
        "The word that the code decodes to"
        if spec.rendering == "text"
        else "How the decoded sample changes, from mid-grey, the same contrast for all,"
    )
    st.caption(
        f"{what} when one unit goes from its least to its largest held-out activation and all others rest at their "
        "mean; below it the unit's number and on how many samples it is active. Units that move most come first."
    )


def added_by(quiet: Array, loud: Array, spec: DataSpec) -> Array:
    """What turning up each unit adds, (n, …), around the middle of the range; of words, what they turn into."""
    return loud if spec.rendering == "text" else added(quiet, loud, spec.value_range)
