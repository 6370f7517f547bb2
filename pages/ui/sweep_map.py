"""A sweep of two knobs as a map: a number for each pair of values, which opens the run behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from core import Sweep
from core.looks import ROLES
from core.sweeps.curve import Point
from core.sweeps.estimate import Estimate
from core.sweeps.measures import Measure
from core.sweeps.table import Row, Table
from pages.ui.figures import LAYOUT
from pages.ui.sweep_numbers import Runs

# The height of a cell, and of what stands around the cells, in pixels.
CELL, AROUND = 48, 110


def map_of(sweep: Sweep, rows: list[Row], measure: Measure, runs: Runs, best: Point | None) -> go.Figure:
    """The mean over seeds for each pair of values, as a colour and as a number with its spread; the middle one opens.

    The `best` pair, if one is, has a frame; one whose runs came to nothing says so.
    """
    down, across = sorted(sweep.axes, key=lambda name: len(sweep.axes[name]))
    knobs, metric = sweep.knobs(), measure.metric
    found = Table(tuple(rows)).over_seeds(measure.key)
    known = {(settings[across], settings[down]): each for settings, each in found}
    grid = [[known.get((column, row)) for column in sweep.axes[across]] for row in sweep.axes[down]]
    figure = go.Figure(
        go.Heatmap(
            z=[[each and each.mean for each in row] for row in grid],
            x=[knobs[across].text(value) for value in sweep.axes[across]],
            y=[knobs[down].text(value) for value in sweep.axes[down]],
            # In two lines: a cell is narrow.
            text=[["" if each is None else each.text(metric).replace(" ±", "<br>±") for each in row] for row in grid],
            texttemplate="%{text}",
            colorscale="Cividis",
            # Bright is good.
            reversescale=metric.better == "lower",
            showscale=False,
            hoverinfo="skip",
            xgap=2,
            ygap=2,
        )
    )
    cells = [(settings, *_cell(sweep, rows, settings, each, measure)) for settings, each in found]
    figure.add_scatter(
        x=[knobs[across].text(settings[across]) for settings, *_ in cells],
        y=[knobs[down].text(settings[down]) for settings, *_ in cells],
        customdata=[runs.id_of(row) for _, row, _ in cells],
        hovertext=[text for *_, text in cells],
        text=["" if measure.key in row.metrics else "no number" for _, row, _ in cells],
        mode="markers+text",
        # What is clicked; the map itself cannot be.
        marker={"size": CELL, "opacity": 0},
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    if best is not None:
        # Cells lie around whole numbers.
        column, row = (list(sweep.axes[name]).index(best.value[name]) for name in (across, down))
        corners = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
        figure.add_shape(type="rect", **corners, line={"width": 4, "color": ROLES["reconstructed"]})
    # The nearest cell is meant, wherever in it somebody clicks.
    figure.update_layout(**{**LAYOUT, "height": AROUND + CELL * len(grid)}, hoverdistance=-1)
    grounds = {"type": "category", "showgrid": False, "zeroline": False}
    figure.update_xaxes(title=knobs[across].label, **grounds)
    figure.update_yaxes(title=knobs[down].label, **grounds)
    return figure


def _cell(
    sweep: Sweep, rows: list[Row], settings: Mapping[str, Any], found: Estimate | None, measure: Measure
) -> tuple[Row, str]:
    """The run that a cell opens, the nearest to the mean of its seeds, and what stands beside the pointer."""
    here = [row for row in rows if row.settings == settings]
    what = sweep.text(settings)
    if found is None:
        return here[0], f"{what}: {here[0].reason or 'no number yet'}<br>Click to open it."
    numbers = [row for row in here if measure.key in row.metrics]
    nearest = min(numbers, key=lambda row: abs(row.metrics[measure.key] - found.mean))
    text = f"{what}: {found.text(measure.metric)}"
    if found.runs == 1:
        return nearest, f"{text}<br>Click to open it."
    return nearest, f"{text}, the mean of {found.runs} seeds<br>Click to open seed {nearest.seed}, the nearest to it."
