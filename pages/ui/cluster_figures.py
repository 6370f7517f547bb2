"""Figures of clusters: their scores, codes by cluster, and the curves from which a number or a radius is read."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.analysis.cluster_density import CoreDistances
from core.analysis.cluster_number import ClusterNumber
from core.analysis.cluster_scores import Scores
from core.looks import ROLES
from core.metrics import Metric
from pages.ui.figures import LAYOUT

OURS, BASELINE = ROLES["reconstructed"], ROLES["baseline"]
# What is measured on the model; the other spaces are its yardsticks.
MODELS_OWN = ("own", "codes")


def score_bars(scored: Mapping[str, Scores], titles: Mapping[str, str], chance: float | None) -> go.Figure:
    """One bar a space in a plot for each metric, from its worst value to its best; `chance` is an accuracy."""
    metrics = judged(scored)
    # More beside each other would run into one another on a phone.
    columns = min(2, len(metrics))
    rows = math.ceil(len(metrics) / columns)
    height = rows * (60 + 26 * len(scored)) + 30
    titles_of = {"subplot_titles": [metric.title for metric in metrics], "vertical_spacing": 60 / height}
    figure = make_subplots(rows, columns, shared_yaxes=True, **titles_of)
    for i, metric in enumerate(metrics):
        place = {"row": i // columns + 1, "col": i % columns + 1}
        spreads = [getattr(scores, metric.name) for scores in scored.values()]
        figure.add_bar(
            x=[spread.mean for spread in spreads],
            y=[titles[space] for space in scored],
            orientation="h",
            error_x={"type": "data", "array": [spread.sd for spread in spreads]},
            marker_color=[OURS if space in MODELS_OWN else BASELINE for space in scored],
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
            **place,
        )
        figure.update_xaxes(range=metric.limits, nticks=5, **place)
        if metric.name == "accuracy" and chance is not None:
            figure.add_vline(x=chance, line_dash="dot", line_color=ROLES["real"], **place)
    figure.update_yaxes(autorange="reversed")
    return figure.update_layout(**{**LAYOUT, "height": height}, showlegend=False, bargap=0.35)


def judged(scored: Mapping[str, Scores]) -> list[Metric]:
    """The metrics with a worst and a best value that these scores have."""
    one = next(iter(scored.values()))
    return [metric for metric in Scores.metrics().values() if metric.limits and getattr(one, metric.name) is not None]


def number_curve(found: ClusterNumber, chooses: str) -> go.Figure:
    """Silhouette, BIC or gap over the number of clusters, what it `chooses` marked."""
    numbers, values, errors = {
        "silhouette_chooses": (found.numbers[1:], found.silhouettes, None),
        "bic_chooses": (found.numbers, found.bics, None),
        "gap_chooses": (found.numbers, found.gaps, found.gap_errors),
    }[chooses]
    error = None if errors is None else {"type": "data", "array": errors}
    figure = go.Figure(go.Scatter(x=numbers, y=values, error_y=error, mode="lines+markers", line_color=OURS))
    if getattr(found, chooses) is not None:
        figure.add_vline(x=getattr(found, chooses), line_dash="dot", line_color=ROLES["real"])
    figure.update_xaxes(title="clusters")
    if chooses == "silhouette_chooses":
        figure.update_yaxes(range=Scores.metrics()["silhouette"].limits)
    return figure.update_layout(**{**LAYOUT, "height": 260})


def core_distance_curve(found: CoreDistances) -> go.Figure:
    """Core distances in order, the radius ε marked."""
    share = 100 * np.arange(1, len(found.distances) + 1) / len(found.distances)
    figure = go.Figure(go.Scatter(x=share, y=found.distances, mode="lines", line_color=OURS))
    figure.add_hline(y=found.radius, line_dash="dot", line_color=ROLES["real"], annotation_text="ε")
    figure.update_xaxes(title="share of training codes, %", range=(0, 100))
    figure.update_yaxes(title="distance", rangemode="tozero")
    return figure.update_layout(**{**LAYOUT, "height": 280})
