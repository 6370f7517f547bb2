"""The same run with other seeds: how much of a number is owed to chance."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from core.config import RunConfig
from core.engine.store import RunStore
from core.engine.thread import EngineThread
from core.engine.trainer import Trainer
from core.errors import EngineUnavailable, LatentLabError

if TYPE_CHECKING:
    from collections.abc import Callable

# Models that are trained.
REPETITIONS = 5
# Seconds of a slice; runs and analyses on the same worker go on in between.
SLICE = 0.5


def reseeded(config: RunConfig, seed: int) -> RunConfig:
    """The same configuration with another seed."""
    return config.model_copy(update={"seed": seed})


def seeds_of(config: RunConfig) -> tuple[int, ...]:
    """The seeds of a run's repetitions: not its own, which may have been picked for how it went."""
    return tuple((config.seed + further) % 2**31 for further in range(1, REPETITIONS + 1))


def key_of(seed: int) -> str:
    """Under what the checkpoint of a repetition is kept with the run."""
    return f"seed-{seed}"


class Repetitions:
    """Trains runs of `store` anew with other seeds, as far as each has come, and keeps the checkpoints with it."""

    def __init__(self, store: RunStore, thread: EngineThread) -> None:
        self._store = store
        self._thread = thread
        # One model at a time, whoever asks: nobody waits for its end, and many wait for their own runs.
        self._turn = asyncio.Semaphore(1)

    def kept(self, run: str) -> tuple[int, ...]:
        """The seeds of the repetitions that are kept with the run's last checkpoint."""
        config = self._store.get(run).config
        seeds = () if config is None else seeds_of(config)
        return tuple(seed for seed in seeds if self._store.has_analysis(run, key_of(seed)))

    async def repeat(self, run: str, report: Callable[[float], None]) -> tuple[int, ...]:
        """Train what is not kept yet, one model after the other; the seeds of all.

        Raises:
            LatentLabError: with one of the seeds it diverged, or its data are gone.
            EngineUnavailable: the worker was lost.
        """
        record, checkpoint = self._store.get(run), self._store.checkpoint(run)
        if record.config is None or checkpoint == 0:
            raise LatentLabError("This run has no weights yet. Let it train for a moment.")
        seeds = seeds_of(record.config)
        for done, seed in enumerate(seeds):
            if not self._store.has_analysis(run, key_of(seed)):
                async with self._turn:
                    state = await self._train(
                        reseeded(record.config, seed),
                        record.step,
                        lambda share, done=done: report((done + share) / len(seeds)),  # type: ignore[misc]
                    )
                await asyncio.to_thread(self._store.save_analysis, run, key_of(seed), state, checkpoint)
        return seeds

    async def _train(self, config: RunConfig, steps: int, report: Callable[[float], None]) -> bytes:
        """The checkpoint of this configuration after so many steps."""
        from distributed import KilledWorker

        client, text = await self._thread.client(), config.model_dump_json()
        key = f"repetition-{time.monotonic_ns()}"
        try:
            future = client.submit(Trainer, text, None, self._store.home, actor=True, key=key)
            trainer, step = await future, 0
            while step < steps:
                diverged = await trainer.train(SLICE, steps - step)
                if diverged is not None:
                    raise LatentLabError(f"With seed {config.seed} it does not come through. {diverged}")
                step = await trainer.step()
                report(step / steps)
            state: bytes = await trainer.state()
            return state
        except (OSError, RuntimeError, KilledWorker) as error:
            raise EngineUnavailable(f"The worker was lost ({error}). Repeat to go on; what is done is kept.") from error
