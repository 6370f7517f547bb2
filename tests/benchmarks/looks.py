"""What looking costs: the share of the time that is left for training, of every model on every dataset of its kinds."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from core import DATASETS, MODELS, RunConfig
from core.engine.trainer import Trainer
from core.home import Home
from core.protocol import RATE

# Seconds of training that are watched: the first, when numbers change most and it is looked at and measured more, and
# others as if the run had gone on for so long. A step that is quick is watched ten times a second, too.
FIRST, WATCHED, LONG = 6.0, 10.0, 60.0
QUICK, FAST = 0.005, 10.0


class Looks(NamedTuple):
    """What came of watching: the share left for training, and how often the view that waits longest was renewed."""

    share: float
    renewed: float


def main() -> None:
    """Print a row for each pair; those of the datasets named on the command line, or of all that need no network."""
    named = [name for name in sys.argv if name in DATASETS] or [
        name for name, source in DATASETS.items() if not source.downloads
    ]
    watched = (
        f"share in the first {FIRST:g} s | slowest view then, a second | share at 4 a second | slowest view, a second"
    )
    print(f"| dataset | model | step, ms | {watched} | share at 10 a second |")
    print("|---|---|---|---|---|---|---|---|")
    for dataset in named:
        for model, declared in MODELS.items():
            if DATASETS[dataset].spec.kind in declared.kinds:
                print(f"| {dataset} | {model} | {' | '.join(_row(dataset, model))} |", flush=True)


def _row(dataset: str, model: str) -> Iterator[str]:
    config = RunConfig(dataset=dataset, model=model, steps=200_000)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(config.model_dump_json(), None, Home(Path(folder)))
        trainer.advance(0.0)
        first = _watch(trainer, RATE, FIRST)
        trainer.training.seconds = LONG
        # What fell due in between is measured before the clock runs.
        trainer.advance(1 / RATE)
        steps, seconds = trainer.training.step, trainer.training.seconds
        seen = _watch(trainer, RATE, WATCHED)
        step = (trainer.training.seconds - seconds) / (trainer.training.step - steps)
        yield f"{1000 * step:.1f}"
        for looks in (first, seen):
            yield f"{looks.share:.3f}"
            yield f"{looks.renewed:.1f}"
        yield f"{_watch(trainer, FAST, WATCHED).share:.3f}" if step < QUICK else "–"


def _watch(trainer: Trainer, rate: float, seconds: float) -> Looks:
    """Train for so many seconds with `rate` pictures a second."""
    training = trainer.training
    trained, began, renewals = training.seconds, time.perf_counter(), dict.fromkeys(training.observer.seen, 0)
    while training.seconds - trained < seconds:
        before = dict(training.observer.seen)
        trainer.advance(1 / rate)
        for sight, views in training.observer.seen.items():
            renewals[sight] += views is not before[sight]
    spent = time.perf_counter() - began
    return Looks((training.seconds - trained) / spent, min(renewals.values()) / spent)


if __name__ == "__main__":
    main()
