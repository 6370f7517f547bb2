"""Figures from NumPy: Plotly for what stands still."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.stage import CLASS_COLOURS

LAYOUT = {"margin": {"l": 10, "r": 10, "t": 30, "b": 10}, "height": 360, "hovermode": "closest"}


def points(x: np.ndarray, labels: np.ndarray | None) -> go.Figure:
    """Points of the plane (N, 2), coloured by label (N,)."""
    figure = go.Figure()
    groups = [("", slice(None))] if labels is None else [(str(k), labels == k) for k in np.unique(labels)]
    for index, (title, chosen) in enumerate(groups):
        colour = CLASS_COLOURS[index % len(CLASS_COLOURS)]
        figure.add_scattergl(
            x=x[chosen, 0],
            y=x[chosen, 1],
            mode="markers",
            name=title,
            marker={"size": 4, "color": colour},
        )
    figure.update_layout(**LAYOUT, showlegend=False)
    figure.update_yaxes(scaleanchor="x")
    return figure


def bars(
    names: Sequence[str], means: Sequence[float], spreads: Sequence[float] | None, title: str, peers: bool = False
) -> go.Figure:
    """One bar a name, with its standard deviation; the first stands out from its baselines, unless all are `peers`."""
    error = {"type": "data", "array": list(spreads)} if spreads is not None else None
    colours = [CLASS_COLOURS[0], *[CLASS_COLOURS[0] if peers else "#9aa5b1"] * (len(names) - 1)]
    figure = go.Figure(go.Bar(x=list(names), y=list(means), error_y=error, marker_color=colours))
    figure.update_layout(**{**LAYOUT, "height": 260}, title=title)
    figure.update_xaxes(type="category")
    return figure


def histogram(series: dict[str, np.ndarray], title: str, unit: str) -> go.Figure:
    """Overlaid histograms of the same quantity, each in shares of its own: few may stand beside many."""
    figure = go.Figure()
    edges = np.histogram_bin_edges(np.concatenate(list(series.values())), bins=40)
    for index, (name, values) in enumerate(series.items()):
        shares = 100 * np.histogram(values, edges)[0] / len(values)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=shares,
            width=edges[1] - edges[0],
            name=name,
            opacity=0.65,
            marker_color=CLASS_COLOURS[index],
        )
    figure.update_layout(
        **{**LAYOUT, "height": 260}, barmode="overlay", title=title, legend={"orientation": "h", "y": -0.25}
    )
    figure.update_xaxes(title=unit)
    figure.update_yaxes(title="share, %")
    return figure


def heat(values: np.ndarray, columns: Sequence[str], rows: Sequence[str], title: str) -> go.Figure:
    """A table of counts as colours, the counts written in."""
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=list(columns),
            y=list(rows),
            colorscale="Cividis",
            texttemplate="%{z}",
            showscale=False,
        )
    )
    figure.update_layout(**{**LAYOUT, "height": 80 + 28 * len(rows)}, title=title)
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category", autorange="reversed")
    return figure
