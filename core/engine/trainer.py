"""A run in progress on a worker: the actor that the engine sends slices to."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

from core.config import RunConfig
from core.errors import Diverged, LatentLabError
from core.home import Home
from core.protocol import Panel
from core.training.attention import Attention
from core.training.loop import Training

# The shares of training's time that looking and measuring may take: at first, when most changes, and after a while.
LOOKING_AT_FIRST, LOOKING = 0.3, 0.025
MEASURING_AT_FIRST, MEASURING = 0.25, 0.02
# Seconds of training before anything is measured: pictures need not wait.
FIRST_MEASURED = 0.1


@dataclass(frozen=True)
class Slice:
    """What came of one slice: where the run stands, its snapshot, and why it ended if it did.

    `snapshot` is its bytes, empty where it was not looked at; `seconds` is the training time since step 0. Looking took
    `observing` seconds, measuring validation samples `measuring`; each is 0 where it was left out.
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
        self._attention = Attention()
        # Seconds of training after which validation samples are measured again.
        self._due = FIRST_MEASURED

    def advance(
        self, seconds: float, steps: int | None = None, kept_from: int = 0, panels: Collection[Panel] | None = None
    ) -> Slice:
        """Train for about `seconds` seconds (0: only look), or `steps` steps if that is sooner, and look.

        Before the step `kept_from` only what is shown in the `panels` is looked at; where there are none, nobody
        watches. Validation samples are measured where that is due. In the end everything is looked at and measured.
        """
        began = self.training.seconds
        diverged = self.train(seconds, steps) if seconds > 0 else None
        self._attention.earn((self.training.seconds - began) * self._share(LOOKING_AT_FIRST, LOOKING))
        if diverged is not None or self.training.done:
            return self.measure(diverged)
        measured, measuring = self._measured() if self.training.seconds >= self._due else ({}, 0.0)
        is_kept = self.training.step >= kept_from
        if panels is None and not is_kept:
            metrics = {**self.training.metrics, **measured}
            return Slice(self.training.step, self.training.seconds, b"", metrics, False, 0.0, measuring)
        return self._look(measured, measuring, self._attention, None if is_kept else panels)

    def measure(self, diverged: str | None = None) -> Slice:
        """Look at everything, and measure validation samples."""
        return replace(self._look(*self._measured(), None), diverged=diverged)

    def _measured(self) -> tuple[dict[str, float], float]:
        """Metrics of validation samples, and the seconds that this took."""
        began = time.perf_counter()
        measured = self.training.measure()
        measuring = time.perf_counter() - began
        self._due = self.training.seconds + measuring / self._share(MEASURING_AT_FIRST, MEASURING)
        return measured, measuring

    def _share(self, at_first: float, later: float) -> float:
        """The share of training's time that something may take now: half of that at first after a second, and so on."""
        return max(later, at_first / (1 + self.training.seconds))

    def _look(
        self,
        measured: dict[str, float],
        measuring: float,
        attention: Attention | None,
        panels: Collection[Panel] | None = None,
    ) -> Slice:
        began = time.perf_counter()
        seen = self.training.snapshot(measured, attention, panels)
        data, metrics, done = seen.to_bytes(), dict(seen.metrics), self.training.done
        observing = time.perf_counter() - began
        return Slice(seen.step, seen.seconds, data, metrics, done, observing, measuring)

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
