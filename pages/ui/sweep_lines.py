"""A sweep of three knobs as parallel coordinates: a line for each run, which opens it; a brush keeps some."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from core import Sweep
from core.looks import GHOST, ROLES
from core.sweeps.curve import Point
from core.sweeps.measures import Measure
from core.sweeps.table import Row
from pages.ui.figures import LAYOUT
from pages.ui.sweep_numbers import Runs

# Points of a line from one axis to the next: what the pointer finds.
BETWEEN = 12
# What the best runs end in.
RING = {"symbol": "circle-open", "size": 14, "line": {"width": 3}}
# Behind values, which lines would cross out: how much of the page's colour, which shell.css gives it.
PATCH = "rgba(255, 255, 255, 0.85)"


@dataclass(frozen=True)
class Brush:
    """Which lines stay: those through the chosen `values` of each knob, of which none means all, and inside `limits`.

    `limits` are the lowest and the highest number, or None.
    """

    values: Mapping[str, Collection[Any]] = field(default_factory=dict)
    limits: tuple[float, float] | None = None

    def keeps(self, row: Row, number: float) -> bool:
        """Whether the line of a run with this number stays."""
        if self.limits is not None and not self.limits[0] <= number <= self.limits[1]:
            return False
        return all(row.settings[name] in chosen for name, chosen in self.values.items() if chosen)


def lines_of(
    sweep: Sweep,
    rows: Sequence[Row],
    measure: Measure,
    runs: Runs,
    brush: Brush,
    best: Point | None,
) -> tuple[go.Figure, list[Row]]:
    """A line for each run through its values to its number, and the runs that the `brush` keeps; the others fade.

    The better a run, the stronger its colour; those of the `best` combination, if one is, end in rings.
    """
    here = [row for row in rows if measure.key in row.metrics]
    numbers = np.array([row.metrics[measure.key] for row in here])
    low, high = float(numbers.min()), float(numbers.max())
    levels = (numbers - low) / (high - low or 1)
    ways = [_way(sweep, row, level) for row, level in zip(here, levels, strict=True)]
    kept = [i for i, row in enumerate(here) if brush.keeps(row, numbers[i])]
    merit = 1 - levels if measure.metric.better == "lower" else levels
    colours = sample_colorscale([[0, GHOST], [1, ROLES["reconstructed"]]], list(merit))
    figure = go.Figure()
    # The best are drawn last, on top.
    for i in np.argsort(merit):
        x, y = ways[i]
        text = f"{sweep.text(here[i].settings)}, seed {here[i].seed}: {measure.metric.text(numbers[i])}"
        figure.add_scatter(
            x=x,
            y=y,
            customdata=[runs.id_of(here[i])] * len(x),
            mode="lines+markers",
            line={"color": colours[i], "width": 1 + 2 * merit[i]},
            # Only the number has a mark; the rest is there to be found by the pointer.
            marker={
                "size": [6] * (len(x) - 1) + [9],
                "opacity": [0] * (len(x) - 1) + [1],
                **(RING if best is not None and here[i].settings == best.value else {}),
            },
            opacity=1 if i in kept else 0.12,
            hovertemplate=f"{text}<br>Click to open it.<extra></extra>",
            showlegend=False,
        )
    _axes(figure, sweep, measure, (low, high))
    return figure, [here[i] for i in kept]


def _way(sweep: Sweep, row: Row, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The points of a run's line: on axis k at x = k, from 0 at the bottom to 1 at the top."""
    heights = [_height(sweep.axes[name], value) for name, value in row.settings.items()] + [level]
    x = np.linspace(0, len(heights) - 1, BETWEEN * (len(heights) - 1) + 1)
    return x, np.interp(x, range(len(heights)), heights)


def _height(values: Collection[Any], value: Any) -> float:
    return list(values).index(value) / (len(values) - 1) if len(values) > 1 else 0.5


def _axes(figure: go.Figure, sweep: Sweep, measure: Measure, ends: tuple[float, float]) -> None:
    """An axis for each knob with its values, and one for the number with its ends."""
    knobs = sweep.knobs()
    marks = [
        [(_height(values, value), knobs[name].text(value)) for value in values] for name, values in sweep.axes.items()
    ]
    low, high = ends
    marks.append([(0.0, measure.metric.text(low)), (1.0, measure.metric.text(high))] if high > low else [])
    for place, axis in enumerate(marks):
        figure.add_shape(
            type="line", x0=place, x1=place, y0=0, y1=1, line={"color": GHOST, "width": 1.5}, layer="below"
        )
        for height, text in axis:
            last = place == len(marks) - 1
            figure.add_annotation(
                x=place,
                y=height,
                text=text,
                showarrow=False,
                bgcolor=PATCH,
                borderpad=1,
                xanchor="left" if last else "right",
                xshift=10 if last else -8,
            )
    titles = [*(knob.label for knob in knobs.values()), measure.metric.title]
    figure.update_layout(**{**LAYOUT, "height": 400}, dragmode=False, hoverdistance=12)
    figure.update_xaxes(
        side="top",
        tickvals=list(range(len(titles))),
        ticktext=titles,
        range=[-0.35, len(titles) - 0.6],
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    figure.update_yaxes(visible=False, range=[-0.06, 1.06], fixedrange=True)
