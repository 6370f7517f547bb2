"""GANs on mixtures of Gaussians: how many modes they visit, and how cleanly, defaults only, five seeds."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np

from core import RunConfig, fit
from core.analysis.modes import MIXTURES, coverage
from core.models._game import PLAIN

# The defaults were found on seeds from 10 on.
SEEDS, SAMPLES = range(5), 2500
# A generator that runs ahead of its critic, which Goodfellow et al. 2014, section 6, warn of.
HASTY = {**PLAIN, "generator_steps": 3}
ROWS: list[tuple[str, str, float, str, dict[str, Any]]] = [
    ("gan", "ring", 0.02, "gan", {}),
    ("wgan_gp", "ring", 0.02, "wgan_gp", {}),
    ("plain minimax", "ring", 0.02, "gan", PLAIN),
    ("plain, three generator steps", "ring", 0.02, "gan", HASTY),
    ("gan", "ring", 0.01, "gan", {}),
    ("wgan_gp", "ring", 0.01, "wgan_gp", {}),
    ("plain minimax", "ring", 0.01, "gan", PLAIN),
    ("gan", "grid", 0.0375, "gan", {}),
]


def main() -> None:
    """Print the modes that 2,500 samples visit, their quality, and the processor time that training took."""
    print(f"\nMixtures of Gaussians, mean ± sd of {len(SEEDS)} seeds, {SAMPLES:,} samples each")
    for name, dataset, sigma, model, changes in ROWS:
        table = [_score(dataset, sigma, model, changes, seed) for seed in SEEDS]
        cells = []
        for title in table[0]:
            values = [row[title] for row in table]
            cells.append(f"{title} {np.mean(values):.3g} ± {np.std(values, ddof=1):.2g}")
        print(f"  {f'{dataset}, σ {sigma:g}, {name}':42s} " + "  ".join(cells), flush=True)


def _score(dataset: str, sigma: float, model: str, changes: dict[str, Any], seed: int) -> dict[str, float]:
    config = RunConfig(dataset=dataset, model=model, seed=seed, hyperparameters=changes, data={"sigma": sigma})
    began = time.process_time()
    run = fit(config, every=math.inf)
    seconds = time.process_time() - began
    found = coverage(run.model.sample(SAMPLES, seed), MIXTURES[dataset](), sigma)
    return {
        "modes with ≥ 1": found.visited,
        "with ≥ 20 % of their share": found.fair,
        "% within 3 σ": 100 * found.high_quality,
        "CPU s": seconds,
    }
