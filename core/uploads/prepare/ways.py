"""In which way a file is read: what one sample is."""

from __future__ import annotations

import re
from contextlib import suppress

import numpy as np

from core.errors import UploadError
from core.uploads.limits import SMALLEST_SIDE
from core.uploads.parse.raw import Array, Raw
from core.uploads.prepare.columns import are_pixels, cells_of
from core.uploads.prepare.options import Options, Way
from core.uploads.prepare.roles import as_table, roles_of, series_column

# What can be read in one way only.
ONLY: dict[str, Way] = {"pictures": "folder", "sound": "sound", "sounds": "sounds", "text": "text", "labels": "labels"}
# Rows that are looked at to see whether a column has fractions.
HEAD = 64
# How columns of pixels are called: pixel0, pixel_3_4, px7, 28x28.
PIXEL = re.compile(r"(?i:(pixel|pix|px)[ _-]?\d+([ _x-]\d+)?|\d+x\d+)")
# How much longer than wide a picture may be.
LONG = 2


def way_of(raw: Raw, options: Options) -> Way:
    """In which way a file is read, `auto` being decided: what is left of a table may be one single column."""
    if raw.form in ONLY:
        return "words" if raw.form == "text" and raw.words else ONLY[raw.form]
    read_as = options.read_as
    if raw.values.ndim > 2:
        return ("pictures" if _are_pictures(raw.values) else "rows") if read_as == "auto" else read_as
    if raw.values.ndim == 1 or (raw.form == "array" and raw.values.shape[1] == 1):
        return "windows" if read_as == "auto" else read_as
    if read_as != "auto":
        return read_as
    table = as_table(raw)
    # What cannot be is said when the roles of all columns are.
    with suppress(UploadError):
        if series_column(table, options):
            return "windows"
    return _way_of_vectors(table, options)


def _way_of_vectors(raw: Raw, options: Options) -> Way:
    """Rows are vectors, unless a single column is left of them, or lists of pixels."""
    with suppress(UploadError):
        roles = roles_of(raw, options, "vectors", [])
        values = [column for column in raw.columns if roles.by_name[column.name] == "value"]
        if len(values) == 1 and values[0].kind != "text":
            names = [column for column in raw.columns if column.kind == "text"]
            if values[0].width == 1:
                return "vectors" if (roles.called("label") or names) and not roles.called("time") else "windows"
            if are_pixels(cells_of(raw, values[0])[:HEAD]):
                return "pictures"
        pixels = [name for column in values for name in column.names if PIXEL.fullmatch(name)]
        places = np.array([raw.places[name] for name in pixels], int)
        if len(pixels) == len(values) and are_pixels(raw.values[:HEAD, places]):
            return "pictures"
    return "vectors"


def _are_pictures(x: Array) -> bool:
    """Whether samples (H, W) or more are pictures: squares, and bytes of a shape that pictures have."""
    short, long = sorted(x.shape[1:3])
    return x.ndim == 4 or (short >= SMALLEST_SIDE and (short == long or (x.dtype == np.uint8 and long <= LONG * short)))
