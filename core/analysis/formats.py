"""What everybody compresses with: JPEG and PNG of pictures, gzip of anything."""

from __future__ import annotations

import gzip
import io
import math

import numpy as np

from core.dataset import DataSpec
from core.protocol import Array

# Qualities of JPEG that are tried, and the side of its blocks.
QUALITIES = (1, 5, 10, 20, 35, 50, 75, 90)
BLOCK = 8
# Pictures beside each other on a sheet.
ACROSS = 32


def as_bytes(x: Array, spec: DataSpec) -> Array:
    """Rows (N, D) as uint8: values in 256 steps of their range or in as many as there are, of words the letters."""
    if spec.alphabet:
        letters: Array = x.reshape(len(x), *spec.shape).argmax(axis=2).astype(np.uint8)
        return letters
    low, high = spec.value_range
    values: Array = np.rint((x - low) / (high - low) * ((spec.levels or 256) - 1)).clip(0, 255).astype(np.uint8)
    return values


def uncompressed(spec: DataSpec) -> float:
    """Bytes of a sample with as many bits for each of its values, or letters, as tell their levels apart; at most 8."""
    numbers, levels = (spec.shape[0], len(spec.alphabet)) if spec.alphabet else (math.prod(spec.shape), spec.levels)
    return numbers * math.ceil(math.log2(levels or 256)) / 8


def sheet_of(x: Array, spec: DataSpec) -> Array | None:
    """Pictures (N, C H W) of one or three channels side by side on one sheet, in 256 steps; None of what is no picture.

    Each is continued at its edges to whole blocks of JPEG, so that one picture's edge does not disturb the next.
    """
    if spec.kind != "image" or spec.shape[0] not in (1, 3):
        return None
    low, high = spec.value_range
    pictures = np.rint((x.reshape(-1, *spec.shape) - low) / (high - low) * 255).clip(0, 255).astype(np.uint8)
    more = [(0, -size % BLOCK) for size in spec.shape[1:]]
    pictures = np.pad(pictures, [(0, 0), (0, 0), *more], mode="edge")
    # The last row is filled up with black.
    pictures = np.pad(pictures, [(0, -len(pictures) % ACROSS), (0, 0), (0, 0), (0, 0)])
    rows = pictures.reshape(-1, ACROSS, *pictures.shape[1:]).transpose(0, 3, 1, 4, 2)
    sheet: Array = rows.reshape(rows.shape[0] * rows.shape[1], -1, spec.shape[0])
    return sheet


def off_sheet(sheet: Array, n: int, spec: DataSpec) -> Array:
    """The first `n` pictures (n, C H W) on a sheet of 256 steps, as values of their range."""
    (channels, height, width), (low, high) = spec.shape, spec.value_range
    tall, wide = height + -height % BLOCK, width + -width % BLOCK
    rows = sheet.reshape(-1, tall, ACROSS, wide, channels).transpose(0, 2, 4, 1, 3)
    pictures = rows.reshape(-1, channels, tall, wide)[:n, :, :height, :width]
    values: Array = low + pictures.reshape(n, -1) / 255 * (high - low)
    return values


def as_jpeg(sheet: Array, x: Array, spec: DataSpec) -> tuple[Array, Array]:
    """Rates and errors (qualities,) of one JPEG file with all pictures (N, C H W)."""
    from PIL import Image

    image, rates, errors = Image.fromarray(sheet.squeeze(-1) if sheet.shape[-1] == 1 else sheet), [], []
    for quality in QUALITIES:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, optimize=True)
        opened = off_sheet(np.asarray(Image.open(file)), len(x), spec)
        rates.append(len(file.getvalue()) / len(x))
        errors.append(float(np.square(x - opened).mean()))
    return np.array(rates), np.array(errors)


def lossless(x: Array, sheet: Array | None, spec: DataSpec) -> dict[str, float]:
    """Bytes a sample of formats that lose nothing beyond 256 steps: gzip, and PNG of pictures."""
    from PIL import Image

    sizes = {"gzip": len(gzip.compress(as_bytes(x, spec).tobytes(), 9)) / len(x)}
    if sheet is not None:
        file = io.BytesIO()
        Image.fromarray(sheet.squeeze(-1) if sheet.shape[-1] == 1 else sheet).save(file, "PNG", optimize=True)
        sizes["PNG"] = len(file.getvalue()) / len(x)
    return sizes
