"""Safetensors files with a JSON head and a checksum: how checkpoints, snapshots and results are written.

No pickle anywhere. The checksum is over the whole file, as it is before the checksum is put in; it stands first in the
head, which stands first in the file, so that it is found before anything else is believed.
"""

import json
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any

_BLANK = "0" * 8
_CHECKSUM = re.compile(rb'.{8}\{"__metadata__":\{"head":"\{\\"checksum\\": \\"([0-9a-f]{8})\\"', re.DOTALL)


def pack(save: Callable[..., bytes], tensors: Mapping[str, Any], content: Mapping[str, Any]) -> bytes:
    """One file of `tensors`, as safetensors' `save` for their library writes it, and of `content`, which JSON holds."""
    data = save(tensors, metadata={"head": json.dumps({"checksum": _BLANK, **content}, allow_nan=False)})
    begin, end = _place(data)
    return data[:begin] + _checksum(data, begin, end) + data[end:]


def check(data: bytes) -> None:
    """Make sure that a file is as it was written; earlier versions wrote no checksum, and there is nothing to compare.

    Raises:
        ValueError: a bit of it is another one.
    """
    first = next(iter(_head(data).values()), None)
    # Whatever became of its name and its digits: what earlier versions wrote there were numbers.
    if isinstance(first, str):
        begin, end = _place(data)
        if data[begin:end] != _checksum(data, begin, end):
            raise ValueError("The checksum is another one: the file was changed after it was written.")


def read_head(data: bytes) -> dict[str, Any]:
    """The content that `pack` was given when the file `data` was written.

    Raises:
        ValueError: there is no such head.
    """
    return {name: value for name, value in _head(data).items() if name != "checksum"}


def _head(data: bytes) -> dict[str, Any]:
    length = int.from_bytes(data[:8], "little")
    try:
        content: dict[str, Any] = dict(json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["head"]))
        return content
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("The head is missing.") from error


def _place(data: bytes) -> tuple[int, int]:
    """Where the checksum begins and ends."""
    found = _CHECKSUM.match(data)
    if found is None:
        raise ValueError("The checksum is not where it belongs.")
    return found.span(1)


def _checksum(data: bytes, begin: int, end: int) -> bytes:
    """The checksum of a file that has a blank one between `begin` and `end`."""
    whole = memoryview(data)
    checksum = zlib.crc32(whole[end:], zlib.crc32(_BLANK.encode(), zlib.crc32(whole[:begin])))
    return f"{checksum:08x}".encode()
