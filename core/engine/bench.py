"""What a worker holds between slices: the runs that it trains, one actor for all of them."""

from __future__ import annotations

from collections.abc import Collection

from core.dataset import DataSpec
from core.engine.trainer import Slice, Trainer
from core.home import Home
from core.protocol import Panel


class Bench:
    """The trainers on a worker, by keys that the engine gives them.

    It is there before anybody presses Train: an actor of its own would take each run a tenth of a second to make.
    """

    def __init__(self) -> None:
        self._trainers: dict[str, Trainer] = {}

    def begin(self, key: str, config: str, state: bytes | None, home: Home) -> tuple[DataSpec, Slice]:
        """Take a run, at its checkpoint `state` if it has one, look at it, and say what its samples are."""
        self._trainers[key] = Trainer(config, state, home)
        return self._trainers[key].training.dataset.spec, self._trainers[key].advance(0.0)

    def advance(
        self, key: str, seconds: float, steps: int | None, kept_from: int, panels: Collection[Panel] | None
    ) -> Slice:
        """Train as `Trainer.advance` does."""
        return self._trainers[key].advance(seconds, steps, kept_from, panels)

    def state(self, key: str) -> bytes:
        """The checkpoint from which a run can go on bit for bit."""
        return self._trainers[key].state()

    def leave(self, key: str, diverged: str | None) -> tuple[Slice, bytes]:
        """What a run stands at, looked at and measured in full, and its checkpoint."""
        return self._trainers[key].measure(diverged), self.state(key)

    def end(self, key: str) -> None:
        """Let go of a run."""
        self._trainers.pop(key, None)
