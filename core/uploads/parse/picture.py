"""One picture: what its head says, and its pixels."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from core.uploads.limits import LARGEST_SIDE, PIXELS, SMALLEST_SIDE
from core.uploads.parse.formats import of
from core.uploads.parse.raw import Array
from core.uploads.phrases import Tally

# As Pillow calls the formats.
PILLOW = tuple(format.said for format in of("picture"))
GREYS = frozenset({"1", "L", "LA", "La", "I;16", "I;16B", "I;16L"})
OTHER_SPACES = frozenset({"CMYK", "YCbCr", "LAB", "HSV"})
DEEP = frozenset({"I", "F"})
# EXIF's tag for how the camera was held; 1 is upright.
ORIENTATION = 0x0112


class Unreadable(Exception):
    """A picture that is left out, and why, in words that follow "3 members"."""


@dataclass(frozen=True)
class Head:
    """Size in pixels, upright, whether no pixel can have a colour, whether it has 16 bits of grey, and its frames."""

    width: int
    height: int
    grey: bool
    deep: bool
    frames: int

    @property
    def side(self) -> int:
        """The side of the largest square inside."""
        return min(self.width, self.height)


def head_of(data: bytes) -> Head:
    """What a picture is, before its pixels are unpacked.

    Raises:
        Unreadable: it is no picture, damaged, or of a size or kind that is not read.
    """
    with _opened(data) as image:
        width, height = image.size
        _refuse_large(image)
        if min(width, height) < SMALLEST_SIDE:
            raise Unreadable(f"smaller than {SMALLEST_SIDE} × {SMALLEST_SIDE} pixels")
        deep = _is_deep_grey(image)
        if image.mode in DEEP and not deep:
            raise Unreadable("with 32 bits a pixel (save 8 or 16)")
        return Head(
            width, height, deep or (image.mode in GREYS and "transparency" not in image.info), deep, _frames(image)
        )


def frames_of(data: bytes, most: int, side: int, grey: bool, deep: bool, tally: Tally, name: str) -> Iterator[Array]:
    """The first `most` frames of a picture, each the square in its middle, (1, S, S) if `grey`, else (3, S, S).

    Their pixels are uint8, or uint16 if `deep`, when those of 8 bits are taken to the same range.

    Raises:
        Unreadable: a frame is damaged.
    """
    with _opened(data) as image:
        if most == 1 < (frames := _frames(image)):
            tally.add("Only the first frame was read of", "animated picture", "", name)
            tally.add("Left out:", "frame", "of animated pictures", name, frames - 1)
        for frame in range(most):
            image.seek(frame)
            _refuse_large(image)
            yield _square(image, side, grey, deep, tally, name)


def shows_anything(data: bytes) -> bool:
    """Whether any pixel of a picture is not black.

    Raises:
        Unreadable: it is damaged or too large.
    """
    with _opened(data) as image:
        _refuse_large(image)
        return image.convert("L").getbbox() is not None


def _square(image: Image.Image, side: int, grey: bool, deep: bool, tally: Tally, name: str) -> Array:
    # Decodes JPEG at an eighth of its size where that is enough.
    image.draft(None, (2 * LARGEST_SIDE, 2 * LARGEST_SIDE))
    if _is_deep_grey(image):
        flat = Image.fromarray(np.asarray(image).astype(np.float32))
    else:
        if _is_deep(image):
            tally.add("Scaled from 16 bits to 8:", "picture", "", name)
        if image.getexif().get(ORIENTATION, 1) in range(2, 9):
            tally.add("Turned upright as the camera noted:", "picture", "", name)
            image = ImageOps.exif_transpose(image)
        flat = _without_alpha(_in_rgb(image, tally, name), tally, name)
        flat = flat.convert("L" if grey else "RGB")
    if flat.width != flat.height:
        tally.add("Cropped to the square in the middle:", "picture", "", name)
    square = ImageOps.fit(flat, (side, side), Image.Resampling.LANCZOS) if flat.size != (side, side) else flat
    pixels = np.asarray(square)
    if pixels.dtype == np.float32:
        pixels = np.clip(np.round(pixels), 0, 65535).astype(np.uint16)
        return np.broadcast_to(pixels, (1 if grey else 3, side, side))
    if deep:
        pixels = pixels.astype(np.uint16) * 257
    return pixels[None] if grey else pixels.transpose(2, 0, 1)


def _refuse_large(image: Image.Image) -> None:
    if image.width * image.height > PIXELS:
        raise Unreadable(f"with more than {PIXELS / 1e6:,.0f} million pixels")


def _frames(image: Image.Image) -> int:
    return getattr(image, "n_frames", 1)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """A picture of a known format; whatever Pillow finds wrong with it becomes `Unreadable`."""
    try:
        # Pillow warns of sizes that are checked here, and of small damage that it mends.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=PILLOW) as image:
                yield image
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        # Each of Pillow's decoders has errors of its own, from struct.error to SyntaxError.
        raise Unreadable("damaged or cut short") from error


def _is_deep(image: Image.Image) -> bool:
    """Whether a picture has 16 bits a channel; Pillow reads colours as 8 and remembers it only in its decoder."""
    return image.mode.startswith("I;16") or any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _is_deep_grey(image: Image.Image) -> bool:
    """Whether a picture has 16 bits of grey, which Pillow calls 32 in PGM files."""
    return image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM")


def _in_rgb(image: Image.Image, tally: Tally, name: str) -> Image.Image:
    """CMYK and the like in RGB."""
    if image.mode in OTHER_SPACES:
        tally.add(f"Converted from {image.mode} to RGB:", "picture", "", name)
        return image.convert("RGB")
    return image


def _without_alpha(image: Image.Image, tally: Tally, name: str) -> Image.Image:
    """What can be seen through shows white."""
    if not (image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info):
        return image
    layered = image.convert("RGBA")
    if layered.getchannel("A").getextrema() == (255, 255):
        return layered.convert("RGB")
    tally.add("Laid on white, being transparent:", "picture", "", name)
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered)
