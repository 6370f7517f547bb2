"""What every analysis is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from safetensors.numpy import load, save

from core.config import RunConfig
from core.dataset import Dataset
from core.errors import LatentLabError
from core.model import Model
from core.protocol import Array
from core.training.tensors import head, read_head

Entry = TypeVar("Entry")
Report = Callable[[float], None]


def unheard(share: float) -> None:
    """A `Report` to nobody."""


@dataclass(frozen=True)
class Context:
    """A trained model, ready to be looked at, with its data and configuration.

    An analysis that takes long calls `report` with the share that is done, 0 to 1.
    """

    model: Model
    dataset: Dataset
    config: RunConfig
    report: Report = unheard


@dataclass(frozen=True)
class Result:
    """What an analysis found: numbers that JSON can hold, and arrays, by name."""

    numbers: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The result as one safetensors file, the numbers in its head."""
        arrays = {name: np.ascontiguousarray(values) for name, values in self.arrays.items()}
        return save(arrays, metadata=head(self.numbers))

    @classmethod
    def from_bytes(cls, data: bytes) -> Result:
        """Read a result back.

        Raises:
            ValueError: these bytes hold no result.
        """
        try:
            return cls(read_head(data), load(data))
        except Exception as error:
            raise ValueError(f"These {len(data)} bytes hold no result: {error}") from error


def choose(what: str, name: str, table: Mapping[str, Entry]) -> Entry:
    """The entry called `name` of a table of `what`s.

    Raises:
        LatentLabError: there is none.
    """
    if name not in table:
        raise LatentLabError(f"There is no {what} called {name!r}; choose one of {', '.join(table)}.")
    return table[name]
