"""Figures from NumPy: Plotly for what stands still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.looks import CLASS_COLOURS, ROLES, Role

LAYOUT = {"margin": {"l": 10, "r": 10, "t": 30, "b": 10}, "height": 360, "hovermode": "closest"}
LEGEND = {"orientation": "h", "itemsizing": "constant"}


def points(x: np.ndarray, labels: np.ndarray | None) -> go.Figure:
    """Points of the plane (N, 2), coloured by label (N,)."""
    groups = [("", x)] if labels is None else [(str(k), x[labels == k]) for k in np.unique(labels)]
    colours = [CLASS_COLOURS[index % len(CLASS_COLOURS)] for index in range(len(groups))]
    return _scatter(groups, colours)


def points_by_role(series: Mapping[Role, np.ndarray]) -> go.Figure:
    """Points of the plane (N, 2) by what they are to the model, which the legend says."""
    return _scatter(series.items(), [ROLES[role] for role in series]).update_layout(showlegend=True, legend=LEGEND)


def residuals(
    originals: np.ndarray, reconstructions: np.ndarray, errors: np.ndarray, chosen: np.ndarray, title: str
) -> go.Figure:
    """Points of the plane (N, 2), each with a line to its reconstruction; those `chosen` (n,) are ringed as `title`.

    The `errors` (N,) stand beside the pointer.
    """
    figure = points_by_role({"original": originals, "reconstructed": reconstructions})
    gaps = np.full_like(originals, np.nan)
    lines = np.stack([originals, reconstructions, gaps], axis=1)
    # All lines are faint, so that those of the chosen can be followed.
    for drawn, width, opacity in ((lines, 1, 0.2), (lines[chosen], 2.5, 1)):
        x, y = drawn.reshape(-1, 2).T
        line = {"width": width, "color": ROLES["reconstructed"]}
        figure.add_scattergl(x=x, y=y, mode="lines", line=line, opacity=opacity, showlegend=False, hoverinfo="skip")
    ring = {"size": 11, "symbol": "circle-open", "color": ROLES["original"], "line": {"width": 2}}
    x, y = originals[chosen].T
    figure.add_scattergl(x=x, y=y, mode="markers", marker=ring, name=title)
    for trace, of in ((figure.data[0], errors), (figure.data[1], errors), (figure.data[-1], errors[chosen])):
        trace.update(customdata=of, hovertemplate="MSE %{customdata:.2g}")
    return figure


def _scatter(groups: Iterable[tuple[str, np.ndarray]], colours: Sequence[str]) -> go.Figure:
    figure = go.Figure()
    for (title, x), colour in zip(groups, colours, strict=True):
        figure.add_scattergl(x=x[:, 0], y=x[:, 1], mode="markers", name=title, marker={"size": 4, "color": colour})
    figure.update_layout(**LAYOUT, showlegend=False)
    figure.update_yaxes(scaleanchor="x")
    return figure


def bars(
    names: Sequence[str], means: Sequence[float], spreads: Sequence[float] | None, title: str, peers: bool = False
) -> go.Figure:
    """One bar a name, with its standard deviation; the first stands out from its baselines, unless all are `peers`."""
    error = {"type": "data", "array": list(spreads)} if spreads is not None else None
    ours = ROLES["reconstructed"]
    colours = [ours, *[ours if peers else ROLES["baseline"]] * (len(names) - 1)]
    figure = go.Figure(go.Bar(x=list(names), y=list(means), error_y=error, marker_color=colours))
    figure.update_layout(**{**LAYOUT, "height": 260}, title=title)
    figure.update_xaxes(type="category")
    return figure


def histogram(
    series: Mapping[Role, np.ndarray], title: str, unit: str, names: Mapping[Role, str] | None = None
) -> go.Figure:
    """Overlaid histograms of the same quantity, each in shares of its own: few may stand beside many.

    They have the colours of their roles, whose own names stand in the legend unless there are others.
    """
    figure = go.Figure()
    edges = np.histogram_bin_edges(np.concatenate(list(series.values())), bins=40)
    for role, values in series.items():
        shares = 100 * np.histogram(values, edges)[0] / len(values)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=shares,
            width=edges[1] - edges[0],
            name=(names or {}).get(role, role),
            opacity=0.65,
            marker_color=ROLES[role],
        )
    figure.update_layout(**{**LAYOUT, "height": 260}, barmode="overlay", title=title, legend={**LEGEND, "y": -0.25})
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
