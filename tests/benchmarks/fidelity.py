"""Generated digits, judged by a frozen classifier and by their neighbours, five seeds (each draws its own split)."""

from __future__ import annotations

import time

import numpy as np

from core import RunConfig, fit
from core.analysis.fidelity import CONFIDENT, classifier, fidelity
from core.training.loop import one_thread

SEEDS = range(5)
SAMPLES = 1000
MODELS = ("gan", "dcgan", "wgan_gp")
COLUMNS = {
    "fidelity": "class fidelity",
    "held_out_fidelity": "… of held-out digits",
    "classes": "classes present",
    "rarest": "rarest class / fair share",
    "density": "density",
    "coverage": "coverage",
    "copy_rate": "copy rate",
    "seconds": "CPU seconds a run",
}


def main() -> None:
    """Print one row a model: defaults only, 1,000 samples, beside the same classifier on held-out digits."""
    print(
        f"\nDigits, {SAMPLES:,} samples, class fidelity: probability ≥ {CONFIDENT}, mean ± sd of {len(SEEDS)} seeds\n"
    )
    print("| model | " + " | ".join(COLUMNS.values()) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for model in MODELS:
        rows = [_judged(model, seed) for seed in SEEDS]
        cells = []
        for name in COLUMNS:
            values = [row[name] for row in rows]
            cells.append(f"{np.mean(values):.3g} ± {np.std(values, ddof=1):.2g}")
        print(f"| `{model}` | " + " | ".join(cells) + " |", flush=True)


def _judged(model: str, seed: int) -> dict[str, float]:
    began = time.process_time()
    run = fit(RunConfig(dataset="digits", model=model, seed=seed))
    seconds = time.process_time() - began
    train, test = run.dataset.train, run.dataset.test
    with one_thread():
        numbers = fidelity(run.model.sample(SAMPLES, seed), train.x, test.x, classifier(train))
    return {**numbers, "seconds": seconds}
