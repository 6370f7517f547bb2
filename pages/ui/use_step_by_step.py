"""The use of a recurrent network as something to look into: units, gates and thoughts after each step."""

from __future__ import annotations

import streamlit as st

from core import MODELS
from core.analysis.unfolding import Unfolded, unfold
from core.engine import ReadableRecord
from pages.ui.analyses import analysed, metric, sure, with_spread
from pages.ui.beside import numbers_beside
from pages.ui.choices import choice
from pages.ui.recurrent_figures import unfolded

STATES = "hidden state"
# Numbers that judge forecasts, each with its baseline and whose that is.
FORECASTS = {
    "forecast_error": ("still_error", "by standing still"),
    "hits": ("chain_hits", "by counts of what follows what"),
    "surprise": ("chain_surprise", "by these counts"),
}


def step_by_step(record: ReadableRecord) -> None:
    """A held-out sequence above what the reader's units do, and the numbers of all of them."""
    found = analysed(record, unfold, "Reading step by step")
    if found is None:
        return
    left, right = numbers_beside("step_by_step")
    metric(left, found, "directions", of=found.states.shape[2])
    untrained = f"{found.untrained.mean():.1f} ± {found.untrained.std(ddof=1):.1f}"
    left.caption(f"{sure(found, 'directions', found.spreads['directions'])} · untrained {untrained}")
    if found.decided is not None and found.untrained_decided is not None:
        metric(left, found, "decided")
        untrained = f"{100 * found.untrained_decided.mean():.0f} ± {100 * found.untrained_decided.std(ddof=1):.0f} %"
        left.caption(
            f"{sure(found, 'decided', found.spreads['decided'])} of the sequence is read · untrained {untrained}"
        )
    for name, (baseline, whose) in FORECASTS.items():
        if getattr(found, name) is not None:
            metric(left, found, name)
            beside = with_spread(found, baseline, found.spreads[baseline])
            left.caption(f"{sure(found, name, found.spreads[name])}; {beside} {whose}")
    of, seen = right.columns([1, 2])
    number = of.slider("Sequence", 1, len(found.sequences), **choice("sequence", range(1, len(found.sequences) + 1), 1))
    views = [STATES, *(f"{name} gate" for name in found.names)]
    if len(views) > 1:
        with seen:
            view = st.segmented_control("Units", views, required=True, **choice("unit_view", views, STATES))
    else:
        view = STATES
    gate = views.index(view) - 1
    here = number - 1
    figure = unfolded(
        found.sequences[here],
        found.states[here] if gate < 0 else found.gates[gate, here],
        (-1, 1) if gate < 0 else (0, 1),
        record.spec,
        None if found.assignments is None else found.assignments[here],
        None if found.forecasts is None else found.forecasts[here],
    )
    right.plotly_chart(figure, width="stretch", key="unfolded")
    right.caption(_how_to_read(record, found, gate))


def _how_to_read(record: ReadableRecord, found: Unfolded, gate: int) -> str:
    rows = "One row a unit, calm ones above and restless ones below"
    if gate < 0:
        said = [f"{rows}: red is 1, blue −1. Rows that stay one colour keep something in mind."]
    else:
        mean = found.gates[gate].mean()
        said = [f"{rows}: yellow is open, dark is shut. Over these sequences this gate is {100 * mean:.0f} % open."]
    if "predict" in MODELS[record.config.model].capabilities:
        said.append("It guesses each step, so a column is what it knows before that step.")
    if found.assignments is not None:
        said.append("The bands are the clusters' probabilities, were each step the last.")
    said.append("± is the standard error over parts of the held-out sequences; of untrained nets, their sd.")
    return " ".join(said)
