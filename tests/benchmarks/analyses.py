"""How long every analysis takes with its defaults, on one thread, and how often it says how far it is."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from core import DATASETS, RunConfig, fit
from core.analysis import ANALYSES, Analysis, Context

# The goal: at most 20 seconds on digits, 60 on fashion.
DATASETS_MEASURED = ("digits", "fashion")
# Between them, most analyses apply to them; none depends on how long a model was trained.
MODELS_MEASURED, STEPS = ("vae", "flow_matching", "vq_vae"), 200

# A run that can go on, and a file that compression made.
ASK_FOR_MORE = ("slow_motion", "unpacking")


def main() -> None:
    """Print a row an analysis: CPU seconds on each dataset with the first model that it applies to."""
    print("\n| analysis | model | " + " | ".join(f"{name}, CPU s | told" for name in DATASETS_MEASURED) + " |")
    print("|---" * (2 + 2 * len(DATASETS_MEASURED)) + "|")
    runs = {(model, dataset): _run(model, dataset) for model in MODELS_MEASURED for dataset in DATASETS_MEASURED}
    for name, analysis in ANALYSES.items():
        model = next((model for model in MODELS_MEASURED if analysis.fits(type(runs[model, "digits"].model))), None)
        # Digits were not made from known factors.
        if model is None or analysis.of_factors or name in ASK_FOR_MORE:
            continue
        cells = [_timed(analysis, runs[model, dataset]) for dataset in DATASETS_MEASURED]
        print(
            f"| {name} | {model} | " + " | ".join(f"{seconds:.1f} | {told}" for seconds, told in cells) + " |",
            flush=True,
        )


def _run(model: str, dataset: str) -> Context:
    config = RunConfig.for_data(DATASETS[dataset].spec, dataset=dataset, model=model, steps=STEPS)
    run = fit(config, every=math.inf)
    return Context(run.model, run.dataset, config)


def _timed(analysis: Analysis, context: Context) -> tuple[float, int]:
    """CPU seconds of an analysis, and how often it told how far it was."""
    told: list[float] = []
    began = time.process_time()
    analysis(replace(context, report=told.append))
    return time.process_time() - began, len(told)
