"""Figures from NumPy: Plotly for what stands still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.looks import NOISE, ROLES, Mark, Role, class_mark, cluster_mark, cluster_name

LAYOUT = {"margin": {"l": 10, "r": 10, "t": 30, "b": 10}, "height": 360, "hovermode": "closest"}
LEGEND = {"orientation": "h", "itemsizing": "constant"}
# A letter that can be read on any point: on a patch of white.
PATCH = {"font": {"size": 14, "color": "#000000"}, "bgcolor": "rgba(255, 255, 255, 0.75)", "borderpad": 1}


def points(x: np.ndarray, labels: np.ndarray | None, names: Sequence[str], frame: tuple[float, float]) -> go.Figure:
    """Points of the plane (N, 2) inside the `frame` of both coordinates, by class: labels (N,) and their `names`."""
    if labels is None:
        return _in_frame(_scatter([("", x, Mark(ROLES["real"], "circle"))]), frame).update_layout(showlegend=False)
    groups = [(names[k], x[labels == k], class_mark(k)) for k in np.unique(labels).astype(int)]
    return _in_frame(_scatter(groups), frame)


def points_by_role(series: Mapping[Role, np.ndarray], frame: tuple[float, float]) -> go.Figure:
    """Points of the plane (N, 2) inside the `frame` of both coordinates, by what they are to the model."""
    return _in_frame(_scatter([(role, x, Mark(ROLES[role], "circle")) for role, x in series.items()]), frame)


def points_by_cluster(x: np.ndarray, assignments: np.ndarray) -> go.Figure:
    """Points (N, 2) by cluster, (N,): hollow marks, each cluster's letter at its middle and in the legend."""
    clusters = {int(k): x[assignments == k] for k in np.unique(assignments)}
    figure = _scatter([(cluster_name(k), own, _hollow(cluster_mark(k))) for k, own in clusters.items()], size=6)
    for k, own in clusters.items():
        if k != NOISE:
            right, up = np.median(own, axis=0)
            figure.add_annotation(x=right, y=up, text=f"<b>{cluster_name(k)}</b>", showarrow=False, **PATCH)
    return figure


def _in_frame(figure: go.Figure, frame: tuple[float, float]) -> go.Figure:
    """The figure with both axes over the `frame`, and how many of its points lie outside."""
    low, high = frame
    inside = [(low <= trace.x) & (trace.x <= high) & (low <= trace.y) & (trace.y <= high) for trace in figure.data]
    outside = sum(np.count_nonzero(~each) for each in inside)
    if outside:
        corner = {"xref": "paper", "yref": "paper", "x": 1, "y": 0, "xanchor": "right", "yanchor": "bottom"}
        figure.add_annotation(text=f"{outside:,} outside", showarrow=False, **corner)
    figure.update_xaxes(range=frame)
    figure.update_yaxes(range=frame)
    return figure


def _hollow(mark: Mark) -> Mark:
    return Mark(mark.colour, f"{mark.shape}-open")


def _scatter(groups: Iterable[tuple[str, np.ndarray, Mark]], size: int = 4) -> go.Figure:
    figure = go.Figure()
    for title, x, mark in groups:
        marker = {"size": size, "color": mark.colour, "symbol": mark.shape}
        figure.add_scattergl(x=x[:, 0], y=x[:, 1], mode="markers", name=title, marker=marker)
    figure.update_layout(**{**LAYOUT, "height": 460}, showlegend=True, legend=LEGEND)
    # Squares stay squares by a narrower plot, not by longer axes: those would hide how large the points' plane is.
    figure.update_xaxes(constrain="domain")
    figure.update_yaxes(constrain="domain", scaleanchor="x")
    return figure


def bars(
    names: Sequence[str],
    means: Sequence[float],
    spreads: Sequence[float] | None,
    title: str,
    peers: bool = False,
    limits: tuple[float, float] | None = None,
) -> go.Figure:
    """One bar a name, with its standard deviation; the first stands out from its baselines, unless all are `peers`.

    The axis reaches over the `limits` of what can be measured, where there are any: noise is not drawn large.
    """
    error = {"type": "data", "array": list(spreads)} if spreads is not None else None
    ours = ROLES["reconstructed"]
    colours = [ours, *[ours if peers else ROLES["baseline"]] * (len(names) - 1)]
    figure = go.Figure(go.Bar(x=list(names), y=list(means), error_y=error, marker_color=colours))
    figure.update_layout(**{**LAYOUT, "height": 260}, title=title)
    figure.update_xaxes(type="category")
    if limits is not None:
        figure.update_yaxes(range=limits)
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
