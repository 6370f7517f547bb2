"""From what a file holds to samples, as plain arrays that travel between processes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from core.errors import UploadError
from core.uploads.arrays import Bytes, arrays_in
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted
from core.uploads.prepare.images import from_folder
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.options import Options
from core.uploads.prepare.samples import Samples
from core.uploads.prepare.second import alone
from core.uploads.prepare.shapes import from_numbers
from core.uploads.prepare.signals import from_sound, from_sounds, from_text

# How sentences begin about what was close between two readings.
UNSURE = "Unsure:"
FORMS: dict[str, Callable[[Raw, Options, list[str]], Samples]] = {
    "table": from_numbers,
    "array": from_numbers,
    "pictures": from_folder,
    "sound": from_sound,
    "sounds": from_sounds,
    "text": from_text,
    "labels": alone,
}


@dataclass(frozen=True)
class Made:
    """Samples, and a sentence for everything that was decided on the way to them, the unsure ones first.

    `ids` are the files that pictures and sounds came from, by their rows.
    """

    samples: Samples
    notices: tuple[str, ...]
    ids: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Everything as one safetensors file: the arrays, and what is said of them as JSON."""
        from safetensors.numpy import save

        labels, parts = self.samples.labels, self.samples.parts
        plain = replace(self.samples, x=np.empty(0), rows=np.empty(0), labels=None, parts=None)
        told = {name: value for name, value in asdict(plain).items() if name not in ("x", "rows", "labels", "parts")}
        head = told | {"label_names": labels.names if labels else (), "notices": self.notices, "ids": self.ids}
        tensors = {
            "x": np.ascontiguousarray(self.samples.x),
            "rows": np.ascontiguousarray(self.samples.rows),
            "head": np.frombuffer(json.dumps(head).encode(), np.uint8),
        }
        tensors |= {} if labels is None else {"y": labels.places}
        return save(tensors | ({} if parts is None else {"parts": parts}))

    @classmethod
    def from_bytes(cls, data: Bytes) -> Made:
        """Read back what `to_bytes` wrote."""
        tensors: dict[str, Array] = arrays_in(data)
        head: dict[str, Any] = json.loads(tensors["head"].tobytes())
        names, notices, ids = (tuple(head.pop(name)) for name in ("label_names", "notices", "ids"))
        head["value_range"] = tuple(head["value_range"])
        labels = Labels(tensors["y"], names) if "y" in tensors else None
        x, rows, parts = tensors["x"], tensors["rows"], tensors.get("parts")
        return cls(Samples(x=x, labels=labels, rows=rows, parts=parts, **head), notices, ids)


def make(raw: Raw, options: Options) -> Made:
    """The samples of a file.

    Raises:
        UploadError: it holds too little, or not what the options say.
    """
    notices = list(raw.notices)
    try:
        samples = FORMS[raw.form](raw, options, notices)
    except UploadError as error:
        error.notices = _unsure_first(notices)
        raise
    samples = replace(samples, labels=_telling(samples.labels, notices))
    # Hashes are enough to count with, and take no room.
    repeats = len(samples.x) - len({hash(sample.tobytes()) for sample in samples.x})
    if repeats:
        verb = "repeat" if repeats > 1 else "repeats"
        notices.append(
            f"{counted(repeats, 'sample')} {verb} another one: a held-out sample may be one that was learned."
        )
    return Made(samples, _unsure_first(notices), raw.ids)


def _unsure_first(notices: list[str]) -> tuple[str, ...]:
    return tuple(sorted(notices, key=lambda notice: not notice.startswith(UNSURE)))


def _telling(labels: Labels | None, notices: list[str]) -> Labels | None:
    """Labels of the classes that have samples, if they tell samples apart."""
    if labels is None:
        return None
    present = labels.present
    if len(present.names) > 1:
        return present
    notices.append(f"All samples have the same label ({present.names[0]}), which tells nothing: left out.")
    return None
