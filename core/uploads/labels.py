"""Labels: which class a sample is of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.uploads.phrases import printable
from core.uploads.raw import Array

LONGEST_NAME = 40
UNLABELLED = "no label"


@dataclass(frozen=True)
class Labels:
    """The place in `names` of every sample's class, int64 (N,)."""

    places: Array
    names: tuple[str, ...]

    def __getitem__(self, chosen: Array | slice) -> Labels:
        """The labels of some samples."""
        return Labels(self.places[chosen], self.names)

    @property
    def present(self) -> Labels:
        """The same without classes that have no sample."""
        kept, places = np.unique(self.places, return_inverse=True)
        return Labels(places.astype(np.int64), tuple(self.names[place] for place in kept.tolist()))

    @classmethod
    def of(cls, texts: Iterable[str]) -> Labels:
        """Labels from one text a sample, the classes in the order of numbers if they are numbers."""
        places, found = coded(texts)
        written = [printable(text, LONGEST_NAME) or UNLABELLED for text in found]
        names = sorted(set(written), key=_order)
        ranks = np.array([names.index(text) for text in written], np.int64)
        return cls(ranks[places], tuple(names))

    @classmethod
    def of_numbers(cls, values: Array) -> Labels:
        """Labels from one number a sample, whole ones without a point."""
        found, places = np.unique(values, return_inverse=True)
        labels = cls.of(_written(value) for value in found.tolist())
        return labels[places]


def coded(texts: Iterable[str]) -> tuple[Array, list[str]]:
    """Equal texts as equal numbers, counted from 0 on as they first come up, and what each stands for."""
    known: dict[str, int] = {}
    places = np.fromiter((known.setdefault(text, len(known)) for text in texts), np.int64)
    return places, list(known)


def _written(value: float) -> str:
    if value != value:
        return UNLABELLED
    return str(int(value)) if value.is_integer() else f"{value:g}"


def _order(name: str) -> tuple[int, float, str]:
    try:
        return 0, float(name), name
    except ValueError:
        return 1, 0.0, name
