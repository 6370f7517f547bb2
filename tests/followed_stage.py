"""The stage as its socket tells it, without a browser that draws it."""

from __future__ import annotations

import json
import time
from typing import Any

from core.training.tensors import read_head


class Stage:
    """What the stage shows of a run: the newest `picture`'s step and the newest `status`, as its socket tells them.

    `moved` is when a picture of a step after the first came, as the monotonic clock has it, and `told` the status that
    the page was drawn for.
    """

    def __init__(self, run: str, told: str) -> None:
        self.run, self.told = run, told
        self.picture = -1
        self.status: dict[str, Any] = {}
        self.moved: float | None = None

    @property
    def phase(self) -> str:
        """What the page's buttons depend on."""
        return phase_of(self.status["status"]) if self.status else self.told

    def hear(self, message: str | bytes) -> None:
        """Take a message of the socket."""
        if isinstance(message, bytes):
            self.picture = read_head(message)["step"]
            if self.picture > 0 and self.moved is None:
                self.moved = time.monotonic()
        elif (said := json.loads(message))["type"] == "status":
            self.status = said


def phase_of(status: str) -> str:
    """A run that waits for its turn is as good as running."""
    return "running" if status == "waiting" else status
