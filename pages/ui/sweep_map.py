"""A sweep of two knobs as a map: a number for each pair of values, which opens the run behind it."""

from __future__ import annotations

import plotly.graph_objects as go

from core import Sweep
from core.looks import GHOST
from core.sweeps.measures import Measure
from core.sweeps.table import Row, Table
from pages.ui.figures import LAYOUT
from pages.ui.sweep_numbers import Runs

# The height of a cell, and of what stands around the cells, in pixels.
CELL, AROUND = 48, 110


def map_of(sweep: Sweep, rows: list[Row], measure: Measure, runs: Runs) -> go.Figure:
    """The mean over seeds for each pair of values, as a colour and as a number; of several seeds the middle one opens.

    A pair whose runs came to nothing says so.
    """
    down, across = sorted(sweep.axes, key=lambda name: len(sweep.axes[name]))
    knobs, metric = sweep.knobs(), measure.metric
    found = Table(tuple(rows)).over_seeds(measure.key)
    means = {(settings[across], settings[down]): each.mean for settings, each in found if each is not None}
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
            xgap=2,
            ygap=2,
        )
    )
    cells = [(settings, *_cell(sweep, rows, settings, measure)) for settings, _ in found]
    figure.add_scatter(
        x=[knobs[across].text(settings[across]) for settings, *_ in cells],
        y=[knobs[down].text(settings[down]) for settings, *_ in cells],
        customdata=[runs.id_of(row) for _, row, _ in cells],
        hovertext=[text for *_, text in cells],
        text=["" if measure.key in row.metrics else "no number" for _, row, _ in cells],
        mode="markers+text",
        # What is clicked; the map itself cannot be.
        marker={"size": CELL, "opacity": 0},
        textfont={"color": GHOST},
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    # The nearest cell is meant, wherever in it somebody clicks.
    figure.update_layout(**{**LAYOUT, "height": AROUND + CELL * len(grid)}, hoverdistance=-1)
    grounds = {"type": "category", "showgrid": False, "zeroline": False}
    figure.update_xaxes(title=knobs[across].label, **grounds)
    figure.update_yaxes(title=knobs[down].label, **grounds)
    return figure


def _cell(sweep: Sweep, rows: list[Row], settings: object, measure: Measure) -> tuple[Row, str]:
    """The run that a cell opens, the nearest to the mean of its seeds, and what stands beside the pointer."""
    here = [row for row in rows if row.settings == settings]
    numbers = [row for row in here if measure.key in row.metrics]
    what = sweep.text(here[0].settings)
    if not numbers:
        return here[0], f"{what}: {here[0].reason or 'no number yet'}<br>Click to open it."
    mean = sum(row.metrics[measure.key] for row in numbers) / len(numbers)
    nearest = min(numbers, key=lambda row: abs(row.metrics[measure.key] - mean))
    text = f"{what}: {measure.metric.text(mean)}"
    if len(numbers) == 1:
        return nearest, f"{text}<br>Click to open it."
    return (
        nearest,
        f"{text}, the mean of {len(numbers)} seeds<br>Click to open seed {nearest.seed}, the nearest to it.",
    )
