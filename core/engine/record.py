"""What the store knows of a run at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from core.config import RunConfig
from core.dataset import DataSpec
from core.protocol import Status

# What a file may hold of a run: a time in seconds since 1970, seconds of training, a step. More no page could show.
Time = Annotated[float, Field(ge=0, le=2**32)]
Seconds = Annotated[float, Field(ge=0, le=2**53)]
Step = Annotated[int, Field(ge=0, le=2**53)]
INTERRUPTED = "The server ended while it was running. Resume to go on."
WENT_BACK = (
    "Its last checkpoint was damaged on disk, so it stands at step {step:,}, where the one before was written. "
    "Trained on from there it comes to the same weights."
)


@dataclass(frozen=True)
class Record:
    """A stored run; of a quarantined one this is all there is, and `reason` says what cannot be read.

    `created` is in seconds since 1970, `seconds` the training time so far, `metrics` those of the last snapshot, and
    `owner` is whose it is, "" for nobody's.
    """

    id: str
    name: str
    created: float
    status: Status
    step: int
    seconds: float
    reason: str
    metrics: dict[str, float]
    owner: str
    config: RunConfig | None = None
    spec: DataSpec | None = None


@dataclass(frozen=True)
class ReadableRecord(Record):
    """A stored run with its configuration and its samples' specification; `reason` says why it ended."""

    config: RunConfig
    spec: DataSpec

    @classmethod
    def unbegun(cls, config: RunConfig, spec: DataSpec) -> ReadableRecord:
        """A run of a configuration that nobody began, and that no store knows."""
        return cls("", "", 0.0, Status.WAITING, 0, 0.0, "", {}, "", config, spec)
