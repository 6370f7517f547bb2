"""Whether a worker grows: its memory after it has done one analysis of each kind, and after a hundred more."""

from __future__ import annotations

import shutil
import tempfile
from itertools import cycle, islice
from pathlib import Path

import psutil

from core import DATASETS, MODELS, RunConfig
from core.analysis import ANALYSES
from core.engine import Engine
from core.home import Home
from tests.benchmarks.analyses import ASK_FOR_MORE
from tests.engines import over
from tests.patience import TIMEOUT

RUNS = (("vae", "digits"), ("gan", "digits"), ("recurrent_autoencoder", "waves"))
MORE = 100
# What it may have grown by after them, as a share.
GOAL = 0.2


def main() -> None:
    """Print MiB of the one worker before anything, after one of each kind, and after a hundred more in turn."""
    with tempfile.TemporaryDirectory(prefix="latent-lab-growth-") as folder:
        engine = Engine(Home(Path(folder)), workers=1)
        engine.open()
        engine.wait_until_ready(TIMEOUT)
        try:
            _measure(engine)
        finally:
            engine.close()


def _measure(engine: Engine) -> None:
    kinds = [(_trained(engine, model, dataset), name) for model, dataset in RUNS for name in _fitting(model, dataset)]
    fresh = _memory()
    for run, name in kinds:
        _analyse(engine, run, name)
    first = _memory()
    for run, name in islice(cycle(kinds), MORE):
        _analyse(engine, run, name)
    last = _memory()
    print("\n| worker's memory | MiB |\n|---|---|")
    print(f"| after training | {fresh:.0f} |\n| after {len(kinds)} analyses, one of each | {first:.0f} |")
    print(f"| after {MORE} more | {last:.0f}, {last / first - 1:+.0%}; goal at most {GOAL:+.0%} |")


def _trained(engine: Engine, model: str, dataset: str) -> str:
    run = engine.start(RunConfig(dataset=dataset, model=model, steps=50), "benchmark", "")
    return over(engine, run).id


def _fitting(model: str, dataset: str) -> list[str]:
    spec = DATASETS[dataset].spec
    names = [name for name in ANALYSES if name not in ASK_FOR_MORE]
    return [name for name in names if ANALYSES[name].fits(MODELS[model]) and ANALYSES[name].fits_data(spec)]


def _analyse(engine: Engine, run: str, name: str) -> None:
    """One analysis anew: what was kept of it is no answer."""
    shutil.rmtree(engine.store.home.runs / run / "analyses", ignore_errors=True)
    engine.analyse(run, name, {}).future.result(TIMEOUT)


def _memory() -> float:
    """Resident MiB of the worker."""
    (worker,) = [
        child for child in psutil.Process().children(recursive=True) if "engine/worker.py" in " ".join(child.cmdline())
    ]
    return worker.memory_info().rss / 2**20
