"""What Python and the scripts in `assets/` say to each other: every name that crosses is declared here, once.

Keys are TypedDicts: mypy holds Python to them, and `tests/test_protocol.py` the scripts. Values that both sides compare
with (statuses, messages, and the tables of `core.looks`) reach the scripts as the module `protocol.js`, which the
server makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, TypedDict

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


# The probe's socket: a question (see `pages.ui.questions`), then a snapshot as bytes, or a refusal.


class Repaired(TypedDict):
    """The metrics that come with repaired samples: mean squared errors against the originals."""

    corrupted_mse: float
    reconstructions_mse: float


class Refusal(TypedDict):
    """Why a question has no answer."""

    reason: str


# What components are given as `data`, and what they give back.


class Drawn(TypedDict):
    """How a component draws samples: the rendering, the characters of words, and the rate of sounds in Hz."""

    kind: Rendering
    alphabet: str
    rate: int | None


class Plotted(TypedDict):
    """A metric, as curves and read-outs need to know it: see `core.metrics.Metric`; `help` is its explanation."""

    name: str
    title: str
    unit: str
    format: str
    help: str


class Remarked(TypedDict):
    """A sentence that is said while a held-out metric lies below a limit: see `core.model.Remark`."""

    metric: str
    below: float
    text: str


class Turned(TypedDict):
    """A live knob that was turned at a step, in words."""

    step: int
    text: str


class Selected(TypedDict):
    """The `indices` that are selected of the samples of a plot; where `samples` is the same text, these are the same.

    Scripts send the same back when others are selected.
    """

    samples: str
    indices: list[int]


class Before(TypedDict):
    """The ghost of a run: what is drawn of it, how its settings differ, and whether it stays for the next runs."""

    data: StageData
    difference: str
    pinned: bool


class StageData(TypedDict):
    """A run on the stage, called `name`; `look` is None where its configuration cannot be read.

    Of the `panels` those are shown that the run has views for. `drawn` is the status that the page's buttons were drawn
    for, `codes` the title of the panel of codes, `codes_help` what it means, `prior` what training spreads them like,
    "normal" or "uniform", `verdicts` what a discriminator's scores say above and below their boundary. `headline` and
    `curves` are the names of the metrics read out and plotted at first, `text` says how to read those, `remarks` what
    the last of them show. `changes` are the knobs that were turned on the way, `before` is the run to compare with,
    `selected` are validation samples.
    """

    run: str
    name: str
    panels: list[Panel]
    drawn: Status
    look: Drawn | None
    labels: list[str]
    codes: str
    codes_help: str
    prior: str | None
    verdicts: list[str]
    metrics: list[Plotted]
    headline: list[str]
    curves: list[str]
    text: str
    remarks: list[Remarked]
    changes: list[Turned]
    before: Before | None
    selected: Selected


class Tile(TypedDict):
    """A run on a wall, at a place counted from 0; of one that is gone there is no `stage`, and `reason` says why.

    The `title` says what sets it apart.
    """

    stage: StageData | None
    title: str
    reason: str
    row: int
    column: int


class Axis(TypedDict):
    """A knob that was swept: its title, and its values as people read them, one for each row or column."""

    title: str
    values: list[str]


class WallData(TypedDict):
    """Several runs and the `title` of all; where knobs were swept, the axes that their columns and rows stand for."""

    title: str
    tiles: list[Tile]
    across: Axis | None
    down: Axis | None


class Sliders(TypedDict, total=False):
    """To decode, the latents that have a slider, their ranges and a code to start from; to repair, the noise.

    `inactive` are those of the latents that say nothing of a sample.
    """

    latents: list[int]
    inactive: list[int]
    start: list[float]
    low: list[float]
    high: list[float]
    kinds: dict[str, str]
    noise: str
    level: float


class ProbeData(Sliders):
    """Sliders that ask a run's model."""

    run: str
    kind: Literal["decode", "noise"]
    look: Drawn


class Ground(TypedDict):
    """What codes are drawn on: the lowest and the highest x and y, how many `latents` a code has, and their `prior`.

    `spreads` are the posterior's standard deviations (n, 2) of the first samples, float32 as base64.
    """

    low: list[float]
    high: list[float]
    latents: int
    prior: str | None
    spreads: str


class Marked(TypedDict):
    """The mark of a group: see `core.looks.Mark`."""

    colour: str
    shape: str


class CloudData(TypedDict):
    """Points in 2 or 3 `dimensions`, their groups, and the samples behind them, as base64 (see `pages.ui.encoding`).

    Without a `ground` their coordinates mean nothing by themselves, and have no axes. Groups that were found, clusters,
    have `hollow` marks and their names among the points.
    """

    points: str
    dimensions: int
    groups: str
    samples: str
    shape: list[int]
    look: Drawn
    names: list[str]
    marks: list[Marked]
    hollow: bool
    ground: Ground | None
    selected: Selected


class Row(TypedDict):
    """Samples of a shape (n, …) as base64, what they are called, and a note below each, where there are any."""

    name: str
    values: str
    shape: list[int]
    notes: list[str]


class GalleryData(TypedDict):
    """Rows of samples of about `size` pixels, or with `columns` a wall of the only row.

    A wall of decoded codes has the `ground` that these lie on. The samples at the places `framed` of each row are.
    """

    rows: list[Row]
    look: Drawn
    size: int
    columns: int | None
    ground: Ground | None
    framed: list[int]


class TallyData(TypedDict):
    """How many samples each group has: names, marks and counts, and how many further groups there are."""

    names: list[str]
    marks: list[Marked]
    counts: list[int]
    more: int


class DialData(TypedDict):
    """A knob that stands at one of its `stops`, its `place` among them counted from 0; `help` says what it does.

    It is marked where it was `changed` from its default.
    """

    label: str
    stops: list[str]
    place: int
    changed: bool
    help: str


class BoardData(TypedDict):
    """The classes that can be drawn, and the fewest and the most points."""

    names: list[str]
    limits: tuple[int, int]


class Drawing(TypedDict):
    """What the board gives back: points (N, 2) and the index of each one's class."""

    points: list[list[float]]
    classes: list[int]
