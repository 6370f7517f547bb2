"""How fast something goes, judged by its last seconds."""

from __future__ import annotations

import math

# Seconds after which what was counts a third as much.
MEMORY = 15.0


class Pace:
    """Steps a second over about the last `MEMORY` seconds: all of them, also those that were waited."""

    def __init__(self) -> None:
        self._steps = 0.0
        self._seconds = 0.0

    @property
    def rate(self) -> float:
        """Steps a second; 0 as long as nothing was counted."""
        return self._steps / self._seconds if self._seconds else 0.0

    def count(self, steps: int, seconds: float) -> None:
        """Count so many steps in so many seconds."""
        kept = math.exp(-seconds / MEMORY)
        self._steps = kept * self._steps + steps
        self._seconds = kept * self._seconds + seconds
