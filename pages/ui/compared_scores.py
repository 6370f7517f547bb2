"""The scores of runs that are compared, each beside its baseline, from analyses of held-out samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.generation import Generation, generate
from core.analysis.reconstruction import Reconstructions, reconstruct
from core.analysis.result import Result
from core.engine import ReadableRecord
from core.engine.repetition import REPETITIONS
from core.model import Model
from pages.ui.analyses import analysed
from pages.ui.choices import choice
from pages.ui.compared import column
from pages.ui.differences import titles
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory


@dataclass(frozen=True)
class Scored:
    """An analysis, its numbers in the order of a table, each baseline below its score, and the models it is for."""

    function: Callable[..., Result]
    result: type[Result]
    names: tuple[str, ...]
    suits: Callable[[type[Model]], bool]
    what: str


SCORED = (
    Scored(
        reconstruct,
        Reconstructions,
        ("model_mse", "pca_mse", "mean_mse"),
        # What has no encoder would be searched for minutes.
        lambda model: model.autoencodes and "reconstruct" in model.capabilities,
        "Reconstructing held-out samples",
    ),
    Scored(
        generate,
        Generation,
        ("distance_median", "held_out_median", "copy_rate", "energy", "real_energy"),
        lambda model: "sample" in model.capabilities,
        "Judging new samples",
    ),
)


def scores(records: list[ReadableRecord]) -> None:
    """Scores of held-out samples beside their baselines, once somebody asks for them."""
    heading("Scores, beside their baselines")
    tied = choice("score_compared", (False, True), False)
    if not st.toggle("Score these runs on the test samples", **tied):
        st.caption("Each run is asked once, on a worker; what it answers is kept with it.")
        return
    ready = [record for record in records if laboratory.engine.store.checkpoint(record.id) != 0]
    rows = [row for scored in SCORED for row in _rows(scored, ready)]
    if not rows:
        st.caption("Nothing to score yet.")
        return
    st.dataframe(rows, hide_index=True, key="scores")
    st.caption(f"± is the standard deviation over {REPETITIONS} models with other seeds, where Clusters trained them.")


def _rows(scored: Scored, records: list[ReadableRecord]) -> list[dict[str, str]]:
    """One row for each number that any of the runs has."""
    names = titles(records)
    found: list[list[Any]] = []
    for title, record in zip(names, records, strict=True):
        result = None
        if scored.suits(MODELS[record.config.model]):
            result = analysed(record, scored.function, f"{scored.what}: {title}")
        found.append([] if result is None else [result, *_repeated(record, scored, title)])
    metrics = scored.result.metrics()
    table = {name: [_text(results, name) for results in found] for name in scored.names}
    return [
        {"Score": metrics[name].title, "Better": metrics[name].better or "–", **column(texts, records)}
        for name, texts in table.items()
        if any(text != "–" for text in texts)
    ]


def _repeated(record: ReadableRecord, scored: Scored, title: str) -> list[Any]:
    """The same of the run's repetitions with other seeds, if they were trained."""
    seeds = laboratory.engine.repeated(record.id)
    if len(seeds) < REPETITIONS:
        return []
    results = [analysed(record, scored.function, f"{scored.what}: {title}, seed {seed}", seed) for seed in seeds]
    return results if all(result is not None for result in results) else []


def _text(results: list[Any], name: str) -> str:
    """A run's number, and how much it differs between repetitions; PCA that is exact is no baseline."""
    if not results or getattr(results[0], name) is None or (name == "pca_mse" and results[0].pca_is_exact):
        return "–"
    spread = np.std([getattr(result, name) for result in results[1:]], ddof=1) if len(results) > 1 else None
    metric = results[0].metrics()[name]
    value: str = results[0].text(name)
    return value if spread is None else f"{value} ± {metric.text(float(spread))}"
