"""What Python and the scripts in `assets/` say to each other: every name that crosses is declared once.

Here stands what sockets say, and what runs are drawn as; what components are given stands in `pages.ui.component_data`.
Keys are TypedDicts: mypy holds Python to them, and `tests/test_protocol.py` the scripts. Values that both sides compare
with (statuses, messages, and the tables of `core.looks`) reach the scripts as the module `protocol.js`, which the
server makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    # The route of the scripts reads this file before the first page is painted, and NumPy takes its time.
    Array = Any

# How one sample is drawn: a dot of the plane, a picture, curves over time (or over the values of a vector), a word, or
# a sound's waveform, which can be played.
Rendering = Literal["dot", "picture", "curve", "text", "sound"]


# What is drawn of a run: samples of the plane, ways of hidden states, codes by class and by cluster, their plane
# decoded, what units add, generated samples, those of a Gaussian fitted to codes, rows of validation samples, and
# curves of metrics.
Panel = Literal["plane", "trajectory", "codes", "clusters", "decoded", "units", "samples", "fitted", "strip", "curves"]
PANELS: tuple[Panel, ...] = get_args(Panel)

# Pictures of a run a second, and so slices, where nobody asks for another number.
RATE = 4.0


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

    # Fixed validation samples (n, …), what training makes of them before the network sees them where that is something
    # else, corrupted or augmented, and what came out.
    originals: Array | None = None
    corrupted: Array | None = None
    reconstructions: Array | None = None
    # Codes of validation samples (N, latent_size), the same in two dimensions (N, 2), and their labels (N,).
    codes: Array | None = None
    plane: Array | None = None
    labels: Array | None = None
    # The lowest and the highest x and y that the plane shows, (2, 2), and of the first samples the standard deviations
    # of the posterior, (n, 2), where two latents have one.
    frame: Array | None = None
    spreads: Array | None = None
    # What the decoder makes of a lattice in the plane of codes, row by row from above, (rows · columns, …), and its
    # lowest and highest x and y, (2, 2); of one latent, a single row.
    decoded: Array | None = None
    lattice: Array | None = None
    # What each of the units that move most adds to a picture, (n, …), of codes that are sigmoids.
    units: Array | None = None
    # The cluster that each of those samples is most likely in, (N,).
    assignments: Array | None = None
    # The hidden state after each step of the first of them, in two dimensions, (n, T, 2).
    trajectory: Array | None = None
    # Samples from fixed noise (n, …), and real ones to hold beside them.
    samples: Array | None = None
    reals: Array | None = None
    # Of models without a prior, samples (n, …) whose codes are drawn from a Gaussian fitted to all codes.
    fitted: Array | None = None
    # The discriminator's or critic's scores over the plane (side, side), 0 where its verdict changes, and where the
    # generator sends a square grid, (side, side, 2).
    landscape: Array | None = None
    warp: Array | None = None


# The live socket, from the server: a history at first, then snapshots as bytes, each followed by a status.


class Message(StrEnum):
    """The types of messages."""

    HISTORY = "history"
    STATUS = "status"
    GONE = "gone"
    NEXT = "next"


class History(TypedDict):
    """Metrics by step, thinned, in order."""

    type: Literal[Message.HISTORY]
    points: list[tuple[int, dict[str, float]]]


class RunStatus(TypedDict):
    """Where a run stands: `left` is in seconds and `rate` in steps a second, `place` is that in the queue or 0.

    It shares the machine with `others`, a sweep being one. `snapshots` are the steps whose snapshots can be asked for.
    """

    type: Literal[Message.STATUS]
    status: Status
    reason: str
    step: int
    steps: int
    seconds: float
    rate: float
    left: float | None
    place: int
    others: int
    snapshots: list[int]


class Gone(TypedDict):
    """The run cannot be shown, and why."""

    type: Literal[Message.GONE]
    reason: str


class Next(TypedDict):
    """This run takes the place of the one that was followed, on a page whose runs follow the knobs."""

    type: Literal[Message.NEXT]
    run: str


# The probe's socket: a question (see `pages.ui.questions`), then a snapshot as bytes, or a refusal.


class Repaired(TypedDict):
    """The metrics that come with repaired samples: mean squared errors against the originals."""

    corrupted_mse: float
    reconstructions_mse: float


class HoleScores(TypedDict):
    """The metrics that come with a filled hole: of words the share of letters right in it, else the squared error.

    `filled` is that of the model's fills, `mean` that of the mean sample.
    """

    filled: float
    mean: float


class Refusal(TypedDict):
    """Why a question has no answer."""

    reason: str
