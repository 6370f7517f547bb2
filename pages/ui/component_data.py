"""What Python gives to components as `data`, and what they give back; see `core.protocol` for what sockets say.

Keys are TypedDicts: mypy holds Python to them, and `tests/test_protocol.py` the scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

from core.protocol import Panel, Rendering, Status

if TYPE_CHECKING:
    # It would bring torch to the first paint.
    from core.analysis.slow_pictures import Form


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
    "normal" or "uniform", `verdicts` what a discriminator's scores say above and below their boundary. So many classes
    are drawn `in_turn`, 1 where none is asked for. `headline` and `curves` are the names of the metrics read out and
    plotted at first, `text` says how to read those, `remarks` what the last of them show. `changes` are the knobs that
    were turned on the way, `before` is the run to compare with, `selected` are validation samples. It is looked back
    `at` a step, or None. By the name `page` the server knows where the next run will take this one's place; it is empty
    where none will.
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
    in_turn: int
    metrics: list[Plotted]
    headline: list[str]
    curves: list[str]
    text: str
    remarks: list[Remarked]
    changes: list[Turned]
    at: int | None
    before: Before | None
    selected: Selected
    page: str


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


class WallView(TypedDict):
    """What somebody looks at on a wall: all tiles or one under a slider, a panel, and a metric of the curves.

    No panel and no metric are the first there are. Scripts send the same back when something else is looked at.
    """

    mode: Literal["tiles", "knob"]
    panel: Panel | Literal[""]
    metric: str


class WallData(TypedDict):
    """Several runs and the `title` of all; where knobs were swept, the axes that their columns and rows stand for."""

    title: str
    view: WallView
    tiles: list[Tile]
    across: Axis | None
    down: Axis | None


class Sliders(TypedDict, total=False):
    """To decode, the latents that have a slider, their names, ranges, and a code to start from; to repair, the noise.

    `inactive` are those of the latents that say nothing of a sample. Their sliders stand where `stands` says.
    """

    latents: list[int]
    names: list[str]
    inactive: list[int]
    start: list[float]
    stands: list[float]
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


class HoleData(TypedDict):
    """Samples of a run, as base64 (see `pages.ui.encoding`), to brush holes into that its model fills.

    `holes` has 0 for each place of each sample that is missing at first; `searches` says that a fill is searched for
    step by step.
    """

    run: str
    look: Drawn
    samples: str
    shape: list[int]
    holes: str
    searches: bool


class Ground(TypedDict):
    """What codes are drawn on: the lowest and the highest x and y, how many `latents` a code has, and their `prior`."""

    low: list[float]
    high: list[float]
    latents: int
    prior: str | None


class Marked(TypedDict):
    """The mark of a group: see `core.looks.Mark`."""

    colour: str
    shape: str


class Hands(TypedDict):
    """What hands can do among the codes of a run: its `tools` beside selecting.

    The `codes` (N, latents) and, where points are codes @ axes, those `axes` (latents, 2), or nothing, are float32 as
    base64. Around a `prior` codes turn about 0. Without `decodes` the model rebuilds nothing. One question can hold so
    many codes at `most`.
    """

    run: str
    codes: str
    axes: str
    prior: bool
    decodes: bool
    most: int
    tools: list[Literal["walk", "between", "draw"]]


class CloudData(TypedDict):
    """Points in 2 or 3 `dimensions`, their groups, and the samples behind them, as base64 (see `pages.ui.encoding`).

    Without a `ground` their coordinates mean nothing by themselves, and have no axes. Groups that were found, clusters,
    have `hollow` marks and their names among the points. With `hands` its codes can be walked among. `frames` are
    where points were after so many `steps` each, one after the other; where they are still `moving`, more will come.
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
    hands: Hands | None
    frames: str
    steps: list[int]
    moving: bool


class Row(TypedDict):
    """Samples of a shape (n, …) as base64, what they are called, and a note below each, where there are any."""

    name: str
    values: str
    shape: list[int]
    notes: list[str]


class GalleryData(TypedDict):
    """Rows of samples of about `size` pixels, or with `columns` a wall of the only row.

    A wall of decoded codes has the `ground` that these lie on. The samples at the places `framed` of each row are.
    Where a row does not fit it is cut off, or thinned where it is to be seen as a `whole`.
    """

    rows: list[Row]
    look: Drawn
    size: int
    columns: int | None
    ground: Ground | None
    framed: list[int]
    whole: bool


class TallyData(TypedDict):
    """How many samples each group has: names, marks and counts, and how many further groups there are."""

    names: list[str]
    marks: list[Marked]
    counts: list[int]
    more: int


class Shown(TypedDict):
    """A picture of a scene: see `core.analysis.slow_pictures.Picture`; numbers come as base64, arrows may be "".

    Samples come in 256 levels, all else as float32. The `colour` of points may be "", which is that of text.
    """

    name: str
    form: Form
    values: str
    shape: list[int]
    arrows: str
    frame: list[list[float]]
    colour: str


class Term(TypedDict):
    """A number that a line of code names, or what a loss comes to."""

    name: str
    value: float


class Changed(TypedDict):
    """A layer: the norm of its gradient or of its change in the step, and that of its weights."""

    layer: str
    size: float
    weights: float


class SceneData(TypedDict):
    """A scene of a step: a sentence, the code around the `line` that is at work, and its `place`, numbers, pictures.

    Of layers it says how they moved, where `moved`, or else what their gradients are.
    """

    title: str
    says: str
    moved: bool
    place: str
    before: str
    line: str
    after: str
    terms: list[Term]
    layers: list[Changed]
    pictures: list[Shown]


class SlowData(TypedDict):
    """All scenes of a `step`, counted from 1, and how its samples are drawn."""

    scenes: list[SceneData]
    step: int
    look: Drawn


class Block(TypedDict):
    """A layer: what it is, the shape of its answer, its weights, and its `share` of the largest, on a log scale."""

    kind: str
    shape: list[int]
    weights: int
    share: float


class Network(TypedDict):
    """A network of a model, and the weights of all its layers."""

    name: str
    weights: int
    layers: list[Block]


class LayersData(TypedDict):
    """The networks of a model."""

    networks: list[Network]


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
