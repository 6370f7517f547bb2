"""Texts, one for each sample or row, most of which come up again and again."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from core.uploads.parse.numbers import is_missing

# Half of a character that UTF-16 has in two.
HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Words(Sequence[str]):
    """Texts (N,): `names` are the different ones, and `codes`, int32 (N,), say which of them stands where."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]

    @cached_property
    def blanks(self) -> NDArray[np.bool_]:
        """Which of the different texts say that they hold nothing, as a minus does unless a plus is the other."""
        if {*self.names} == {"+", "-"}:
            return np.zeros(2, bool)
        return np.array([is_missing(text) for text in self.names], bool)

    def __len__(self) -> int:
        """How many texts there are, equal ones counted as often as they come up."""
        return len(self.codes)

    @overload
    def __getitem__(self, chosen: int) -> str: ...

    @overload
    def __getitem__(self, chosen: slice) -> tuple[str, ...]: ...

    def __getitem__(self, chosen: int | slice) -> str | tuple[str, ...]:
        """A text, or a tuple of some."""
        if isinstance(chosen, slice):
            return tuple(self.names[code] for code in self.codes[chosen].tolist())
        return self.names[int(self.codes[chosen])]

    def __iter__(self) -> Iterator[str]:
        """All texts, one after the other."""
        return map(self.names.__getitem__, self.codes.tolist())

    @property
    def whole(self) -> Words:
        """The same, with a sign for each half of a character that was cut, which no text can be written with."""
        try:
            "".join(self.names).encode()
        except UnicodeEncodeError:
            return Words(self.codes, tuple(HALF.sub("\ufffd", name) for name in self.names))
        return self

    @classmethod
    def of(cls, texts: Iterable[str]) -> Words:
        """Words from one text a sample, the different ones in the order in which they first come up."""
        growing = Growing()
        for text in texts:
            growing.append(text)
        return cls(growing.codes, tuple(growing.known))

    @classmethod
    def of_numbers(cls, values: NDArray[Any]) -> Words:
        """Words from one number a sample (N,), in their order: whole ones without a point, a missing one as ""."""
        found, codes = np.unique(values, return_inverse=True)
        return cls(codes.reshape(-1).astype(np.int32), tuple(map(_written, found)))


class Growing:
    """Words in the making: `known` holds each text and its code."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self._codes = array("i")

    def append(self, text: str) -> None:
        """Add a text at the end."""
        self._codes.append(self.known.setdefault(text, len(self.known)))

    @property
    def codes(self) -> NDArray[np.int32]:
        """The code of every text so far."""
        return np.array(self._codes, np.int32)


def _written(value: Any) -> str:
    """As few digits as tell a number from all others of its type."""
    if value != value:
        return ""
    if isinstance(value, np.floating) and (value == 0 or 1e-4 <= abs(value) < 1e16):
        return np.format_float_positional(value + 0, trim="-")
    return str(value)
