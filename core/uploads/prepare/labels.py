"""Labels: which class a sample is of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.uploads.parse.raw import Array
from core.uploads.parse.words import Words
from core.uploads.phrases import printable, told_apart

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
    def of(cls, words: Words) -> Labels:
        """Labels from one text a sample, the classes in the order of numbers if they are numbers."""
        names = [printable(text, LONGEST_NAME) or UNLABELLED for text in words.names]
        order = sorted(range(len(names)), key=lambda place: _order(names[place]))
        ranks = np.empty(len(names), np.int64)
        ranks[order] = np.arange(len(names))
        return cls(ranks[words.codes], tuple(told_apart((names[place] for place in order), LONGEST_NAME)))


def _order(name: str) -> tuple[int, float, str]:
    try:
        return 0, float(name), name
    except ValueError:
        return 1, 0.0, name
