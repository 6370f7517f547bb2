"""Pictures to samples: square, not too large, grey or in colours, with values from 0 to 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.errors import UploadError
from core.uploads.limits import SMALLEST_SIDE
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted
from core.uploads.prepare.labelling import labels_of
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.levels import levels_of
from core.uploads.prepare.options import Options
from core.uploads.prepare.parts import TRAINING, UNUSED, drawn, drawn_by_series, kept_out
from core.uploads.prepare.samples import Samples, complete, enough, filled, subset

BLOCK = 1_024
# Whole numbers that go no higher than half of a byte do not fill one.
DARK = 127
# ITU-R BT.601: how bright red, green and blue look.
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)[:, None, None]


def from_folder(raw: Raw, options: Options, notices: list[str]) -> Samples:
    """Samples of a ZIP of pictures."""
    if len(raw.values) == 0:
        raise UploadError("No picture in the archive could be read: bring pictures that open in other programs.")
    told = next(iter(raw.words), None) if options.label != "none" else None
    labels = None if told is None else labels_of(raw, told, notices)
    if labels is not None and told == "folder":
        notices.append(f"Labels are the names of {counted(len(labels.names), 'folder')}.")
    files, places = np.unique(raw.ids, return_inverse=True)
    return pictures(raw.values, labels, options, notices, places if len(files) < len(places) else None)


def pictures(
    x: Array, labels: Labels | None, options: Options, notices: list[str], files: Array | None = None
) -> Samples:
    """Pictures (N, C, H, W) of any numbers as samples; frames come with the `files` (N,) that they are of.

    Raises:
        UploadError: they are too small.
    """
    _, channels, height, width = x.shape
    side = min(height, width)
    if side < SMALLEST_SIDE:
        raise UploadError(
            f"Pictures of {height} × {width} pixels are too small; at least {SMALLEST_SIDE} × {SMALLEST_SIDE} are "
            "needed: read the array as vectors or rows."
        )
    if height != width:
        top, left = (height - side) // 2, (width - side) // 2
        x = x[:, :, top : top + side, left : left + side]
        notices.append(f"Cropped from {height} × {width} to the {side} × {side} pixels in the middle.")
    if channels == 4:
        x, channels = x[:, :3], 3
        notices.append("The fourth channel (transparency) was left out.")
    made = {"auto": channels, "grey": 1, "colour": 3}[options.colours]
    final = min(side, options.side)
    kept = subset(len(x), made * final * final, notices)
    if x.dtype != np.uint8 and options.missing == "drop":
        kept = kept[complete(x[kept], notices)]
    enough(len(kept))
    # Frames of one file are nearly the same.
    parts = None if files is None else drawn_by_series(files[kept], notices, "files", "frame")
    if parts is not None:
        kept, parts = kept[parts != UNUSED], parts[parts != UNUSED]
    x, labels = x[kept], None if labels is None else labels[kept]
    if x.dtype != np.uint8 and np.isnan(x).any():
        parts = drawn(len(x))
        x = filled(x.reshape(len(x), -1), parts == TRAINING, notices).reshape(x.shape)
    if options.left_out:
        parts = kept_out(drawn(len(x)) if parts is None else parts, labels, options.left_out)
    low, span = _range_of(x, notices)
    exact: Any = np.float32 if x.dtype == np.uint8 else np.float64
    result = np.empty((len(x), made, final, final), np.float32)
    for start in range(0, len(x), BLOCK):
        block = np.subtract(x[start : start + BLOCK], low, dtype=exact)
        block /= span
        block = block.astype(np.float32, copy=False)
        if channels == 3 and made == 1:
            block = (block * LUMINANCE).sum(axis=1, keepdims=True)
        result[start : start + BLOCK] = _resized(block, final) if final < side else block
    if channels == 3 and made == 1:
        notices.append("Colours were turned into shades of grey as bright.")
    if final < side:
        notices.append(f"Shrunk from {side} × {side} to {final} × {final} pixels.")
    if result.min() == result.max():
        raise UploadError("All pictures are one and the same shade: there is nothing to learn from.")
    values = (0.0, 1.0)
    np.clip(result, *values, out=result)
    # Bytes that nothing was done to but scaling come in the same levels.
    are_bytes = x.dtype == np.uint8 and made == channels and final == side
    levels = levels_of(x, (low, low + span)) if are_bytes else levels_of(result, values)
    return Samples("image", result, labels, values, kept, levels=levels, parts=parts)


def _range_of(x: Array, notices: list[str]) -> tuple[float, float]:
    """Where the values begin and how far they reach: that of bytes and of shares is known, others show theirs."""
    low, high = float(x.min()), float(x.max())
    if low >= 0 and high <= 255 and (x.dtype == np.uint8 or (x == np.floor(x)).all()):
        # Masks reach from 0 to 1 and some scans from 0 to 16; no set of pictures is so dark by chance.
        span = 255.0 if high > DARK else high or 1.0
        if x.dtype != np.uint8 or span < 255:
            notices.append(f"The brightest pixel is {high:g}: 0 to {span:g} became 0 … 1.")
        return 0.0, span
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    if low >= 0 and x.dtype == np.uint16:
        notices.append(f"The brightest pixel of 16 bits is {high:,.0f}: 0 to {high:,.0f} became 0 … 1.")
        return 0.0, high
    notices.append(f"Pixels from {low:.4g} to {high:.4g} were scaled to 0 … 1, all alike.")
    return low, (high - low) or 1.0


def _resized(block: Array, side: int) -> Array:
    """Squares (N, C, S, S) with sides of `side` pixels: each the mean of those around it, nearer ones weighing more."""
    step = block.shape[-1] / side
    centres = (np.arange(side) + 0.5) * step
    places = np.arange(block.shape[-1]) + 0.5
    # w_ij = max(0, 1 − |j − i·s| / s), summing to 1 over j
    weights = np.maximum(0, 1 - np.abs(places - centres[:, None]) / step)
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    shrunk: Array = weights @ block @ weights.T
    return shrunk
