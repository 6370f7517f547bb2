"""What the store knows of a run at a glance."""

from dataclasses import dataclass

from core.config import RunConfig
from core.dataset import DataSpec
from core.protocol import Status

INTERRUPTED = "The server ended while it was running. Resume to go on."


@dataclass(frozen=True)
class Record:
    """A stored run: its configuration and its samples' specification, which only a quarantined one lacks.

    `reason` says why it ended or cannot be read.
    """

    id: str
    name: str
    created: float
    status: Status
    step: int
    seconds: float
    reason: str
    metrics: dict[str, float]
    config: RunConfig | None
    spec: DataSpec | None
