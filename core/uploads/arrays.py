"""Arrays that another process left, read where they lie.

safetensors' own reader copies them twice, and lets no other thread run meanwhile: on a server with a class that is a
standstill for all.
"""

from __future__ import annotations

import json
import mmap
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = bytes | memoryview | mmap.mmap


def mapped(path: Path) -> mmap.mmap:
    """A file's bytes, fetched as they are looked at; what is changed of them changes no file.

    Raises:
        OSError: there is no such file.
        ValueError: it is empty.
    """
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def arrays_in(data: Bytes) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file by name.

    Raises:
        ValueError: it is none.
        KeyError: it lacks what such a file says of its arrays.
    """
    begin = 8 + int.from_bytes(data[:8], "little")
    return {name: _array(data, begin, said) for name, said in json.loads(bytes(data[8:begin])).items()}


def _array(data: Bytes, begin: int, said: dict[str, Any]) -> NDArray[Any]:
    """An array of the type and shape that are `said` of it."""
    letter, bits = said["dtype"][0], said["dtype"][1:]
    kind = np.dtype("?" if said["dtype"] == "BOOL" else f"<{letter.lower()}{int(bits) // 8}")
    if not prod(said["shape"]):
        return np.empty(said["shape"], kind)
    return np.frombuffer(data, kind, prod(said["shape"]), begin + said["data_offsets"][0]).reshape(said["shape"])
