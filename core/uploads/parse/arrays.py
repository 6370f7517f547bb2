"""NumPy's own files (NPY): one array of numbers. Objects, which are pickles, are never opened."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from typing import IO

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, VALUES
from core.uploads.parse.format import Format
from core.uploads.parse.numbers import without_endless
from core.uploads.parse.raw import Array, Raw
from core.uploads.parse.rows import MOST_TURNED, from_rows
from core.uploads.phrases import Tally, counted, listed

# From here on a 64-bit float cannot hold every whole number.
EXACT = 2**53
Header = tuple[tuple[int, ...], bool, np.dtype[np.generic]]


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The array of an NPY file, or the table that its records are.

    Raises:
        UploadError: it is damaged, or holds anything but numbers.
    """
    stream = io.BytesIO(data)
    header = header_of(stream, "The file")
    shape, _, dtype = header
    # As texts they take more room than numbers.
    if dtype.names and not dtype.hasobject and math.prod(shape) * len(dtype.names) <= MOST_TURNED:
        records = values_of(stream, header, len(data) - stream.tell(), "The file")
        return from_rows([*enumerate([[*dtype.names], *_texts(records)])], format, False, notices)
    refuse_all_but_numbers(header, "The file")
    values = values_of(stream, header, len(data) - stream.tell(), "The file")
    if stream.read(1):
        notices.append(f"{counted(len(data) - stream.tell() + 1, 'byte')} after the array were left out.")
    return Raw("array", held(values, notices))


def _texts(records: Array) -> list[list[str]]:
    """What the fields of records hold, as a table of text would have it."""
    try:
        found = records.reshape(-1).tolist()
    except (ValueError, SystemError) as error:
        # NumPy stores characters as numbers, and not every number is one.
        raise UploadError("The records of the file hold texts that are none: save them again.") from error
    return [[cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell) for cell in row] for row in found]


def header_of(stream: IO[bytes], what: str) -> Header:
    """Shape, order and type, read before anything is allocated."""
    try:
        major, _ = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read_header(stream)
    except (zipfile.BadZipFile, zlib.error, MemoryError):
        raise
    except Exception as error:
        # The header is a Python literal: nearly anything can be wrong with it.
        raise UploadError(
            f"{what} begins like a NumPy array, but its header cannot be read: it is damaged or was cut short; save it "
            "again with np.save."
        ) from error
    if not dtype.itemsize:
        raise UploadError(f"{what} promises elements of 0 bytes, which hold nothing: save it again with numbers in it.")
    if any(size < 0 for size in shape):
        raise UploadError(f"{what} promises an array of shape {_shape(shape)}, which cannot be: save it again.")
    return shape, fortran, dtype


def refuse_all_but_numbers(header: Header, what: str) -> None:
    """Refuse what cannot be samples.

    Raises:
        UploadError: it is not numbers, or they are too many.
    """
    shape, _, dtype = header
    if dtype.hasobject:
        raise UploadError(
            f"{what} holds Python objects (a pickle), which can run programs and are not opened: save plain numbers, "
            "x.astype('float32')."
        )
    if dtype.names:
        raise UploadError(
            f"{what} holds records with {counted(len(dtype.names), 'field')} ({listed(dtype.names)}): save one array "
            "of numbers, or a CSV."
        )
    if dtype.kind == "c":
        raise UploadError(f"{what} holds complex numbers: save their magnitude, np.abs(x), or both parts side by side.")
    if dtype.kind not in "biuf":
        raise UploadError(f"{what} holds {dtype.name}, not numbers: save an array of numbers.")
    if not 1 <= len(shape) <= 4:
        raise UploadError(f"{what} has {counted(len(shape), 'dimension')}; 1 to 4 are read, samples along the first.")
    if math.prod(shape) > CELLS:
        raise UploadError(
            f"{what} promises {math.prod(shape):,} numbers (shape {_shape(shape)}); at most {CELLS:,} are read: bring "
            "fewer samples."
        )
    if len(shape) == 2 and shape[1] > VALUES:
        raise UploadError(
            f"{what} has samples of {shape[1]:,} values; at most {VALUES:,} are read: bring smaller samples."
        )


def values_of(stream: IO[bytes], header: Header, there: int, what: str) -> Array:
    """The array behind a header, if there are as many bytes as it promises."""
    shape, fortran, dtype = header
    promised = math.prod(shape) * dtype.itemsize
    data = stream.read(promised)
    if len(data) < promised:
        raise UploadError(
            f"{what} promises {math.prod(shape):,} numbers (shape {_shape(shape)}, {promised:,} bytes), but holds "
            f"{there:,} bytes: it was cut short; save it again."
        )
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")


def held(values: Array, notices: list[str]) -> Array:
    """Bytes and 32-bit floats as they are, everything else as 64-bit floats, what has no end as missing."""
    if values.dtype == np.uint8:
        return values
    small = values.dtype.kind == "b" or (values.dtype.kind in "iuf" and values.dtype.itemsize <= 2)
    if values.dtype.kind in "iu" and not small and (large := (values > EXACT) | (values < -EXACT)).any():
        notices.append(f"Rounded to 15 digits: {counted(int(large.sum()), 'whole number')} above {EXACT:,}.")
    kind = np.float32 if small or values.dtype == np.float32 else np.float64
    tally = Tally()
    with np.errstate(all="ignore"):
        numbers = without_endless(values.astype(kind), tally, "somewhere in the array")
    notices.extend(sentence.replace(" (the first: somewhere in the array)", "") for sentence in tally.sentences())
    return numbers


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape) or "()"
