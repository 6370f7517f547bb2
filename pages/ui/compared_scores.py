"""The scores of runs that are compared, each beside its baseline, from analyses of held-out samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.generation import Generation, generate
from core.analysis.reconstruction import Reconstructions, reconstruct
from core.analysis.result import Result
from core.engine import ReadableRecord
from core.engine.repetition import REPETITIONS
from core.metrics import Metric
from core.sweeps.measures import Measure, measures
from pages.ui.analyses import analysed
from pages.ui.choices import choice
from pages.ui.compared import column
from pages.ui.differences import titles
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.repetition import offer


@dataclass(frozen=True)
class Line:
    """A row of the table: its title, its metric, and its number in what an analysis finds, or None."""

    title: str
    metric: Metric
    read: Callable[[Any], float | None]


@dataclass(frozen=True)
class Scored:
    """What an analysis finds of a run, each baseline in the line below its score."""

    function: Callable[..., Result]
    lines: tuple[Line, ...]
    parameters: dict[str, Any] = field(default_factory=dict)


def _reconstructions(record: ReadableRecord) -> Scored | None:
    model = MODELS[record.config.model]
    # What has no encoder would be searched for minutes.
    if not (model.autoencodes and "reconstruct" in model.capabilities):
        return None
    metrics = Reconstructions.metrics()
    reads: dict[str, Callable[[Any], float | None]] = {
        "model_mse": attrgetter("model_mse"),
        # PCA that is exact is no baseline.
        "pca_mse": lambda found: None if found.pca_is_exact else found.pca_mse,
        "mean_mse": attrgetter("mean_mse"),
    }
    return Scored(reconstruct, tuple(Line(metrics[name].title, metrics[name], read) for name, read in reads.items()))


def _new_samples(record: ReadableRecord) -> Scored | None:
    if "sample" not in MODELS[record.config.model].capabilities:
        return None
    metrics = Generation.metrics()
    names = ("distance_median", "held_out_median", "copy_rate", "energy", "real_energy")
    return Scored(generate, tuple(Line(metrics[name].title, metrics[name], attrgetter(name)) for name in names))


def _measured(kind: str, record: ReadableRecord) -> Scored | None:
    """The measures of a `kind` that sweeps are judged by, too: one analysis finds them all."""
    found = [measure for measure in measures(record.config, record.spec) if measure.key.startswith(kind)]
    if not found:
        return None
    return Scored(found[0].analysis, tuple(line for each in found for line in _pair(each)), found[0].parameters)


def _pair(measure: Measure) -> tuple[Line, Line]:
    """A measure, and its baseline."""
    metric, pair = measure.metric, measure.pair
    return (
        Line(measure.title, metric, lambda found: pair(found)[0]),
        Line(f"{metric.title}: {measure.whose}", metric, lambda found: pair(found)[1]),
    )


SCORES: dict[str, Callable[[ReadableRecord], Scored | None]] = {
    "Reconstructions": _reconstructions,
    "New samples": _new_samples,
    "Fidelity of samples": partial(_measured, "samples."),
    "Clusters of codes": partial(_measured, "clusters."),
    "Factors in codes": partial(_measured, "factors."),
}


def scores(records: list[ReadableRecord]) -> None:
    """Scores of held-out samples beside their baselines, those that somebody asks for."""
    heading("Scores, beside their baselines")
    tied = choice("score_compared", list(SCORES), [])
    asked = st.pills("Scores", list(SCORES), selection_mode="multi", label_visibility="collapsed", **tied)
    if not asked:
        st.caption("Of held-out samples. Each run is asked once, on a worker; what it answers is kept with it.")
        return
    ready = [record for record in records if laboratory.engine.store.checkpoint(record.id) != 0]
    rows = [row for kind in asked for row in _rows(kind, ready)]
    if not rows:
        st.caption("Nothing to score yet.")
        return
    st.dataframe(rows, hide_index=True, key="scores")
    _spreads(ready)


def _spreads(records: list[ReadableRecord]) -> None:
    """What ± is, and a way to it for each run that has none."""
    st.caption(f"± is the standard deviation over {REPETITIONS} models with other seeds, where they were trained.")
    lacking = [record for record in records if len(laboratory.engine.repeated(record.id)) < REPETITIONS]
    if not lacking:
        return
    with st.expander(f"Train {REPETITIONS} models with other seeds", key="spreads"):
        for title, record in zip(titles(records), records, strict=True):
            if record in lacking:
                st.markdown(f"**{plain(title)}**")
                offer(record, f"repeat-{record.id}")


def _rows(kind: str, records: list[ReadableRecord]) -> list[dict[str, str]]:
    """One row for each number that any of the runs has."""
    table: dict[str, tuple[Metric, list[str]]] = {}
    for k, (title, record) in enumerate(zip(titles(records), records, strict=True)):
        scored = SCORES[kind](record)
        results = [] if scored is None else _results(record, scored, f"{kind}: {title}")
        for line in scored.lines if scored and results else ():
            text = _text([line.read(result) for result in results], line.metric)
            if text:
                table.setdefault(line.title, (line.metric, ["–"] * len(records)))[1][k] = text
    return [
        {"Score": title, "Better": metric.better or "–", **column(texts, records)}
        for title, (metric, texts) in table.items()
    ]


def _results(record: ReadableRecord, scored: Scored, what: str) -> list[Any]:
    """What is found of a run, and then of its repetitions with other seeds, if they were trained."""
    own = analysed(record, scored.function, what, **scored.parameters)
    seeds = laboratory.engine.repeated(record.id)
    if own is None or len(seeds) < REPETITIONS:
        return [] if own is None else [own]
    others = [analysed(record, scored.function, f"{what}, seed {seed}", seed, **scored.parameters) for seed in seeds]
    return [own, *others] if all(other is not None for other in others) else [own]


def _text(values: list[float | None], metric: Metric) -> str:
    """A run's number, and how much it differs between repetitions; nothing where there is none."""
    own, *others = values
    if own is None:
        return ""
    known = [value for value in others if value is not None]
    return metric.text(own, float(np.std(known, ddof=1)) if len(known) > 1 else None)
