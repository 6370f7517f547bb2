"""How long every analysis takes with its defaults, on one thread, and how often it says how far it is."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core import DATASETS, RunConfig, fit
from core.analysis import ANALYSES, Analysis, Context
from core.protocol import Array

# The goal: at most 20 seconds on digits, 60 on fashion. Every analysis that applies is measured on each of these; none
# depends on how long a model was trained.
RUNS = (
    *((model, data) for model in ("vae", "gan", "flow_matching", "vq_vae", "dcgan") for data in ("digits", "fashion")),
    ("recurrent_autoencoder", "digit_rows"),
    *(
        (model, data)
        for model in ("recurrent_autoencoder", "recurrent_gan", "recurrent_clustering", "autoregressive")
        for data in ("waves", "surnames")
    ),
    ("beta_tc_vae", "sprites"),
)
STEPS = 200
# What is chosen on a page beside the defaults.
CHOSEN: dict[str, tuple[Mapping[str, Any], ...]] = {
    "projection": ({"method": "pca"}, {"method": "tsne"}, {"method": "umap"}),
    "completion": ({"hole": "centre"}, {"hole": "random"}),
}
# They need a run that can go on, and a file that compression made.
ASK_FOR_MORE = ("slow_motion", "unpacking")


def main() -> None:
    """Print a row for each analysis of each run: CPU seconds, and how often it told how far it was."""
    print("\n| analysis | model | data | CPU s | told |\n|---|---|---|---|---|")
    for model, dataset in RUNS:
        context = _trained(model, dataset)
        for name, analysis in ANALYSES.items():
            fits = analysis.fits(type(context.model)) and analysis.fits_data(context.dataset.spec)
            if not fits or name in ASK_FOR_MORE:
                continue
            for parameters in CHOSEN.get(name, ({},)):
                seconds, told = _timed(analysis, context, parameters)
                called = " ".join([name, *map(str, parameters.values())])
                print(f"| {called} | {model} | {dataset} | {seconds:.1f} | {told} |", flush=True)


def _trained(model: str, dataset: str) -> Context:
    config = RunConfig.for_data(DATASETS[dataset].spec, dataset=dataset, model=model, steps=STEPS)
    run = fit(config, every=math.inf)
    return Context(run.model, run.dataset, config)


def _timed(analysis: Analysis[Any], context: Context, parameters: Mapping[str, Any]) -> tuple[float, int]:
    """CPU seconds of an analysis, and how often it told how far it was."""
    told: list[float] = []

    def follow(points: Array, share: float) -> bool:
        told.append(share)
        return False

    began = time.process_time()
    analysis(replace(context, report=told.append, follow=follow), **parameters)
    return time.process_time() - began, len(told)
