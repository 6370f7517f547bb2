"""A selection of samples: which they are, how many of each class, and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.config import RunConfig
from core.protocol import Array

# Runs are watched on validation samples; all else looks at the held-out ones that are kept for the end.
Part = Literal["validation", "held-out"]


@dataclass(frozen=True)
class Samples:
    """The samples that plots draw of one `part` of a run's data."""

    config: RunConfig
    part: Part

    @property
    def key(self) -> str:
        """The same text where the samples are the same."""
        return f"{self.config.dataset} {self.config.seed} {self.config.data.model_dump_json()} {self.part}"


@dataclass(frozen=True)
class Selection:
    """Some of the samples that plots draw: their `indices` there, in order."""

    of: Samples
    indices: tuple[int, ...]


def class_counts(labels: Array) -> list[tuple[int, int]]:
    """How many of the labels (n,) each class has, as (class, count): those that occur, the most frequent first."""
    classes, counts = np.unique(labels, return_counts=True)
    return sorted(zip(classes.tolist(), counts.tolist(), strict=True), key=lambda pair: -pair[1])


def to_csv(part: Part, ids: Array, classes: Sequence[str] | None, codes: Array | None, values: Array | None) -> str:
    """Samples as a table, one a row: `ids` (n,) are their places in the `part`, then what is known of each.

    The names of their `classes` (n), their `codes` (n, latents) and their `values` (n, D) each may be None.
    """
    columns: list[tuple[str, Sequence[object]]] = [("id", ids.tolist()), ("part", [part] * len(ids))]
    if classes is not None:
        columns.append(("class", classes))
    for name, numbers in (("latent", codes), ("value", values)):
        if numbers is not None:
            columns += [(f"{name} {k}", [f"{x:.7g}" for x in column]) for k, column in enumerate(numbers.T, start=1)]
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([name for name, _ in columns])
    writer.writerows(zip(*(column for _, column in columns), strict=True))
    return written.getvalue()
