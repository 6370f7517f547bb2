"""JSON on disk that tells whether it was damaged: the content, and before it a checksum of it."""

from __future__ import annotations

import json
import zlib
from typing import Any

_HEAD = b'{"checksum": "%08x", "content": '
_LENGTH = len(_HEAD % 0)


def seal(content: Any, indent: int | None = None) -> bytes:
    """`content`, which JSON can hold, with its checksum; without an `indent` in one line."""
    text = json.dumps(content, indent=indent).encode()
    return _HEAD % zlib.crc32(text) + text + b"}"


def unseal(data: bytes) -> Any:
    """The content that was sealed; what earlier versions wrote without a checksum is taken as it is.

    Raises:
        ValueError: this is no JSON, or not as it was written.
    """
    text = data[_LENGTH:-1]
    if data[:_LENGTH] == _HEAD % zlib.crc32(text) and data[-1:] == b"}":
        return json.loads(text)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError("This is no JSON.") from error
    if isinstance(found, dict) and not found.keys().isdisjoint(("checksum", "content")):
        raise ValueError("The checksum is another one.")
    return found
