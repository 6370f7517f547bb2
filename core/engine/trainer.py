"""A run in progress on a worker: the actor that the engine sends slices to."""

from __future__ import annotations

import time
from dataclasses import dataclass

from core.config import RunConfig
from core.errors import Diverged, LatentLabError
from core.home import Home
from core.training.loop import Training


@dataclass(frozen=True)
class Slice:
    """What came of one slice: where the run stands, its snapshot, and why it ended if it did.

    `snapshot` is its bytes; `seconds` is the training time since step 0, `observing` how long the snapshot took.
    """

    step: int
    seconds: float
    snapshot: bytes
    metrics: dict[str, float]
    done: bool
    observing: float
    diverged: str | None = None


class Trainer:
    """Holds one `Training` between slices; created anew from a checkpoint wherever the run goes on."""

    def __init__(self, config: str, state: bytes | None, home: Home) -> None:
        self.training = Training(RunConfig.model_validate_json(config), home)
        if state is not None:
            self.training.restore(state)

    def advance(self, seconds: float, steps: int | None = None) -> Slice:
        """Train for about `seconds` seconds (0: only observe), or `steps` steps if that is sooner, and observe."""
        diverged = self.train(seconds, steps) if seconds > 0 else None
        began = time.perf_counter()
        snapshot = self.training.snapshot()
        data, metrics, done = snapshot.to_bytes(), dict(snapshot.metrics), self.training.done
        return Slice(snapshot.step, snapshot.seconds, data, metrics, done, time.perf_counter() - began, diverged)

    def train(self, seconds: float, steps: int | None) -> str | None:
        """Train as `advance` does; why that ended if it diverged, else None."""
        try:
            self.training.advance(steps=steps, seconds=seconds)
        except Diverged as error:
            return str(error)
        except RuntimeError as error:
            # Torch's own complaint; the engine reads a bare RuntimeError as a lost worker.
            raise LatentLabError(f"Training failed after step {self.training.step:,}: {error}") from error
        return None

    def step(self) -> int:
        """How many steps were taken."""
        return self.training.step

    def state(self) -> bytes:
        """The checkpoint from which this run can go on bit for bit."""
        return self.training.state()
