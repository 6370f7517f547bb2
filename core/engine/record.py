"""What the store knows of a run at a glance."""

from dataclasses import dataclass
from typing import Literal

from core.config import RunConfig

Status = Literal[
    "waiting", "running", "paused", "finished", "stopped", "diverged", "failed", "interrupted", "quarantined"
]
INTERRUPTED = "The server ended while it was running. Resume to go on."


@dataclass(frozen=True)
class Record:
    """A stored run: `config` is None only for a quarantined one, and `reason` says why it ended or is unreadable."""

    id: str
    name: str
    created: float
    status: Status
    step: int
    seconds: float
    reason: str
    metrics: dict[str, float]
    config: RunConfig | None
