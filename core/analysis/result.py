"""What every analysis is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar, get_type_hints

import numpy as np
import torch
from pydantic import TypeAdapter
from safetensors.numpy import load, save

from core.config import RunConfig
from core.dataset import Dataset
from core.errors import LatentLabError
from core.metrics import Measured as Measured
from core.metrics import measured as measured
from core.model import Model
from core.models import MODELS
from core.protocol import Array
from core.training.tensors import check, pack, read_head

if TYPE_CHECKING:
    from core.training.loop import Training

Entry = TypeVar("Entry")
# Called with the share of the work that is done, 0 to 1; it raises `Stopped` where nobody waits any more.
Report = Callable[[float], None]
# Told where points (N, 2 or 3) are on their way, and the share done, 0 to 1; it says whether to stop there.
Follow = Callable[[Array, float], bool]


def ignore_progress(share: float) -> None:
    """The `Report` of whoever does not want to know."""


def within(report: Report, begin: float, end: float) -> Report:
    """The `Report` of a part of the work, which takes it from the share `begin` to `end`."""
    return lambda share: report(begin + share * (end - begin))


def never_stop(points: Array, share: float) -> bool:
    """The `Follow` of whoever waits for the end."""
    return False


@dataclass(frozen=True)
class Context:
    """A trained model, ready to be analysed, with its data and configuration.

    An analysis that takes long calls `report` with the share that is done, 0 to 1, each second if it can, and ends
    where that raises `Stopped`; one whose points move shows them to `follow`, and stops where that says so. `axes`
    (latent_size, 2) are those on which the run drew its codes last, or None where it drew them raw, or never. `resume`
    makes the run itself, as it stood at its checkpoint, for another step.
    """

    model: Model
    dataset: Dataset
    config: RunConfig
    report: Report = ignore_progress
    axes: Array | None = None
    follow: Follow = never_stop
    resume: Callable[[], Training] | None = None

    def untrained(self, seed: int) -> Model:
        """A model of the same configuration before its first step, as a baseline."""
        model = MODELS[self.config.model](self.config.hyperparameters, self.dataset.spec)
        model.initialize(torch.Generator().manual_seed(seed))
        return model.eval().requires_grad_(False)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many samples were looked at: `shown` of the `held_out` ones, `fitted` of the `training` ones."""

    shown: int
    held_out: int
    fitted: int
    training: int


@dataclass(frozen=True, kw_only=True)
class Result(Measured):
    """Base of what analyses find: a frozen dataclass of arrays, and of whatever else JSON can hold.

    Its `definition` is counted up when a number of it comes to mean something else: what was kept before is computed
    anew then.
    """

    definition = 1
    counts: Counts

    def to_bytes(self) -> bytes:
        """The result as one safetensors file, everything but the arrays in its head."""
        names, others = _hints(type(self))
        arrays = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        values = {
            name: TypeAdapter(hint).dump_python(getattr(self, name), mode="json") for name, hint in others.items()
        }
        values["definition"] = self.definition
        return pack(save, {name: np.ascontiguousarray(array) for name, array in arrays.items()}, values)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a result back.

        Raises:
            ValueError: these bytes hold no result of this type, or one of another version or definition.
        """
        names, others = _hints(cls)
        try:
            check(data)
            values, arrays = read_head(data), load(data)
            # Up to its second definition a result did not say which one it has.
            if values.get("definition", 1) != cls.definition:
                raise ValueError("its numbers were defined otherwise.")
            found = {name: TypeAdapter(hint).validate_python(values[name]) for name, hint in others.items()}
            # An array that is None is not in the file; one that may not be None raises if it is missing.
            found |= {name: arrays[name] if hint == Array else arrays.get(name) for name, hint in names.items()}
            return cls(**found)
        except Exception as error:
            raise ValueError(f"These {len(data)} bytes hold no {cls.__name__}: {error}") from error


def _hints(result: type[Result]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The types of a result's fields by name: of the arrays, and of all others."""
    hints = get_type_hints(result)
    arrays = {name: hint for name, hint in hints.items() if hint in (Array, Array | None)}
    return arrays, {name: hint for name, hint in hints.items() if name not in arrays}


def choose(what: str, name: str, table: Mapping[str, Entry]) -> Entry:
    """The entry called `name` of a table of `what`s.

    Raises:
        LatentLabError: there is none.
    """
    if name not in table:
        raise LatentLabError(f"There is no {what} called {name!r}; choose one of {', '.join(table)}.")
    return table[name]
