"""Tables and arrays of numbers to samples: vectors, sequences or pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.errors import UploadError
from core.uploads.limits import FEWEST_SAMPLES, LARGEST_SIDE, SMALLEST_SIDE, STEPS
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted
from core.uploads.prepare.hints import say_what_else
from core.uploads.prepare.images import pictures
from core.uploads.prepare.labelling import labels_of
from core.uploads.prepare.options import Options
from core.uploads.prepare.roles import Table, as_table, table_of
from core.uploads.prepare.samples import Samples, numbers
from core.uploads.prepare.ways import way_of
from core.uploads.prepare.windows import windows_of

Shaping = Callable[[Table, Options, list[str]], Samples]


def from_numbers(raw: Raw, options: Options, notices: list[str]) -> Samples:
    """Samples of a table or of an array of 1 to 4 dimensions.

    Raises:
        UploadError: it cannot be read in the chosen way.
    """
    if raw.values.ndim > 2:
        return _from_cube(raw, options, notices)
    if raw.form == "array" and raw.values.size == 0:
        raise UploadError(f"The array is empty (shape {raw.values.shape}): bring one row a sample.")
    way = way_of(raw, options)
    table = table_of(as_table(raw), options, way, notices)
    if way == "windows" and options.read_as != "windows" and table.series is None:
        notices.append("One single column of numbers: read as a series over time, cut into windows.")
    if way == "vectors" and options.read_as == "auto":
        say_what_else(table, raw, notices)
    return TABLES[way](table, options, notices)


def _vectors(table: Table, options: Options, notices: list[str]) -> Samples:
    return numbers("vector", table.values, table.labels, options, notices, names=table.names)


def _rows(table: Table, options: Options, notices: list[str]) -> Samples:
    _refuse_long(table.values.shape[1])
    return numbers("sequence", table.values, table.labels, options, notices)


def _windows(table: Table, options: Options, notices: list[str]) -> Samples:
    x, labels, series, rows = windows_of(table, options.window, notices)
    return numbers("sequence", x, labels, options, notices, series, rows)


def _pictures(table: Table, options: Options, notices: list[str]) -> Samples:
    """Rows of S × S grey or 3 × S × S coloured pixels."""
    count = table.values.shape[1]
    for channels in (1, 3):
        side = round((count / channels) ** 0.5)
        if channels * side * side == count and side >= SMALLEST_SIDE:
            x = table.values.reshape(-1, channels, side, side)
            x = x if x.dtype == np.uint8 else x.astype(np.float32)
            return pictures(x, table.labels, options, notices)
    raise UploadError(
        f"Rows of {count:,} values are no square pictures of {SMALLEST_SIDE} to {LARGEST_SIDE} pixels, such as 784 = "
        "28 × 28: read them as vectors."
    )


TABLES: dict[str, Shaping] = {"vectors": _vectors, "rows": _rows, "windows": _windows, "pictures": _pictures}


def _from_cube(raw: Raw, options: Options, notices: list[str]) -> Samples:
    """Samples of an array (N, T, F), (N, H, W), (N, C, H, W) or (N, H, W, C)."""
    x, way = raw.values, way_of(raw, options)
    if x.size == 0:
        raise UploadError(f"The array is empty (shape {x.shape}): bring one row a sample.")
    name = next(iter(raw.words), None) if options.label != "none" else None
    labels = None if name is None else labels_of(raw, name, notices)
    if way == "vectors":
        notices.append(f"Samples of shape {' × '.join(map(str, x.shape[1:]))} were read as vectors.")
        return numbers("vector", x.reshape(len(x), -1), labels, options, notices)
    if way == "pictures":
        return pictures(_channels_first(x), labels, options, notices)
    if x.ndim == 4 or way == "windows":
        raise UploadError(
            f"An array of {counted(x.ndim, 'dimension')} holds whole samples, which are not cut into series: read it "
            "as pictures or vectors" + (", or as rows." if x.ndim == 3 else ".")
        )
    x = _steps_first(x, options, notices)
    _refuse_long(x.shape[1])
    return numbers("sequence", x, labels, options, notices)


def _steps_first(x: Array, options: Options, notices: list[str]) -> Array:
    """Sequences (N, T, F), whose steps may stand behind their features."""
    if options.steps == "last" or (options.steps == "auto" and x.shape[1] == 1):
        notices.append(f"The last dimension is that of steps: {x.shape[2]:,} of {counted(x.shape[1], 'number')} each.")
        return np.swapaxes(x, 1, 2)
    if options.steps == "auto" and x.shape[1] < x.shape[2]:
        notices.append(
            f"Unsure: samples of {x.shape[1]:,} × {x.shape[2]:,} were read as {x.shape[1]:,} steps of {x.shape[2]:,} "
            "numbers: say that the last dimension is that of steps if channels come first."
        )
    return x


def _channels_first(x: Array) -> Array:
    """Pictures (N, C, H, W) of 1, 3 or 4 channels."""
    if x.ndim == 3:
        return x[:, None]
    channels = (1, 3, 4)
    if x.shape[1] in channels:
        return x
    if x.shape[3] in channels:
        return np.moveaxis(x, 3, 1)
    raise UploadError(
        f"Pictures have 1, 3 or 4 channels, and an array of shape {' × '.join(map(str, x.shape))} has none of that "
        "size in second or last place: bring samples × channels × height × width."
    )


def _refuse_long(steps: int) -> None:
    if not 2 <= steps <= STEPS:
        raise UploadError(
            f"Sequences of {counted(steps, 'step')} cannot be read; they have 2 to {STEPS:,}: read the rows as "
            f"vectors, or bring at least {FEWEST_SAMPLES} sequences of fewer steps."
        )
