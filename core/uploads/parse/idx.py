"""IDX, the format that MNIST comes in: one array of bytes or numbers."""

from __future__ import annotations

import io
import struct

import numpy as np

from core.errors import UploadError
from core.uploads.parse.arrays import held, refuse_all_but_numbers, values_of
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw

TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The array of an IDX file.

    Raises:
        UploadError: it is damaged, or holds no samples.
    """
    kind, dimensions = data[2], data[3]
    head = 4 + 4 * dimensions
    if len(data) < head:
        raise UploadError("The IDX file ends in its head: it was cut short; download it again.")
    shape = struct.unpack(f">{dimensions}I", data[4:head])
    header = (shape, False, np.dtype(TYPES[kind]))
    refuse_all_but_numbers(header, "The IDX file")
    stream = io.BytesIO(data)
    stream.seek(head)
    values = held(values_of(stream, header, len(data) - head, "The IDX file"), notices)
    # A sound of bytes would have more levels than that.
    labels = values.ndim == 1 and values.dtype == np.uint8 and 2 * len(np.unique(values)) <= len(values)
    return Raw("labels" if labels else "array", values)
