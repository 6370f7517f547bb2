"""A run in progress on a worker: the actor that the engine sends slices to."""

from __future__ import annotations

import time
from dataclasses import dataclass

from core.config import RunConfig
from core.errors import Diverged, LatentLabError
from core.home import Home
from core.training.loop import Training

# Seconds of training for each second that measuring takes, at first, when numbers change most, and after a while; and
# before anything is measured: pictures need not wait.
TRAINED_AT_FIRST, TRAINED_LATER = 4.0, 25.0
FIRST_MEASURED = 0.1


@dataclass(frozen=True)
class Slice:
    """What came of one slice: where the run stands, its snapshot, and why it ended if it did.

    `snapshot` is its bytes; `seconds` is the training time since step 0. Looking took `observing` seconds, measuring
    validation samples `measuring`, which is 0 where that was left out.
    """

    step: int
    seconds: float
    snapshot: bytes
    metrics: dict[str, float]
    done: bool
    observing: float
    measuring: float
    diverged: str | None = None


class Trainer:
    """Holds one `Training` between slices; created anew from a checkpoint wherever the run goes on."""

    def __init__(self, config: str, state: bytes | None, home: Home) -> None:
        self.training = Training(RunConfig.model_validate_json(config), home)
        if state is not None:
            self.training.restore(state)
        # Seconds of training after which validation samples are measured again.
        self._due = FIRST_MEASURED

    def advance(self, seconds: float, steps: int | None = None) -> Slice:
        """Train for about `seconds` seconds (0: only look), or `steps` steps if that is sooner, and look.

        Validation samples are measured where that is due, and in the end.
        """
        diverged = self.train(seconds, steps) if seconds > 0 else None
        if diverged is not None or self.training.done or self.training.seconds >= self._due:
            return self.measure(diverged)
        return self._look({}, 0.0, None)

    def measure(self, diverged: str | None = None) -> Slice:
        """Look, and measure validation samples."""
        began = time.perf_counter()
        measured = self.training.measure()
        measuring = time.perf_counter() - began
        seconds = self.training.seconds
        self._due = seconds + measuring * min(TRAINED_LATER, TRAINED_AT_FIRST + seconds)
        return self._look(measured, measuring, diverged)

    def _look(self, measured: dict[str, float], measuring: float, diverged: str | None) -> Slice:
        began = time.perf_counter()
        seen = self.training.snapshot(measured)
        data, metrics, done = seen.to_bytes(), dict(seen.metrics), self.training.done
        observing = time.perf_counter() - began
        return Slice(seen.step, seen.seconds, data, metrics, done, observing, measuring, diverged)

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
