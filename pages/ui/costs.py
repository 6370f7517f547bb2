"""What runs come to and what they cost: their curves in one plot, their numbers in one table."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from core import MODELS, RunConfig
from core.dataset import DataSpec
from core.datasets import metrics_of
from core.engine import ReadableRecord
from core.metrics import Metric
from core.protocol import Array
from pages.ui.choices import Between, choice, reach, unchoose
from pages.ui.compared import column
from pages.ui.differences import titles
from pages.ui.figures import CURVES_STYLE, curves
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.run_table import numbers as known_by


def progress(records: list[ReadableRecord]) -> None:
    """One metric of all runs over steps or over seconds, then what each run comes to and what it costs."""
    heading("Curves")
    shared = metrics_shared(records)
    if not shared:
        st.caption("These runs have no number in common.")
    reached = _curves(records, shared) if shared else {}
    heading("What it comes to, and what it costs")
    st.dataframe(numbers(records, reached), hide_index=True, key="costs")


def _curves(records: list[ReadableRecord], shared: dict[str, Metric]) -> dict[str, list[str]]:
    """The curves of a metric that runs share, and the row of a table that says what it took each to reach a target."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tied = choice("curve", shared, next(iter(shared)))
        name = st.selectbox(
            "Metric",
            shared,
            format_func=lambda name: shared[name].title,
            width=280,
            on_change=lambda: unchoose("curve_target"),
            **tied,
        )
        clocks = ["steps", "seconds"]
        over = st.segmented_control("Over", clocks, required=True, **choice("curve_over", clocks, "steps"))
        metric = shared[name]
        scale = 100 if metric.unit == "%" else 1
        # As they are shown, and the target, too.
        histories = {record.id: history(record, name, scale) for record in records}
        target = _target(metric, histories)
    series = []
    for title, record in zip(titles(records), records, strict=True):
        steps, values = histories[record.id]
        series.append((title, steps if over == "steps" else seconds_at(record, steps), values))
    unit = f"{metric.title}, {metric.unit}" if metric.unit else metric.title
    x_title = "training step" if over == "steps" else "seconds of training"
    st.html(CURVES_STYLE)
    st.plotly_chart(curves(series, x_title, unit, target), width="stretch", key="curves")
    st.caption(f"Of validation samples. {metric.explanation}")
    if target is None:
        return {}
    found = [first_step(metric, *histories[record.id], target) for record in records]
    return {
        f"Steps to {metric.title} {metric.text(target / scale)}": [
            "–" if step is None else f"{step:,}" for step in found
        ]
    }


def numbers(records: list[ReadableRecord], reached: dict[str, list[str]]) -> list[dict[str, str]]:
    """The rows of a table, a column for each run: its validation numbers, what it cost, and when it `reached` what."""
    known = {shown: None for record in records for shown in known_by(record)}
    rows = [
        {"": f"Validation {shown.title}", **column([_text(shown, record) for record in records], records)}
        for shown in known
    ]
    costs = {
        "Seconds of training": [f"{record.seconds:.1f}" for record in records],
        "Steps": [f"{record.step:,}" for record in records],
        "Parameters": [f"{parameters_of(record.config, record.spec):,}" for record in records],
        **reached,
    }
    return [*rows, *({"": title, **column(values, records)} for title, values in costs.items())]


def metrics_shared(records: list[ReadableRecord]) -> dict[str, Metric]:
    """The metrics of validation samples that all runs have measured, by name; those that runs are known by first."""
    found: dict[str, Metric] = {}
    for record in records:
        model = MODELS[record.config.model]
        declared = (*model.validated(record.metrics), *model.metrics)
        found |= {
            metric.name: metric
            for metric in (*declared, *metrics_of(record.config.dataset, record.config.data))
            if metric.name not in found
        }
    return {name: metric for name, metric in found.items() if all(f"test_{name}" in run.metrics for run in records)}


def history(record: ReadableRecord, name: str, scale: float = 1.0) -> tuple[Array, Array]:
    """The steps (N,) at which a metric of validation samples was measured, and its values (N,) times a scale."""
    points = [
        (step, metrics[f"test_{name}"])
        for step, metrics in laboratory.engine.store.history(record.id)
        if f"test_{name}" in metrics
    ]
    steps, values = np.array(points, dtype=float).reshape(-1, 2).T
    return steps, scale * values


def seconds_at(record: ReadableRecord, steps: Array) -> Array:
    """The seconds of training (N,) at some steps (N,); between two kept snapshots as if all steps took as long."""
    known = [*laboratory.engine.store.clock(record.id), (record.step, record.seconds)]
    found: Array = np.interp(steps, *np.array(sorted(known)).T)
    return found


def first_step(metric: Metric, steps: Array, values: Array, target: float) -> int | None:
    """The first of `steps` (N,) at which a metric's `values` (N,) are as good as a target; None if they never are."""
    good = values <= target if metric.better == "lower" else values >= target
    return int(steps[good.argmax()]) if good.any() else None


def _target(metric: Metric, histories: dict[str, tuple[Array, Array]]) -> float | None:
    """The target that somebody sets; it begins with what every run reached in the end."""
    reached = reached_by_all(metric, histories)
    if reached is None:
        return None
    values = np.concatenate([values for _, values in histories.values()])
    if values.min() == values.max():
        return reached
    low, high, step = reach(values)
    target: float = st.number_input(
        f"Target, {metric.unit}" if metric.unit else "Target",
        low,
        high,
        step=step,
        format=f"%{metric.format}",
        width=160,
        help="The table says when each run reached it. It begins with what all of them reached in the end.",
        **choice("curve_target", Between(low, high), reached),
    )
    return target


def reached_by_all(metric: Metric, histories: dict[str, tuple[Array, Array]]) -> float | None:
    """What every run reached in the end: the worst of their last values."""
    ends = [values[-1] for _, values in histories.values() if len(values)]
    if metric.better is None or not ends:
        return None
    return float(max(ends) if metric.better == "lower" else min(ends))


def _text(metric: Metric, record: ReadableRecord) -> str:
    value = record.metrics.get(f"test_{metric.name}")
    return "–" if value is None else metric.text(value)


@lru_cache(maxsize=64)
def parameters_of(config: RunConfig, spec: DataSpec) -> int:
    """How many numbers a model learns."""
    model = MODELS[config.model](config.hyperparameters, spec)
    return sum(weights.numel() for weights in model.parameters() if weights.requires_grad)
