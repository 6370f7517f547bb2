"""The elements that MATLAB's files are: each begins with its type and its size."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from core.uploads.limits import UNPACKED

HEAD = 128
MATRIX, COMPRESSED = 14, 15
# Types of numbers and of characters, and classes of arrays that hold arrays instead, or several rows of numbers.
VALUES = frozenset({*range(1, 8), 9, 12, 13, 16, 17, 18})
HOLDERS = frozenset({1, 2, 3, 16, 17})
SPARSE = 5
COMPLEX = 1 << 11


def is_wrong(data: bytes) -> bool:
    """Whether values are of a type that none have: SciPy looks it up without a check, and takes its process down."""
    order = "<" if data[126:128] == b"IM" else ">"
    try:
        return any(_is_wrong_matrix(matrix, order) for matrix in _matrices(data, order))
    except (struct.error, zlib.error):
        # Whatever was cut short is refused by SciPy itself.
        return False


def _matrices(data: bytes, order: str) -> Iterator[bytes]:
    """What follows the type and the size of each array."""
    at = HEAD
    while at + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, at)
        if kind == COMPRESSED:
            unpacked = zlib.decompressobj().decompress(data[at + 8 : at + 8 + size], UNPACKED)
            yield unpacked[8:]
        elif kind == MATRIX:
            yield data[at + 8 :]
        at += 8 + size


def _is_wrong_matrix(data: bytes, order: str) -> bool:
    """Flags, dimensions and a name stand before the values, which complex and sparse arrays have several of."""
    (flags,) = struct.unpack_from(f"{order}I", data, 8)
    held = flags & 0xFF
    if held in HOLDERS:
        return False
    _, at = _element(data, 16, order)
    _, at = _element(data, at, order)
    for _ in range((3 if held == SPARSE else 1) + bool(flags & COMPLEX)):
        kind, at = _element(data, at, order)
        if kind not in VALUES:
            return True
    return False


def _element(data: bytes, at: int, order: str) -> tuple[int, int]:
    """An element's type, and where the next one begins; the size of up to four bytes stands beside the type."""
    kind, size = struct.unpack_from(f"{order}II", data, at)
    if kind >> 16:
        return kind & 0xFFFF, at + 8
    return kind, at + 8 + size + -size % 8
