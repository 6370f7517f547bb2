"""What a file holds, before anything is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Form = Literal["table", "array", "pictures", "sound", "text"]
Array = NDArray[Any]


@dataclass(frozen=True)
class Raw:
    """The content of a file, float32 or uint8, and sentences about what was decided when it was read.

    `values` are (N, D) for a table, NaN where a number is missing; any 1 to 4 dimensions for an array; (N, C, S, S) for
    pictures; (T,) amplitudes in [−1, 1] for sound of `rate` Hz; (T,) code points, uint32, for text, or none where its
    lines are words. `names` are a table's columns. `words` are texts by name, one for each sample or row: columns of
    text, an array's labels, the pictures' folders, a text's lines.
    """

    form: Form
    values: Array
    names: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rate: int | None = None
    notices: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Everything as one safetensors file, the texts as JSON in its head."""
        from safetensors.numpy import save

        texts = {"form": self.form, "names": self.names, "words": dict(self.words), "rate": self.rate}
        head = {"head": json.dumps({**texts, "notices": self.notices})}
        return save({"values": np.ascontiguousarray(self.values)}, metadata=head)

    @classmethod
    def from_bytes(cls, data: bytes) -> Raw:
        """Read it back.

        Raises:
            ValueError: these bytes hold nothing of the kind.
        """
        from safetensors.numpy import load

        try:
            length = int.from_bytes(data[:8], "little")
            head = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["head"])
            words = {name: tuple(texts) for name, texts in head["words"].items()}
            names, notices = tuple(head["names"]), tuple(head["notices"])
            return cls(head["form"], load(data)["values"], names, words, head["rate"], notices)
        except Exception as error:
            raise ValueError(f"These {len(data)} bytes hold no data that were read: {error}") from error
