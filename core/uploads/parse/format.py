"""What a person says about how a file is written, where what was guessed is wrong."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from core.hyperparameters import Hyperparameters, knob

Delimiter = Literal["auto", ",", ";", "\t", "|", ":", " ", "  "]
Encoding = Literal["auto", "utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251", "gb18030", "shift_jis", "euc-kr"]
SPOKEN = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
    " ": "blanks",
    "  ": "two blanks or more",
    ":": "colons",
}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Western European",
    "latin-1": "Latin-1",
    "cp1250": "Central European",
    "cp1251": "Cyrillic",
    "gb18030": "Chinese (GB 18030)",
    "shift_jis": "Japanese (Shift JIS)",
    "euc-kr": "Korean (EUC-KR)",
}


Kind = Literal["number", "category", "text", "time", "id", "list"]


def pairs(value: Any) -> Any:
    """Names with what was said about each; JSON and Python's own have them as a mapping."""
    return tuple(value.items()) if isinstance(value, dict) else tuple(map(tuple, value))


Kinds = Annotated[tuple[tuple[str, Kind], ...], BeforeValidator(pairs)]


class Format(Hyperparameters):
    """Which part of a file is read, how the table in it is written, what the cells of its columns are, and what is read
    of its sounds and beside its pictures.
    """

    part: str = knob(
        "",
        group="Data",
        label="Part of the file",
        help="What samples are read of where a file holds several things: a sheet, a table of a page, an array, a "
        "member or a folder of an archive; where none is named, what was guessed.",
    )
    delimiter: Delimiter = knob(
        "auto",
        group="Data",
        label="Cells are parted by",
        titles=SPOKEN,
        help="What stands between two cells of a row; auto takes what makes the most regular table.",
    )
    decimal: Literal["auto", ".", ","] = knob(
        "auto",
        group="Data",
        label="Decimal sign",
        titles={".": "point", ",": "comma"},
        help="What stands before the fraction of a number; auto looks at each column.",
    )
    header: Literal["auto", "first", "none"] = knob(
        "auto",
        group="Data",
        label="Names of columns",
        titles={"first": "first row"},
        help="Whether the first row names the columns; none reads it as values.",
    )
    encoding: Encoding = knob(
        "auto",
        group="Data",
        titles=ENCODINGS,
        help="How characters are stored; letters with accents show whether it is right.",
    )
    skip: int = knob(
        0,
        group="Data",
        label="Rows to skip",
        ge=0,
        le=1000,
        soft=(0, 20),
        help="Lines above the table that are passed over, beside those that are found to be none of it.",
    )
    samples: Literal["rows", "columns"] = knob(
        "rows",
        group="Data",
        label="Samples are its",
        help="Whether a row of a table or of an array is a sample; where columns are, as in tables of genes, it is "
        "transposed.",
    )
    dates: Literal["auto", "day", "month"] = knob(
        "auto",
        group="Data",
        label="First in dates",
        help="Whether 01/02/2024 is a day of February or of January; auto takes what more of a column can be.",
    )
    leftovers: Literal["left_out", "kept"] = knob(
        "left_out",
        group="Data",
        label="Totals, −999 and the like",
        help="What most tables mean by sums below them and by numbers such as −999: no sample, and nothing measured.",
    )
    kinds: Kinds = knob(
        (),
        group="Data",
        label="Kinds of columns",
        help="What the cells of columns are, by their name, where the guess is wrong: number, category, text, time, id "
        "or list.",
    )

    rate: Literal[4_000, 8_000, 11_025, 16_000, 22_050, 44_100] = knob(
        8_000,
        group="Data",
        label="Highest rate in Hz",
        help="Sounds of more amplitudes a second are resampled to so many: higher, they keep higher pitches, and a "
        "second of them takes more steps.",
    )
    channel: Literal["mixed", "first", "second"] = knob(
        "mixed",
        group="Data",
        label="Channel",
        help="What is read of sounds with several channels: their mean, or one of them, the first being the left one.",
    )
    seconds: float = knob(
        0.0,
        group="Data",
        label="Seconds of each sound",
        ge=0.0,
        le=600.0,
        soft=(0.0, 8.0),
        help="How long each sound of an archive is taken to be: longer ones are cut, and shorter ones followed by "
        "silence; 0 takes that of the one in the middle, and more than the longest has takes that of the longest.",
    )
    masks: Literal["left_out", "labels", "pictures"] = knob(
        "left_out",
        group="Data",
        help="Pictures that say where something is in others are left out, or label those by whether anything is "
        "marked in them, or are read as pictures themselves.",
    )

    def told(self, name: str) -> Kind | None:
        """What was said about the cells of a column, if anything was: of its name, or of it in other letters."""
        said = dict(self.kinds)
        alike = (kind for other, kind in self.kinds if other.strip().lower() == name.strip().lower())
        return said.get(name) or next(alike, None)
