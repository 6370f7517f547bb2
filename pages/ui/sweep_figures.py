"""A sweep as a figure: a curve for one knob, a map for two, lines through all for more; and its sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core import Sweep
from core.engine import Record, SweepRecord
from core.hyperparameters import Knob
from core.looks import ROLES
from core.sweeps.curve import Curve, curve_of, mean_of, over_combinations
from core.sweeps.measures import Measure
from core.sweeps.reading import best_combination, reading, reading_of_several
from core.sweeps.table import Row
from pages.ui.choices import Between, choice, reach
from pages.ui.figures import LAYOUT, LEGEND, pale
from pages.ui.session import BRUSH
from pages.ui.sweep_lines import Brush, lines_of
from pages.ui.sweep_map import map_of
from pages.ui.sweep_numbers import Runs

# The share of all that a number can be that an axis shows at least.
SHOWN = 0.1


def draw(
    record: SweepRecord, sweep: Sweep, rows: list[Row], measure: Measure, runs: Sequence[Record | None]
) -> str | None:
    """The figure of a sweep and the sentence about it; the id of the run that was clicked."""
    curves = [
        (curve_of(rows, name, sweep.axes[name], measure.metric, measure.key), knob)
        for name, knob in sweep.knobs().items()
    ]
    known = Runs(sweep, runs)
    if len(curves) == 1:
        ((curve, knob),) = curves
        said, figure = reading(curve, knob), _curve(curve, knob, _points(sweep, rows, known, measure), measure.whose)
    else:
        combined = over_combinations(rows, measure.metric, measure.key)
        found = reading_of_several(curves, combined, sweep.text)
        said = " ".join(filter(None, (found, _baselines(rows, measure))))
    st.markdown(said, help=measure.metric.explanation)
    if len(curves) > 2:
        return _brushed(record, sweep, rows, measure, known, combined)
    if len(curves) == 2:
        figure = map_of(sweep, rows, measure, known, combined.best)
    opened = st.plotly_chart(figure, key=f"curve-{record.id}", on_select="rerun", selection_mode="points")
    if len(curves) == 2:
        bright = "better" if measure.metric.better else "higher"
        which = "its run" if sweep.seeds == 1 else "a run of it, of its seeds the one nearest to the mean"
        framed = f" In the frame: the {_which(combined)}." if combined.best else ""
        st.caption(f"The brighter, the {bright}.{framed} Click a cell to open {which}.")
    return _clicked(opened)


def _brushed(
    record: SweepRecord, sweep: Sweep, rows: list[Row], measure: Measure, runs: Runs, combined: Curve
) -> str | None:
    """Lines through all knobs, of which a brush below keeps some."""
    measured = [row for row in rows if measure.key in row.metrics]
    if not measured:
        return None
    place = st.container()
    brush = _brush(sweep, measured, measure)
    figure, kept = lines_of(sweep, measured, measure, runs, brush, combined.best)
    with place:
        opened = st.plotly_chart(figure, key=f"lines-{record.id}", on_select="rerun", selection_mode="points")
    said = []
    if brush != Brush():
        told = best_combination(over_combinations(kept, measure.metric, measure.key), sweep.text)
        said.append(f"{len(kept)} of {len(measured)} runs stay{told and f', of which the {told}'}.")
    if len(measured) < len(rows):
        said.append(f"{len(rows) - len(measured)} runs came to nothing and have no line.")
    strong = "better a run" if measure.metric.better else "higher a run's number"
    ringed = f" In rings: the {_which(combined)}." if combined.best else ""
    st.caption(" ".join([f"The {strong}, the stronger its line.{ringed} Click one to open its run.", *said]))
    return _clicked(opened)


def _brush(sweep: Sweep, rows: list[Row], measure: Measure) -> Brush:
    """The values of each knob to keep, and the range of the number."""
    *columns, last = st.columns(len(sweep.axes) + 1)
    chosen = {
        name: column.pills(
            knob.label,
            sweep.axes[name],
            selection_mode="multi",
            format_func=knob.text,
            **choice(f"{BRUSH}{name}", sweep.axes[name], []),
            help="Keep the lines through these values; none chosen keeps all.",
        )
        for column, (name, knob) in zip(columns, sweep.knobs().items(), strict=True)
    }
    scale = 100 if measure.metric.unit == "%" else 1
    numbers = [row.metrics[measure.key] * scale for row in rows]
    if min(numbers) == max(numbers):
        return Brush({name: values for name, values in chosen.items() if values})
    unit = f", {measure.metric.unit}" if measure.metric.unit else ""
    low, high, step = reach(numbers)
    limits = last.slider(
        f"{measure.metric.title}{unit}",
        low,
        high,
        step=step,
        format=f"%{measure.metric.format}",
        **choice(f"{BRUSH}{measure.key}", Between(low, high), (low, high)),
        help="Keep the lines that end in this range.",
    )
    # An end that was not moved is no limit.
    ends = (-math.inf if limits[0] == low else limits[0] / scale, math.inf if limits[1] == high else limits[1] / scale)
    values = {name: values for name, values in chosen.items() if values}
    return Brush(values, None if limits == (low, high) else ends)


def _clicked(chosen: Any) -> str | None:
    """The run behind the point that was clicked."""
    found = [point.get("customdata") for point in chosen.selection.points]
    ids = [each[0] if isinstance(each, list) else each for each in found if each]
    return str(ids[0]) if ids else None


def _points(sweep: Sweep, rows: list[Row], runs: Runs, measure: Measure) -> list[tuple[Any, float, str, str]]:
    """Value, number, run and what stands beside the pointer, for each run that has a number."""
    found = []
    (name,) = sweep.axes
    for row in rows:
        if measure.key in row.metrics:
            number = row.metrics[measure.key]
            text = f"{sweep.text(row.settings)}, seed {row.seed}: {measure.metric.text(number)}. Click to open it."
            found.append((row.settings[name], number, runs.id_of(row), text))
    return found


def _curve(curve: Curve, knob: Knob, points: list[tuple[Any, float, str, str]], whose: str) -> go.Figure:
    """Mean and band over seeds, a mark a run, the baseline, and a ring around the best."""
    metric, scale = curve.metric, 100 if curve.metric.unit == "%" else 1
    colour = ROLES["reconstructed"]
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
                x=x, y=edge, mode="lines", line={"width": 0}, fill=fill, fillcolor=pale(colour), name="± sd",
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
            name=_which(curve),
            hoverinfo="skip",
        )
    above = {**LEGEND, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(**{**LAYOUT, "height": 380}, showlegend=True, legend=above)
    ticks = {"tickvals": x, "ticktext": [knob.text(value) for value in values]} if is_number else {}
    figure.update_xaxes(title=knob.label, type="log" if is_log else "linear" if is_number else "category", **ticks)
    unit = f", {metric.unit}" if metric.unit else ""
    figure.update_yaxes(title=f"{metric.title}{unit}")
    numbers = np.array([*(number for _, number, *_ in points), *(each / scale for each in baselines)])
    if metric.limits and np.isfinite(numbers).any():
        figure.update_yaxes(autorangeoptions={"include": scale * around(numbers, metric.limits)})
    return figure


def around(numbers: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """The ends of what an axis shows at least, (2,): on a scale of its own a thousandth would look like a success."""
    half = SHOWN * (limits[1] - limits[0]) / 2
    middle = (np.nanmin(numbers) + np.nanmax(numbers)) / 2
    shown: np.ndarray = np.clip([middle - half, middle + half], *limits)
    return shown


def _which(curve: Curve) -> str:
    """What the marked point of a curve is."""
    return "best" if curve.bound is None else f"lowest at a good {curve.bound.metric.title}"


def _baselines(rows: list[Row], measure: Measure) -> str:
    """What the simplest answer gets, from its least to its most: it may depend on the knobs."""
    found = [row.baselines[measure.key] for row in rows if measure.key in row.baselines]
    if not found:
        return ""
    ends = dict.fromkeys(map(measure.metric.text, (min(found), max(found))))
    return f"The baseline, {measure.whose}: {' to '.join(ends)}."
