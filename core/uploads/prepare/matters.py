"""Which options change anything for a file."""

from __future__ import annotations

from core.uploads.limits import FEWEST_SAMPLES
from core.uploads.parse.raw import Raw
from core.uploads.prepare.options import Options, Way
from core.uploads.prepare.roles import as_table, has_columns
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


def formats_for(raw: Raw) -> tuple[str, ...]:
    """The knobs of a format that are asked about once a file was read: each may change how."""
    samples = ("samples",) if _may_be_turned(raw) else ()
    dates = ("dates",) if any(column.kind == "time" for column in raw.columns) else ()
    return (*samples, *dates, *(("leftovers",) if raw.form == "table" else ()), *raw.asks)


def _may_be_turned(raw: Raw) -> bool:
    """Whether there are enough columns that each could be a sample."""
    if not has_columns(raw) or (raw.form == "array" and raw.words):
        return False
    return len(as_table(raw).columns) >= FEWEST_SAMPLES


def matters_for(raw: Raw, options: Options) -> tuple[str, ...]:
    """The names of the options that change anything for this file, the others being as they are."""
    names = MATTERS[way_of(raw, options)]
    if has_columns(raw):
        return (*names, "columns", *(("categories",) if raw.words else ()), "most_missing")
    if names is MATTERS["rows"]:
        names = (*names, "steps")
    return names if raw.words else tuple(name for name in names if name not in ("label", "left_out"))
