"""How things look on every page and on the stage: walls of samples, and what colours mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.protocol import Rendering


@dataclass(frozen=True, kw_only=True)
class Look:
    """How many samples of one rendering are shown where; dots share one plane and have no walls."""

    # What is said beside samples that do not explain themselves.
    hint: str = ""
    # How many new samples may be asked for, few, some or many, and the columns of a wall of each.
    counts: tuple[int, int, int]
    columns: tuple[int, int, int] = (0, 0, 0)
    # How high a sample is on the stage, in CSS pixels, where a picture would have as much room.
    stage_size: int = 0
    # The columns of a dataset's preview and of a cluster's gallery, and the side of the grid of decoded codes.
    preview_columns: int = 0
    cluster_columns: int = 0
    grid_side: int = 0
    # The side of the coarser lattice of decoded codes that is looked at while a model trains.
    lattice_side: int


CURVE = Look(
    counts=(12, 24, 60),
    columns=(3, 4, 5),
    stage_size=48,
    preview_columns=8,
    cluster_columns=10,
    grid_side=7,
    lattice_side=6,
)
# Pictures are taken in at a glance, all else is read one by one.
LOOKS: dict[Rendering, Look] = {
    "dot": Look(counts=(250, 1000, 2500), lattice_side=16),
    "picture": Look(
        counts=(16, 64, 256),
        columns=(4, 8, 16),
        stage_size=36,
        preview_columns=16,
        cluster_columns=24,
        grid_side=15,
        lattice_side=8,
    ),
    "curve": CURVE,
    "text": Look(
        hint="The paler a letter, the less sure it is.",
        counts=(20, 40, 120),
        columns=(4, 4, 5),
        stage_size=36,
        preview_columns=6,
        cluster_columns=8,
        grid_side=4,
        lattice_side=4,
    ),
    # A sound is seen as the curve that it is.
    "sound": replace(CURVE, hint="Click a waveform to hear it; or choose with the arrow keys, and play with Enter."),
}

# What a sample is to a model. A baseline is what a simpler method, such as PCA, makes of it.
Role = Literal["original", "real", "corrupted", "reconstructed", "generated", "baseline", "left out"]

# One colour, one meaning: told apart by the colour-blind, and seen on light and on dark ground. An original is a real
# sample.
ROLES: dict[Role, str] = {
    "original": "#7F7F7F",
    "real": "#7F7F7F",
    "corrupted": "#8C5078",
    "reconstructed": "#0072B2",
    "generated": "#D55E00",
    "baseline": "#08A659",
    "left out": "#B46EFA",
}
# What is drawn of the run before, behind the one on screen.
GHOST = "#8A94A0"
# The ground of the plane, where a discriminator takes samples for real and where for generated: as warm as these are.
LANDSCAPE = {"real": "#56B4E9", "generated": "#E69F00"}

# How strong text at the edge of a picture is, and a letter that no model is sure of, as shares of the page's ink.
FAINT, PALEST = 0.75, 0.68

# The shapes of marks, as Plotly calls them.
SHAPES = ("circle", "triangle-up", "square", "diamond", "triangle-down")

# Classes are full marks, clusters hollow ones of other colours: neither can be taken for the other, or for a role.
# Colours that come over again have another shape.
CLASS_COLOURS = (
    "#0096F0",
    "#C38700",
    "#007869",
    "#D25082",
    "#4B5AE1",
    "#B43C0F",
    "#8C9664",
    "#B487A5",
    "#826446",
    "#AA3296",
)
CLUSTER_COLOURS = ("#5A4BF0", "#D27800", "#4BA578", "#D269E1", "#C31E2D", "#786987")
# Samples that belong to no cluster, as the methods of scikit-learn number them.
NOISE = -1


@dataclass(frozen=True)
class Mark:
    """How the samples of one class or cluster are drawn: a colour, and one of `SHAPES` or, of noise, an "x"."""

    colour: str
    shape: str


def class_mark(i: int) -> Mark:
    """The mark of class `i`, counted from 0: full; fifty classes have fifty marks."""
    return Mark(CLASS_COLOURS[i % len(CLASS_COLOURS)], SHAPES[(i + i // len(CLASS_COLOURS)) % len(SHAPES)])


def cluster_mark(i: int) -> Mark:
    """The mark of cluster `i`, counted from 0, or of `NOISE`: hollow; thirty clusters have thirty marks."""
    if i == NOISE:
        return Mark("#7F7F7F", "x")
    return Mark(CLUSTER_COLOURS[i % len(CLUSTER_COLOURS)], SHAPES[i % len(SHAPES)])


def cluster_name(i: int) -> str:
    """A, B, … Z, AA, AB, …, for cluster `i`, counted from 0, or "noise": classes have names and numbers, no letters."""
    if i == NOISE:
        return "noise"
    letter = chr(ord("A") + i % 26)
    return letter if i < 26 else cluster_name(i // 26 - 1) + letter


# The colours of metrics, or of runs, that share a plot, on light and on dark pages.
CURVE_COLOURS = {
    "light": ("#0087FF", "#780000", "#969600", "#FF4BA5", "#4B005A", "#000000"),
    "dark": ("#78F0FF", "#FFB496", "#F0FF69", "#A587FF", "#C31E69", "#1E7800"),
}
