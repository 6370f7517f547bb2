"""What a person chooses about a file: how its numbers become samples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from core.hyperparameters import Classes, knob
from core.scaling import HELP, TITLES, Scaling
from core.uploads.limits import LARGEST_SIDE, SMALLEST_SIDE
from core.uploads.parse.format import Format, pairs

ReadAs = Literal["auto", "vectors", "rows", "windows", "pictures"]
Way = Literal["vectors", "rows", "windows", "pictures", "folder", "sound", "sounds", "text", "words", "labels"]
Role = Literal["value", "label", "series", "time", "left_out"]
ROLES: dict[Role, str] = {
    "value": "value",
    "label": "label",
    "series": "id of series",
    "time": "time",
    "left_out": "left out",
}
# Steps of a window where nobody chose another number.
WINDOW = 32
# Roles by the names of columns.
Columns = Annotated[tuple[tuple[str, Role], ...], BeforeValidator(pairs)]


class Options(Format):
    """How a file is read: how a table is written, what its columns are for, and what becomes of its numbers."""

    read_as: ReadAs = knob(
        "auto",
        group="Data",
        titles={"rows": "sequences"},
        help="What a row is: a vector, a sequence of steps, a step of series that are cut into windows, or a picture; "
        "auto takes series where there is one column only or a column called id, series or sequence.",
    )
    label: str = knob(
        "auto",
        group="Data",
        help="The column with the labels, which are only for looking at results; auto takes one called label, class, "
        "target or y, the only column of text, or a last one of few words, and none leaves them out.",
    )
    columns: Columns = knob(
        (),
        group="Data",
        label="Roles of columns",
        help="What columns are for, by their name, where the guess is wrong: value, label, series, time or left_out.",
    )
    categories: Literal["left_out", "one_hot"] = knob(
        "left_out",
        group="Data",
        titles={"one_hot": "one-hot"},
        help="Columns with few different texts are left out, or become a column of 0 and 1 for each text.",
    )
    most_missing: float = knob(
        0.5,
        group="Data",
        ge=0.0,
        le=1.0,
        label="Columns may lack",
        help="Columns of which a larger share is missing are left out, rather than the rows that lack them.",
    )
    left_out: Classes = knob(
        (),
        group="Data",
        label="Left out of training",
        help="Classes that are kept from training, and held out as a whole, to be found as anomalies.",
    )
    scaling: Scaling = knob("min_max", group="Data", titles=TITLES, help=f"{HELP}.")
    missing: Literal["drop", "mean"] = knob(
        "drop",
        group="Data",
        help="Samples with a missing number are left out, or get their column's mean in its place.",
    )
    window: int = knob(
        WINDOW,
        group="Data",
        ge=2,
        le=512,
        soft=(8, 128),
        help="Steps of a sequence cut from a series, a sound or a text: higher, sequences are longer and fewer; "
        f"{WINDOW} become fewer where there would be too few sequences.",
    )
    steps: Literal["auto", "second", "last"] = knob(
        "auto",
        group="Data",
        label="Dimension of steps",
        help="Along which dimension of an array of sequences time goes, samples being the first; aeon and sktime have "
        "it last, behind channels.",
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

    @property
    def format(self) -> Format:
        """The part that says how a table of text is written."""
        return Format(**{name: getattr(self, name) for name in Format.model_fields})
