"""The elements that MATLAB's files are: each begins with its type and its size."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from core.uploads.limits import UNPACKED

HEAD = 128
SIZES, MATRIX, COMPRESSED = 5, 14, 15
# Types of numbers and of characters, classes of arrays that hold others, and those of objects, which are not read.
VALUES = frozenset({*range(1, 8), 9, 12, 13, 16, 17, 18})
CELL, STRUCT = 1, 2
OTHERS = frozenset({3, 16, 17})
SPARSE = 5
COMPLEX = 1 << 11
# How many arrays may hold one another.
DEEPEST = 32


def is_wrong(data: bytes) -> bool:
    """Whether values are of a type that none have, or cut short: SciPy does not check, and takes its process down."""
    order = "<" if data[126:128] == b"IM" else ">"
    try:
        return any(_is_wrong_matrix(matrix, order) for matrix in _matrices(data, order))
    except (struct.error, zlib.error):
        # Some of it was cut short, and of the rest nobody knows where it begins.
        return True


def _matrices(data: bytes, order: str) -> Iterator[bytes]:
    """What follows the type and the size of each array."""
    at = HEAD
    while at + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, at)
        if kind == COMPRESSED:
            unpacked = zlib.decompressobj().decompress(data[at + 8 : at + 8 + size], UNPACKED)
            yield unpacked[8:]
        elif kind == MATRIX:
            yield data[at + 8 : at + 8 + size]
        at += 8 + size


def _is_wrong_matrix(data: bytes, order: str, deep: int = 0) -> bool:
    """Flags, dimensions and a name stand before the values, which complex and sparse arrays have several of."""
    (flags,) = struct.unpack_from(f"{order}I", data, 8)
    held = flags & 0xFF
    if held in OTHERS:
        return False
    # Two dimensions at least, of four bytes each.
    kind, size = struct.unpack_from(f"{order}II", data, 16)
    if kind != SIZES or size < 8:
        return True
    _, at = _element(data, 16, order)
    _, at = _element(data, at, order)
    if held in (CELL, STRUCT):
        # How long names of fields are, and the names.
        for _ in range(2 if held == STRUCT else 0):
            _, at = _element(data, at, order)
        return deep > DEEPEST or any(_is_wrong_matrix(inner, order, deep + 1) for inner in _inner(data, at, order))
    for _ in range((3 if held == SPARSE else 1) + bool(flags & COMPLEX)):
        kind, at = _element(data, at, order)
        if kind not in VALUES:
            return True
    return False


def _inner(data: bytes, at: int, order: str) -> Iterator[bytes]:
    """What follows the type and the size of each array that another one holds; empty ones have no more."""
    while at + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, at)
        if kind != MATRIX or at + 8 + size > len(data):
            raise struct.error("an array holds something else, or less than it says")
        if size:
            yield data[at + 8 : at + 8 + size]
        at += 8 + size


def _element(data: bytes, at: int, order: str) -> tuple[int, int]:
    """An element's type, and where the next one begins; the size of up to four bytes stands beside the type."""
    kind, size = struct.unpack_from(f"{order}II", data, at)
    if kind >> 16:
        return kind & 0xFFFF, at + 8
    return kind, at + 8 + size + -size % 8
