"""Which options change anything for a file."""

from __future__ import annotations

from core.uploads.limits import FEWEST_SAMPLES
from core.uploads.parse.raw import Raw
from core.uploads.prepare.options import Options, Way
from core.uploads.prepare.ways import way_of

NUMBERS = ("read_as", "label", "left_out", "scaling", "missing")
# The options that change anything, by the way in which a file is read.
MATTERS: dict[Way, tuple[str, ...]] = {
    "vectors": NUMBERS,
    "rows": NUMBERS,
    "windows": (*NUMBERS, "window"),
    "pictures": ("read_as", "label", "left_out", "missing", "side", "colours"),
    "folder": ("label", "left_out", "side", "colours"),
    "sound": ("window",),
    "sounds": ("label", "left_out"),
    "text": ("window",),
    "words": (),
    "labels": (),
}


def may_be_turned(raw: Raw) -> bool:
    """Whether there are enough columns that each could be a sample."""
    width = len(raw.columns) if raw.form == "table" else raw.values.shape[1] if _is_matrix(raw) else 0
    return width >= FEWEST_SAMPLES


def _is_matrix(raw: Raw) -> bool:
    return raw.form == "array" and raw.values.ndim == 2 and not raw.words


def matters_for(raw: Raw, options: Options) -> tuple[str, ...]:
    """The names of the options that change anything for this file, the others being as they are."""
    names = MATTERS[way_of(raw, options)]
    if raw.form == "table":
        return (*names, "columns", "categories", "most_missing")
    return names if raw.words else tuple(name for name in names if name not in ("label", "left_out"))
