"""A sweep as a figure: a curve for one knob, a map for two, lines through all for more; and its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core import Sweep
from core.engine import Record, SweepRecord
from core.hyperparameters import Knob
from core.looks import CURVE_COLOURS, ROLES
from core.sweeps.curve import Curve, curve_of, mean_of
from core.sweeps.measures import Measure
from core.sweeps.reading import reading, reading_of_two
from core.sweeps.table import Row, Table
from pages.ui.figures import LAYOUT, LEGEND


def draw(
    record: SweepRecord, sweep: Sweep, rows: list[Row], measure: Measure, runs: Sequence[Record | None]
) -> str | None:
    """The figure of a sweep and the sentence about it; the id of the run whose point was clicked."""
    curves = [
        (curve_of(rows, name, sweep.axes[name], measure.metric, measure.key), knob)
        for name, knob in sweep.knobs().items()
    ]
    if len(curves) == 1:
        ((curve, knob),) = curves
        st.markdown(reading(curve, knob), help=measure.metric.explanation)
        ids = {(run.config, run.id) for run in runs if run and run.config}
        figure = _curve(curve, knob, _points(sweep, rows, dict(ids), measure), measure.whose)
        chosen = st.plotly_chart(
            figure, width="stretch", key=f"curve-{record.id}", on_select="rerun", selection_mode="points"
        )
        picked = [point.get("customdata") for point in chosen.selection.points]
        ids_clicked = [each[0] if isinstance(each, list) else each for each in picked if each]
        return str(ids_clicked[0]) if ids_clicked else None
    st.markdown(reading_of_two(curves, _best(sweep, rows, measure), measure.metric), help=measure.metric.explanation)
    figure = _map(sweep, rows, measure) if len(curves) == 2 else _lines(sweep, rows, measure)
    st.plotly_chart(figure, width="stretch", key=f"map-{record.id}")
    return None


def _points(sweep: Sweep, rows: list[Row], ids: dict[Any, str], measure: Measure) -> list[tuple[Any, float, str, str]]:
    """Value, number, run and what stands beside the pointer, for each run that has a number."""
    found = []
    (name,) = sweep.axes
    for row in rows:
        if measure.key in row.metrics:
            number = row.metrics[measure.key]
            config = sweep.base.having({**row.settings, "seed": row.seed})
            text = f"{sweep.text(row.settings)}, seed {row.seed}: {measure.metric.text(number)}. Click to open it."
            found.append((row.settings[name], number, ids.get(config, ""), text))
    return found


def _curve(curve: Curve, knob: Knob, points: list[tuple[Any, float, str, str]], whose: str) -> go.Figure:
    """Mean and band over seeds, a mark a run, the baseline, and a ring around the best."""
    metric, scale = curve.metric, 100 if curve.metric.unit == "%" else 1
    colour = CURVE_COLOURS[_theme()][0]
    values = [point.value for point in curve.points]
    is_log = knob.type in (int, float) and knob.scale == "log" and all(value > 0 for value in values)
    is_number = knob.type in (int, float) and (is_log or knob.scale == "linear")
    places = {value: value if is_number else knob.text(value) for value in values}
    figure = go.Figure()
    x = [places[point.value] for point in curve.points]
    # A run that did not come through leaves a gap.
    means = np.array([mean_of(point) if point.numbers else np.nan for point in curve.points]) * scale
    if curve.spread is not None:
        sds = np.array([point.estimate.sd or 0 if point.estimate else np.nan for point in curve.points]) * scale
        for edge, fill in ((means - sds, None), (means + sds, "tonexty")):
            figure.add_scatter(
                x=x, y=edge, mode="lines", line={"width": 0}, fill=fill, fillcolor=_pale(colour), name="± sd",
                showlegend=fill is not None, hoverinfo="skip",
            )  # fmt: skip
    figure.add_scatter(x=x, y=means, mode="lines", line={"color": colour, "width": 2}, name="mean", hoverinfo="skip")
    baselines = [np.nan if point.baseline is None else point.baseline * scale for point in curve.points]
    if not np.isnan(baselines).all():
        line = {"color": ROLES["baseline"], "width": 2, "dash": "dash"}
        figure.add_scatter(x=x, y=baselines, mode="lines", line=line, name=whose)
    figure.add_scatter(
        x=[places[value] for value, *_ in points],
        y=[number * scale for _, number, *_ in points],
        customdata=[run for *_, run, _ in points],
        text=[text for *_, text in points],
        mode="markers",
        marker={"size": 9, "color": colour, "opacity": 0.7},
        name="runs",
        hovertemplate="%{text}<extra></extra>",
    )
    if curve.best is not None:
        sd = curve.best.estimate.sd if curve.best.estimate else None
        figure.add_scatter(
            x=[places[curve.best.value]],
            y=[mean_of(curve.best) * scale],
            error_y={"type": "data", "array": [(sd or 0) * scale], "thickness": 2},
            mode="markers",
            marker={"size": 18, "symbol": "circle-open", "color": colour, "line": {"width": 3}},
            name="best",
            hoverinfo="skip",
        )
    above = {**LEGEND, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(**{**LAYOUT, "height": 380}, showlegend=True, legend=above)
    ticks = {"tickvals": x, "ticktext": [knob.text(value) for value in values]} if is_number else {}
    figure.update_xaxes(title=knob.label, type="log" if is_log else "linear" if is_number else "category", **ticks)
    unit = f", {metric.unit}" if metric.unit else ""
    figure.update_yaxes(title=f"{metric.title}{unit}")
    return figure


def _map(sweep: Sweep, rows: list[Row], measure: Measure) -> go.Figure:
    """The mean over seeds for each pair of values, as a colour and as a number."""
    down, across = sorted(sweep.axes, key=lambda name: len(sweep.axes[name]))
    knobs, metric = sweep.knobs(), measure.metric
    means = {
        (settings[across], settings[down]): found.mean
        for settings, found in Table(tuple(rows)).over_seeds(measure.key)
        if found is not None
    }
    grid = [[means.get((column, row)) for column in sweep.axes[across]] for row in sweep.axes[down]]
    figure = go.Figure(
        go.Heatmap(
            z=grid,
            x=[knobs[across].text(value) for value in sweep.axes[across]],
            y=[knobs[down].text(value) for value in sweep.axes[down]],
            text=[["" if mean is None else metric.text(mean) for mean in row] for row in grid],
            texttemplate="%{text}",
            colorscale="Cividis",
            # Bright is good.
            reversescale=metric.better == "lower",
            showscale=False,
            hoverinfo="skip",
        )
    )
    figure.update_layout(**{**LAYOUT, "height": 120 + 44 * len(grid)})
    figure.update_xaxes(title=knobs[across].label, type="category")
    figure.update_yaxes(title=knobs[down].label, type="category")
    return figure


def _lines(sweep: Sweep, rows: list[Row], measure: Measure) -> go.Figure:
    """A line for each run through its values and its number; drag along an axis to choose."""
    here = [row for row in rows if measure.key in row.metrics]
    numbers = [row.metrics[measure.key] for row in here]
    dimensions = []
    for name, knob in sweep.knobs().items():
        values = list(sweep.axes[name])
        dimensions.append(
            {
                "label": knob.label,
                "values": [values.index(row.settings[name]) for row in here],
                "tickvals": list(range(len(values))),
                "ticktext": [knob.text(value) for value in values],
            }
        )
    dimensions.append({"label": measure.metric.title, "values": numbers})
    line = {"color": numbers, "colorscale": "Cividis", "reversescale": measure.metric.better == "lower"}
    figure = go.Figure(go.Parcoords(line=line, dimensions=dimensions))
    figure.update_layout(**{**LAYOUT, "margin": {"l": 60, "r": 40, "t": 60, "b": 20}})
    return figure


def _best(sweep: Sweep, rows: list[Row], measure: Measure) -> str:
    """The best combination and its number, where one way is better."""
    found = [(settings, each) for settings, each in Table(tuple(rows)).over_seeds(measure.key) if each is not None]
    if measure.metric.better is None or not found:
        return ""
    sign = -1 if measure.metric.better == "lower" else 1
    settings, best = max(found, key=lambda pair: sign * pair[1].mean)
    return f"{sweep.text(settings)} ({measure.metric.title} {measure.metric.text(best.mean)})"


def _theme() -> Any:
    return "dark" if st.context.theme.type == "dark" else "light"


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.18)"
