"""Figures of recurrent networks: a sequence above what its reader does, and what is left of earlier steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.dataset import DataSpec
from core.looks import CLUSTER_COLOURS, ROLES, Role, cluster_mark, cluster_name
from pages.ui.figures import LAYOUT, LEGEND, Line, lines, pale

# Features that are told apart as curves; more are a heat map.
DASHES = ("solid", "dash", "dot")
HATCHES = ("", "/", "x", ".")
HEAT = {"showscale": False, "hovertemplate": "step %{x}: %{z:.2f}<extra></extra>"}


def unfolded(
    sequence: np.ndarray,
    units: np.ndarray,
    ends: tuple[float, float],
    spec: DataSpec,
    assignments: np.ndarray | None,
    forecasts: np.ndarray | None,
) -> go.Figure:
    """A sequence (T, F) above its `units` (S, units), colours from one of the `ends` to the other, on one time axis.

    Below them are bands for the `assignments` (T, clusters), and on the sequence the `forecasts` (T − 1, F), if any.
    """
    steps, features = sequence.shape
    heights = {"sequence": 110, "units": 190, "clusters": 110 if assignments is not None else 0}
    if forecasts is not None and features > len(DASHES):
        heights = {"sequence": 110, "forecasts": 110, **heights}
    rows = [name for name, height in heights.items() if height]
    figure = make_subplots(
        len(rows), 1, shared_xaxes=True, vertical_spacing=0.04, row_heights=[heights[name] for name in rows]
    )
    times = np.arange(1, steps + 1)
    at = {name: {"row": place, "col": 1} for place, name in enumerate(rows, start=1)}
    if spec.alphabet:
        letters = [spec.alphabet[each] for each in sequence.argmax(axis=1)]
        written = {"mode": "text", "text": letters, "textfont": {"size": 18}, "showlegend": False, "hoverinfo": "skip"}
        figure.add_scatter(x=times, y=np.zeros(steps), **written, **at["sequence"])
        figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, **at["sequence"])
    elif features > len(DASHES):
        _heat(figure, times, sequence.T, spec.value_range, "Cividis", at["sequence"])
    else:
        _curves(figure, times, sequence, "original", at["sequence"])
    if forecasts is not None and features > len(DASHES):
        _heat(figure, times[1:], forecasts.T, spec.value_range, "Cividis", at["forecasts"])
    elif forecasts is not None:
        _curves(figure, times[1:], forecasts, "reconstructed", at["sequence"])
    # A reader of windows takes fewer steps than the sequence has.
    window = steps / len(units)
    _heat(
        figure,
        (np.arange(len(units)) + 0.5) * window + 0.5,
        units.T,
        ends,
        "RdBu_r" if ends[0] else "Cividis",
        at["units"],
    )
    for name, title in (("sequence", "sequence"), ("forecasts", "forecast"), ("units", "units"), ("clusters", "p")):
        if name in rows:
            figure.update_yaxes(title=title, **at[name])
    if assignments is not None:
        for k, shares in enumerate(assignments.T):
            band = {"mode": "lines", "line": {"width": 0}, "stackgroup": "p", "fillcolor": cluster_mark(k).colour}
            # Colours that come over again are hatched.
            hatch = {"shape": HATCHES[k // len(CLUSTER_COLOURS) % len(HATCHES)]}
            figure.add_scatter(x=times, y=shares, name=cluster_name(k), fillpattern=hatch, **band, **at["clusters"])
        figure.update_yaxes(range=(0, 1), **at["clusters"])
    figure.update_xaxes(range=(0.5, steps + 0.5), showgrid=False)
    figure.update_xaxes(title="step", row=len(rows), col=1)
    above = {**LEGEND, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    return figure.update_layout(**{**LAYOUT, "height": 70 + sum(heights.values())}, legend=above)


def _heat(
    figure: go.Figure, x: np.ndarray, z: np.ndarray, ends: Sequence[float], colours: str, at: dict[str, int]
) -> None:
    figure.add_heatmap(x=x, z=z, zmin=ends[0], zmax=ends[1], colorscale=colours, **HEAT, **at)
    figure.update_yaxes(showticklabels=False, ticks="", showgrid=False, zeroline=False, autorange="reversed", **at)


def _curves(figure: go.Figure, x: np.ndarray, values: np.ndarray, role: Role, at: dict[str, int]) -> None:
    name = "sequence" if role == "original" else "forecast of it"
    for k, column in enumerate(values.T):
        line = {"color": ROLES[role], "width": 2, "dash": DASHES[k]}
        figure.add_scatter(x=x, y=column, mode="lines", line=line, name=name, showlegend=k == 0, **at)


def decay(
    drawn: Sequence[Line], bands: Sequence[tuple[np.ndarray, np.ndarray]], y_title: str, lowest: float
) -> go.Figure:
    """Curves over steps before the last on a logarithmic axis, the first ones with bands from a low y to a high one.

    The axis goes down to what is lowest of them, and no further than to `lowest`.
    """
    figure = lines(drawn, "steps before the last", y_title)
    figure.update_traces(mode="lines")
    for each, (low, high) in zip(drawn, bands, strict=False):
        band = {"mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        figure.add_scatter(x=each.x, y=np.maximum(low, lowest), **band)
        figure.add_scatter(
            x=each.x, y=np.maximum(high, lowest), fill="tonexty", fillcolor=pale(ROLES[each.role]), **band
        )
    bottom = max(lowest, 0.5 * min(float(each.y.min()) for each in drawn))
    highest = max(1.0, *(float(each.y.max()) for each in drawn))
    figure.update_yaxes(type="log", range=np.log10([bottom, 1.5 * highest]))
    return figure
