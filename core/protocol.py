"""What Python and the scripts in `assets/` say to each other: every name that crosses is declared here, once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from numpy.typing import NDArray

Array = NDArray[Any]

# How one sample is drawn: a dot of the plane, a picture, curves over time (or over the values of a vector), a word, or
# a sound's waveform, which can be played.
Rendering = Literal["dot", "picture", "curve", "text", "sound"]


class Status(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    QUARANTINED = "quarantined"

    @property
    def is_moving(self) -> bool:
        """Whether a server is training the run, or will as soon as it is its turn."""
        return self in (Status.WAITING, Status.RUNNING)

    @property
    def is_over(self) -> bool:
        """Whether the run can never go on from where it stands."""
        return self in (Status.FINISHED, Status.DIVERGED, Status.QUARANTINED)


@dataclass(frozen=True, kw_only=True)
class Views:
    """The arrays of a snapshot, each called as its view is; what a model cannot do is None."""

    # Fixed held-out samples (n, …), what the encoder saw of them where they are corrupted, and what came out.
    originals: Array | None = None
    corrupted: Array | None = None
    reconstructions: Array | None = None
    # Codes of held-out samples (N, latent_size), the same in two dimensions (N, 2), and their labels (N,).
    codes: Array | None = None
    plane: Array | None = None
    labels: Array | None = None
    # The cluster that each of those samples is most likely in, (N,).
    assignments: Array | None = None
    # The hidden state after each step of the first of them, in two dimensions, (n, T, 2).
    trajectory: Array | None = None
    # Samples from fixed noise (n, …), and real ones to hold beside them.
    samples: Array | None = None
    reals: Array | None = None
    # The discriminator's or critic's scores over the plane (side, side), and where the generator sends a square grid,
    # (side, side, 2).
    landscape: Array | None = None
    warp: Array | None = None
