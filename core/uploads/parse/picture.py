"""One picture: what its head says, and its pixels."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from core.uploads.limits import LARGEST_SIDE, PIXELS, SMALLEST_SIDE
from core.uploads.parse.formats import of
from core.uploads.parse.raw import Array
from core.uploads.phrases import Tally

NumberType = np.dtype[Any]

# As Pillow calls the formats.
PILLOW = tuple(format.said for format in of("picture"))
GREYS = frozenset({"1", "L", "LA", "La", "I;16", "I;16B", "I;16L"})
OTHER_SPACES = frozenset({"CMYK", "YCbCr", "LAB", "HSV"})
# What numbers of 32 bits are, by what Pillow calls them.
WIDE: dict[str, NumberType] = {"I": np.dtype(np.int32), "F": np.dtype(np.float32)}
BYTES: NumberType = np.dtype(np.uint8)
DEEP: NumberType = np.dtype(np.uint16)
UNSIGNED: NumberType = np.dtype(np.uint32)
# TIFF's tag for whether numbers are below 0 as well, and what it says where they are not.
SAMPLE_FORMAT, NEVER_BELOW = 339, (1,)
# Pillow knows numbers of 32 bits that are never below 0 but with their least byte first.
TiffImagePlugin.OPEN_INFO.setdefault((b"MM", 1, NEVER_BELOW, 1, (32,), ()), ("I", "I;32BS"))
# EXIF's tag for how the camera was held; 1 is upright.
ORIENTATION = 0x0112


class Unreadable(Exception):
    """A picture that is left out, and why, in words that follow "3 members"."""


@dataclass(frozen=True)
class Head:
    """Size in pixels, upright, whether no pixel can have a colour, what its numbers are, and its frames."""

    width: int
    height: int
    grey: bool
    dtype: NumberType
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
        dtype = _dtype_of(image)
        grey = dtype != BYTES or (image.mode in GREYS and "transparency" not in image.info)
        return Head(width, height, grey, dtype, _frames(image))


def frames_of(
    data: bytes, most: int, side: int, grey: bool, dtype: NumberType, tally: Tally, name: str
) -> Iterator[Array]:
    """The first `most` frames of a picture, each the square in its middle, (1, S, S) if `grey`, else (3, S, S).

    Their pixels are of the `dtype` of all pictures; among those of 16 bits those of 8 are taken to the same range.

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
            yield _square(image, side, grey, dtype, tally, name)


def shows_anything(data: bytes) -> bool:
    """Whether any pixel of a picture is not black.

    Raises:
        Unreadable: it is damaged or too large.
    """
    with _opened(data) as image:
        _refuse_large(image)
        return image.convert("L").getbbox() is not None


def _square(image: Image.Image, side: int, grey: bool, dtype: NumberType, tally: Tally, name: str) -> Array:
    # Decodes JPEG at an eighth of its size where that is enough.
    image.draft(None, (2 * LARGEST_SIDE, 2 * LARGEST_SIDE))
    own = _dtype_of(image)
    if own == DEEP or (own == UNSIGNED and image.size != (side, side)):
        # Pillow makes these no smaller, or takes the largest for numbers below 0.
        flat = Image.fromarray(np.asarray(image).view(own).astype(np.float32))
    elif own == BYTES:
        if _is_deep(image):
            tally.add("Scaled from 16 bits to 8:", "picture", "", name)
        if image.getexif().get(ORIENTATION, 1) in range(2, 9):
            tally.add("Turned upright as the camera noted:", "picture", "", name)
            image = ImageOps.exif_transpose(image)
        flat = _without_alpha(_in_rgb(image, tally, name), tally, name)
        flat = flat.convert("L" if grey else "RGB")
    else:
        flat = image
    if flat.width != flat.height:
        tally.add("Cropped to the square in the middle:", "picture", "", name)
    square = ImageOps.fit(flat, (side, side), Image.Resampling.LANCZOS) if flat.size != (side, side) else flat
    pixels = np.asarray(square)
    if pixels.dtype == np.float32 and own in (DEEP, UNSIGNED):
        pixels = np.clip(np.round(pixels.astype(np.float64)), 0, np.iinfo(own).max)
    elif own == UNSIGNED:
        pixels = pixels.view(own)
    if dtype == DEEP and own == BYTES:
        pixels = pixels.astype(dtype) * 257
    elif own != dtype != DEEP:
        bits = f"of {8 * own.itemsize} bits"
        tally.add("Read with their own numbers beside those of 32 bits:", "picture", bits, name)
    pixels = pixels.astype(dtype, copy=False)
    return pixels.transpose(2, 0, 1) if pixels.ndim == 3 else np.broadcast_to(pixels, (1 if grey else 3, side, side))


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
    except UnidentifiedImageError as error:
        raise Unreadable(
            "damaged or cut short, or of numbers that are not read (save grey of up to 32 bits, or colours of 8)"
        ) from error
    except Exception as error:
        # Each of Pillow's decoders has errors of its own, from struct.error to SyntaxError.
        raise Unreadable("damaged or cut short") from error


def _is_deep(image: Image.Image) -> bool:
    """Whether a picture has 16 bits a channel; Pillow reads colours as 8 and remembers it only in its decoder."""
    return image.mode.startswith("I;16") or any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _dtype_of(image: Image.Image) -> NumberType:
    """What the numbers of a picture are: of bytes, or of grey of 16 bits, which Pillow calls 32 in PGM files, or 32."""
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM"):
        return DEEP
    if image.mode == "I" and isinstance(image, TiffImagePlugin.TiffImageFile):
        is_signed = image.tag_v2.get(SAMPLE_FORMAT, NEVER_BELOW) != NEVER_BELOW
        return WIDE["I"] if is_signed else UNSIGNED
    return WIDE.get(image.mode, BYTES)


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
