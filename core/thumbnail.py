"""A run or a dataset at a glance: a small picture of what the model makes, or of samples."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.dataset import CURVES, DataSpec
from core.looks import ROLES, class_mark
from core.protocol import Array, Rendering
from core.training.snapshot import Snapshot

# Pixels: twice what a row of a table gives, for sharp screens.
WIDTH, HEIGHT, GAP = 240, 72, 6
# Points of the plane: more would be one spot.
POINTS = 160
WORDS = 4


def thumbnail(snapshot: Snapshot, spec: DataSpec) -> bytes | None:
    """What a run makes, as a PNG on a clear ground: what it rebuilds, or new samples, or its codes; None of none."""
    made, colour = snapshot.reconstructions, ROLES["reconstructed"]
    if made is None:
        made, colour = snapshot.samples, ROLES["generated"]
    if made is None:
        return _codes(snapshot)
    if spec.rendering == "dot":
        real = snapshot.originals if snapshot.reals is None else snapshot.reals
        return _points([(real, ROLES["real"]), (made, colour)], spec.value_range)
    return _png(PAINTERS[spec.rendering](np.nan_to_num(made), spec, colour))


def thumbnail_of_data(samples: Array, spec: DataSpec) -> bytes:
    """Samples (N, …) of a dataset as a PNG on a clear ground."""
    if spec.rendering == "dot":
        return _points([(samples, ROLES["real"])], spec.value_range)
    return _png(PAINTERS[spec.rendering](samples, spec, ROLES["real"]))


def _strip(count: int, size: tuple[int, int]) -> tuple[Image.Image, list[tuple[int, int]]]:
    """A clear sheet that takes up to `count` tiles of a size in a row, and where each of them stands."""
    width, height = size
    fitting = min(count, max(1, (WIDTH + GAP) // (width + GAP)))
    sheet = Image.new("RGBA", (fitting * (width + GAP) - GAP, height))
    return sheet, [(i * (width + GAP), 0) for i in range(fitting)]


def _pictures(made: Array, spec: DataSpec, colour: str) -> Image.Image:
    """Pictures (N, C, H, W), or sequences (N, T, F) with a row for each step."""
    low, high = spec.value_range
    levels = np.rint((made.clip(low, high) - low) * (255 / (high - low))).astype(np.uint8)
    levels = levels[:, None] if levels.ndim == 3 else levels
    height, width = levels.shape[-2:]
    scale = min(HEIGHT / height, WIDTH / width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    sheet, places = _strip(len(levels), size)
    for tile, place in zip(levels, places, strict=False):
        picture = Image.fromarray(tile[0] if len(tile) == 1 else tile.transpose(1, 2, 0))
        # Large pixels stay square, as on the stage.
        sheet.paste(picture.resize(size, Image.Resampling.NEAREST if scale >= 3 else Image.Resampling.LANCZOS), place)
    return sheet


def _curves(made: Array, spec: DataSpec, colour: str) -> Image.Image:
    """Curves of sequences (N, T, F) over their steps, of vectors (N, D) over their values, of sounds over time."""
    lines = made.reshape(len(made), -1, 1) if made.ndim == 2 or spec.rendering == "sound" else made[..., :CURVES]
    sheet, places = _strip(len(lines), (WIDTH // 2 - GAP // 2, HEIGHT))
    low, high = spec.value_range
    pencil = ImageDraw.Draw(sheet)
    right = np.linspace(2, WIDTH // 2 - GAP // 2 - 3, lines.shape[1])
    for sample, (left, _) in zip(lines, places, strict=False):
        for feature in sample.T:
            down = 3 + (high - feature.clip(low, high)) / (high - low) * (HEIGHT - 7)
            pencil.line([*zip(left + right, down, strict=True)], fill=colour, width=2, joint="curve")
    return sheet


def _words(made: Array, spec: DataSpec, colour: str) -> Image.Image:
    """The likeliest characters of words (N, T, F), two in a row."""
    sheet = Image.new("RGBA", (WIDTH, HEIGHT))
    pencil, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=HEIGHT // 3)
    for i, word in enumerate(made[:WORDS].argmax(axis=-1)):
        place = i % 2 * WIDTH // 2, i // 2 * HEIGHT // 2
        pencil.text(place, "".join(spec.alphabet[k] for k in word).strip(), fill=colour, font=font)
    return sheet


PAINTERS: dict[Rendering, Callable[[Array, DataSpec, str], Image.Image]] = {
    "picture": _pictures,
    "curve": _curves,
    "sound": _curves,
    "text": _words,
}


def _codes(snapshot: Snapshot) -> bytes | None:
    """Codes in the plane, each class in its colour."""
    plane, labels = snapshot.plane, snapshot.labels
    if plane is None or not np.isfinite(plane).all():
        return None
    frame = snapshot.frame if snapshot.frame is not None else np.stack([plane.min(axis=0), plane.max(axis=0)])
    classes = np.zeros(len(plane), int) if labels is None else labels
    flat = (plane - frame[0]) / np.maximum(frame[1] - frame[0], 1e-9)
    groups = [(flat[classes == k], class_mark(int(k)).colour) for k in np.unique(classes)]
    return _points(groups, (0.0, 1.0))


def _points(groups: list[tuple[Array | None, str]], frame: tuple[float, float]) -> bytes:
    """Points of the plane (N, 2) inside the `frame` of both coordinates, by colour."""
    sheet = Image.new("RGBA", (HEIGHT, HEIGHT))
    pencil, (low, high) = ImageDraw.Draw(sheet), frame
    most = math.ceil(POINTS / len(groups))
    for points, colour in groups:
        for x, y in [] if points is None else points[:most]:
            if low <= x <= high and low <= y <= high:
                right, down = ((x - low) / (high - low), (high - y) / (high - low))
                place = right * (HEIGHT - 3), down * (HEIGHT - 3)
                pencil.rectangle([*place, place[0] + 2, place[1] + 2], fill=colour)
    return _png(sheet)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
