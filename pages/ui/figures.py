"""Figures from NumPy: Plotly for what stands still."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb

from core.looks import CURVE_COLOURS, GHOST, ROLES, Mark, Role, class_mark
from core.metrics import rounded

# Powers of ten, where Plotly would write 100µ.
AXIS = {"exponentformat": "power"}
LAYOUT = {
    "margin": {"l": 10, "r": 10, "t": 30, "b": 10},
    "height": 360,
    "hovermode": "closest",
    "xaxis": AXIS,
    "yaxis": AXIS,
}
LEGEND = {"orientation": "h", "itemsizing": "constant"}
# A legend below the title of the x axis.
BELOW = {**LEGEND, "yref": "container", "y": 0, "yanchor": "bottom"}
# Plotly knows one colour for each of `curves`; the page has another on dark ground.
_FOLLOWS = """.js-plotly-plot .js-line[style*="stroke: rgb{}"] {{ stroke: light-dark({}, {}) !important; }}"""
_PAIRS = zip(CURVE_COLOURS["light"], CURVE_COLOURS["dark"], strict=True)
CURVES_STYLE = f"<style>{''.join(_FOLLOWS.format(hex_to_rgb(light), light, dark) for light, dark in _PAIRS)}</style>"


def points(x: np.ndarray, labels: np.ndarray | None, names: Sequence[str], frame: tuple[float, float]) -> go.Figure:
    """Points of the plane (N, 2) inside the `frame` of both coordinates, by class: labels (N,) and their `names`."""
    if labels is None:
        return _on_square(_scatter([("", x, Mark(ROLES["real"], "circle"))]), frame).update_layout(showlegend=False)
    groups = [(names[k], x[labels == k], class_mark(k)) for k in np.unique(labels).astype(int)]
    return _on_square(_scatter(groups), frame)


def points_by_role(series: Mapping[Role, np.ndarray], frame: tuple[float, float]) -> go.Figure:
    """Points of the plane (N, 2) inside the `frame` of both coordinates, by what they are to the model."""
    return _on_square(_scatter([(role, x, Mark(ROLES[role], "circle")) for role, x in series.items()]), frame)


def residuals(
    originals: np.ndarray,
    reconstructions: np.ndarray,
    errors: np.ndarray,
    chosen: np.ndarray,
    title: str,
    frame: tuple[float, float],
) -> go.Figure:
    """Points of the plane (N, 2), each with a line to its reconstruction; those `chosen` (n,) are ringed as `title`.

    The `errors` (N,) stand beside the pointer.
    """
    figure = points_by_role({"original": originals, "reconstructed": reconstructions}, frame)
    lines = _segments(originals, reconstructions).reshape(-1, 3, 2)
    # All lines are faint, so that those of the chosen can be followed.
    for drawn, width, opacity in ((lines, 1, 0.2), (lines[chosen], 2.5, 1)):
        x, y = drawn.reshape(-1, 2).T
        line = {"width": width, "color": ROLES["reconstructed"]}
        figure.add_scattergl(x=x, y=y, mode="lines", line=line, opacity=opacity, showlegend=False, hoverinfo="skip")
    ring = {"size": 11, "symbol": "circle-open", "color": ROLES["original"], "line": {"width": 2}}
    x, y = originals[chosen].T
    figure.add_scattergl(x=x, y=y, mode="markers", marker=ring, name=title)
    for trace, of in ((figure.data[0], errors), (figure.data[1], errors), (figure.data[-1], errors[chosen])):
        trace.update(customdata=[rounded(error, 2) for error in of], hovertemplate="MSE %{customdata}")
    return figure


def flowing(
    times: np.ndarray,
    points: np.ndarray,
    reals: np.ndarray,
    places: np.ndarray,
    velocities: np.ndarray,
    frame: tuple[float, float],
) -> go.Figure:
    """Points (T, n, 2) on their way through the `times` (T,), under a slider, beside `reals` (N, 2).

    Arrows at `places` (m, 2) are `velocities` (T, m, 2), the longest as long as from one place to the next; m may be 0.
    """
    figure = points_by_role({"real": reals, "generated": points[0]}, frame)
    # Only the tip is a mark: an arrow turned to where the line before it leads.
    tip = {"symbol": "arrow", "angleref": "previous", "size": [0, 7, 0] * len(places), "color": ROLES["baseline"]}
    line = {"width": 1, "color": ROLES["baseline"]}
    named = {"name": "velocity", "showlegend": bool(len(places))}
    figure.add_scatter(mode="lines+markers", line=line, marker=tip, hoverinfo="skip", **named)
    gap = (frame[1] - frame[0]) / np.sqrt(max(1, len(places)))
    arrows = velocities * gap / np.linalg.norm(velocities, axis=2).max(initial=1e-12)
    low, high = ([edge, edge] for edge in frame)
    figure.frames = [
        go.Frame(
            name=f"{time:.2f}",
            data=[_places(at), _places(_segments(places, places + arrow))],
            traces=[1, 2],
            layout={"annotations": _outside(np.concatenate([reals, at]), low, high)},
        )
        for time, at, arrow in zip(times, points, arrows, strict=True)
    ]
    figure.data[-1].update(figure.frames[0].data[1])
    now = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    steps = [{"label": each.name, "method": "animate", "args": [[each.name], now]} for each in figure.frames]
    slider = {"steps": steps, "currentvalue": {"prefix": "Time "}, "pad": {"t": 30}}
    return figure.update_layout(height=560, sliders=[slider])


def _segments(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Lines from each start (N, 2) to its end (N, 2) as one line (3 N, 2) with gaps."""
    return np.stack([start, end, np.full_like(start, np.nan)], axis=1).reshape(-1, 2)


def _places(points: np.ndarray) -> dict[str, np.ndarray]:
    return {"x": points[:, 0], "y": points[:, 1]}


def _in_frame(figure: go.Figure, low: Sequence[float], high: Sequence[float]) -> go.Figure:
    """The figure from `low` (x, y) to `high`, and how many of its points lie outside."""
    places = np.concatenate([np.stack([trace.x, trace.y], axis=1) for trace in figure.data])
    figure.update_layout(annotations=_outside(places, low, high))
    figure.update_xaxes(range=[low[0], high[0]])
    figure.update_yaxes(range=[low[1], high[1]])
    return figure


def _outside(places: np.ndarray, low: Sequence[float], high: Sequence[float]) -> list[dict[str, Any]]:
    """What a figure from `low` (x, y) to `high` says of places (N, 2) that lie outside of it."""
    outside = np.count_nonzero(((places < low) | (places > high)).any(axis=1))
    corner = {"xref": "paper", "yref": "paper", "x": 1, "y": 0, "xanchor": "right", "yanchor": "bottom"}
    return [{"text": f"{outside:,} outside", "showarrow": False, **corner}] if outside else []


def _on_square(figure: go.Figure, frame: tuple[float, float]) -> go.Figure:
    low, high = frame
    return _in_frame(figure, [low, low], [high, high])


def _scatter(groups: Iterable[tuple[str, np.ndarray, Mark]]) -> go.Figure:
    figure = go.Figure()
    for title, x, mark in groups:
        marker = {"size": 4, "color": mark.colour, "symbol": mark.shape}
        figure.add_scattergl(x=x[:, 0], y=x[:, 1], mode="markers", name=title, marker=marker)
    above = {**LEGEND, "y": 1.02, "yanchor": "bottom"}
    figure.update_layout(**{**LAYOUT, "height": 460}, showlegend=True, legend=above)
    # Squares stay squares by a narrower plot, not by longer axes: those would hide how large the points' plane is.
    figure.update_xaxes(constrain="domain", showgrid=True)
    figure.update_yaxes(constrain="domain", scaleanchor="x")
    return figure


def bars(
    names: Sequence[str],
    means: Sequence[float],
    spreads: Sequence[float] | None,
    title: str,
    baselines: Container[str] = (),
) -> go.Figure:
    """One bar a name, with its standard deviation; `baselines` have their own colour."""
    error = {"type": "data", "array": list(spreads)} if spreads is not None else None
    colours = [ROLES["baseline" if name in baselines else "reconstructed"] for name in names]
    figure = go.Figure(go.Bar(x=list(names), y=list(means), error_y=error, marker_color=colours))
    figure.update_layout(**{**LAYOUT, "height": 260}, title=title)
    figure.update_xaxes(type="category")
    return figure


def divergences(values: np.ndarray, limit: float) -> go.Figure:
    """KL of each latent in nats (latents,), and the line below which one is inactive; those are pale."""
    names = [str(latent + 1) for latent in range(len(values))]
    opacity = np.where(values < limit, 0.35, 1.0)
    marker = {"color": ROLES["reconstructed"], "opacity": opacity}
    # Below a hundredth of the line there is nothing to tell apart, and a logarithm has no zero.
    # Of two latents no bar is wider than of ten.
    width = min(0.8, len(names) / 10)
    figure = go.Figure(go.Bar(x=names, y=np.maximum(values, limit / 100), marker=marker, width=width))
    figure.add_hline(y=limit, line_dash="dash", line_width=1, annotation_text=f"inactive below {limit:g} nats")
    figure.update_layout(**{**LAYOUT, "height": 260}, title="KL of each latent, on a logarithmic scale")
    figure.update_xaxes(type="category", title="latent")
    figure.update_yaxes(type="log", title="nats per sample", dtick=1)
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
    figure.update_layout(**{**LAYOUT, "height": 260}, barmode="overlay", title=title, legend=BELOW)
    figure.update_xaxes(title=unit)
    figure.update_yaxes(title="share, %")
    return figure


def curves(
    series: Sequence[tuple[str, np.ndarray, np.ndarray]], x_title: str, y_title: str, target: float | None = None
) -> go.Figure:
    """Curves, each a name, its x (N,) and its y (N,), and a line at their `target`, if they have one.

    A y that fell by orders of magnitude has a logarithmic axis.
    """
    figure = go.Figure()
    for (name, x, y), colour in zip(series, cycle(CURVE_COLOURS["light"]), strict=False):
        figure.add_scatter(x=x, y=y, mode="lines", name=name, line={"color": colour, "width": 2})
    values = np.concatenate([y for *_, y in series])
    is_steep = values.min() > 0 and values.max() / values.min() > 30
    if target is not None:
        ends = [min(x.min() for _, x, _ in series), max(x.max() for _, x, _ in series)]
        line = {"color": GHOST, "width": 1.5, "dash": "dash"}
        figure.add_scatter(x=ends, y=[target, target], mode="lines", name="target", line=line)
    figure.update_layout(**{**LAYOUT, "height": 320}, showlegend=True, legend=BELOW)
    figure.update_xaxes(title=x_title, rangemode="tozero")
    scale = ", on a logarithmic scale" if is_steep else ""
    figure.update_yaxes(title=f"{y_title}{scale}", type="log" if is_steep else "linear")
    return figure


@dataclass(frozen=True)
class Line:
    """A curve of what something is to the model: x (N,), y (N,), and the band of ± `sd` (N,) around it, or none."""

    name: str
    role: Role
    x: np.ndarray
    y: np.ndarray
    sd: np.ndarray | None = None
    dash: str = "solid"


def lines(drawn: Sequence[Line], x_title: str, y_title: str, ticks: Mapping[float, str] | None = None) -> go.Figure:
    """Curves with a mark at each point, in the colours of their roles; `ticks` are what stands at which x."""
    figure = go.Figure()
    for each in drawn:
        colour = ROLES[each.role]
        if each.sd is not None:
            band = {"mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
            figure.add_scatter(x=each.x, y=each.y - each.sd, **band)
            figure.add_scatter(x=each.x, y=each.y + each.sd, fill="tonexty", fillcolor=pale(colour), **band)
        line = {"color": colour, "width": 2, "dash": each.dash}
        figure.add_scatter(x=each.x, y=each.y, mode="lines+markers", line=line, marker={"size": 7}, name=each.name)
    above = {**LEGEND, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(**{**LAYOUT, "height": 340}, showlegend=True, legend=above)
    figure.update_xaxes(title=x_title, **({"tickvals": [*ticks], "ticktext": [*ticks.values()]} if ticks else {}))
    figure.update_yaxes(title=y_title)
    return figure


def paired_bars(names: Sequence[str], shares: np.ndarray, title: str) -> go.Figure:
    """Two bars a name: shares (2, names) of real and of generated samples."""
    figure = go.Figure()
    roles: tuple[Role, Role] = ("real", "generated")
    for role, row in zip(roles, shares, strict=True):
        figure.add_bar(x=list(names), y=100 * row, name=role, marker_color=ROLES[role])
    figure.update_layout(**{**LAYOUT, "height": 260}, title=title, barmode="group", legend=BELOW)
    figure.update_xaxes(type="category")
    return figure


def pale(colour: str) -> str:
    """A colour, "#0072B2", as it fills the band around a curve."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.18)"


def heat(
    values: np.ndarray, columns: Sequence[str], rows: Sequence[str], title: str, over: str = "class", digits: str = "d"
) -> go.Figure:
    """Numbers by what the columns are `over`, and by row, as colours, the numbers written in with so many `digits`."""
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=list(columns),
            y=list(rows),
            colorscale="Cividis",
            texttemplate=f"%{{z:{digits}}}",
            showscale=False,
        )
    )
    figure.update_layout(**{**LAYOUT, "height": 80 + 28 * len(rows)}, title=title)
    figure.update_xaxes(type="category", title=over)
    figure.update_yaxes(type="category", autorange="reversed")
    return figure
