"""What a person chooses about a file: how its numbers become samples."""

from __future__ import annotations

from typing import Literal

from core.hyperparameters import Hyperparameters, knob
from core.scaling import HELP, TITLES, Scaling
from core.uploads.limits import LARGEST_SIDE, SMALLEST_SIDE
from core.uploads.parse.raw import Raw
from core.uploads.prepare.roles import ReadAs, Way, settled_way

NUMBERS = ("read_as", "label", "scaling", "missing")
# The options that change anything, by the way in which a file is read.
MATTERS: dict[Way, tuple[str, ...]] = {
    "vectors": NUMBERS,
    "rows": NUMBERS,
    "windows": (*NUMBERS, "window"),
    "pictures": ("read_as", "label", "missing", "side", "colours"),
    "folder": ("label", "side", "colours"),
    "sound": ("window",),
    "text": ("window",),
    "words": (),
}


class Options(Hyperparameters):
    """How a file is read."""

    read_as: ReadAs = knob(
        "auto",
        group="Data",
        help="What a row is: a vector, a sequence of steps, a step of series that are cut into windows, or a picture; "
        "auto takes series where there is one column only or a column called id, series or sequence.",
    )
    label: str = knob(
        "auto",
        group="Data",
        help="The column with the labels, which are only for looking at results; auto takes one called label, class, "
        "target or y, or the only column of text, and none leaves them out.",
    )
    scaling: Scaling = knob("min_max", group="Data", titles=TITLES, help=f"{HELP}.")
    missing: Literal["drop", "mean"] = knob(
        "drop",
        group="Data",
        help="Samples with a missing number are left out, or get their column's mean in its place.",
    )
    window: int = knob(
        32,
        group="Data",
        ge=2,
        le=512,
        soft=(8, 128),
        help="Steps of a sequence cut from a series, a sound or a text: higher, sequences are longer and fewer.",
    )
    side: int = knob(
        32,
        group="Data",
        ge=SMALLEST_SIDE,
        le=LARGEST_SIDE,
        help="Most pixels that pictures are wide and high: higher, they keep more detail and training takes longer; "
        "smaller pictures stay as they are.",
    )
    colours: Literal["auto", "grey", "colour"] = knob(
        "auto",
        group="Data",
        help="Whether pictures have one channel or three; auto keeps what they have.",
    )

    def matters_for(self, raw: Raw) -> tuple[str, ...]:
        """The names of the options that change anything for this file, the others being as they are."""
        names = MATTERS[settled_way(raw, self.label, self.read_as)]
        labelled = raw.form == "table" or raw.words
        return tuple(name for name in names if labelled or name != "label")
