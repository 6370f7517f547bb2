"""Safetensors files with a JSON head: how checkpoints, snapshots and results are written. No pickle anywhere."""

import json
from typing import Any


def head(content: Any) -> dict[str, str]:
    """`content`, anything JSON can hold, as the metadata of a safetensors file."""
    return {"head": json.dumps(content, allow_nan=False)}


def read_head(data: bytes) -> Any:
    """What `head` was given when the file `data` was written.

    Raises:
        ValueError: there is no such head.
    """
    length = int.from_bytes(data[:8], "little")
    try:
        return json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["head"])
    except (KeyError, TypeError, UnicodeDecodeError) as error:
        raise ValueError("The head is missing.") from error
