"""What a file holds, before anything is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import UploadError
from core.uploads.arrays import Bytes, arrays_in
from core.uploads.parse.words import Words

Form = Literal["table", "array", "pictures", "sound", "sounds", "text", "labels"]
ColumnKind = Literal["number", "time", "list", "text"]
Array = NDArray[Any]


@dataclass(frozen=True)
class Column:
    """A column of a table: what its cells are, and `why` that was thought, in words.

    A list has `width` numbers in each cell, in as many columns of values; a text has none, and stands in `words`.
    Times are seconds. Where a file itself says which column holds classes, that `is_class`.
    """

    name: str
    kind: ColumnKind = "number"
    why: str = ""
    width: int = 1
    is_class: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Those of its columns of values."""
        if self.kind == "text":
            return ()
        return (self.name,) if self.width == 1 else tuple(f"{self.name} {i + 1}" for i in range(self.width))


@dataclass(frozen=True)
class Raw:
    """The content of a file, and sentences about what was decided when it was read.

    `values` are (N, D) for a table, float64 or uint8, NaN where a number is missing; any numbers in 1 to 4 dimensions
    for an array; (N, C, S, S), of 8 to 64 bits, for pictures; (T,) amplitudes in [−1, 1] for sound of `rate` Hz, (N, T)
    for sounds; (T,) code points, uint32, for text, or none where its lines are words. `columns` are those of a table as
    they stand. `words` are texts by name, one for each sample or row: columns of text, an array's labels, the folders
    of pictures, a text's lines. `ids` are the files that pictures and sounds came from. A file of labels has them as
    values (N,). `brought` is the name of words that are labels from a second file, and `gone` are those of a table's
    columns of text that were left out for having too many different ones. `parts` are what else of the file could be
    read, the guess first, and `asks` are the knobs of `Format` that its sounds or pictures are read by.
    """

    form: Form
    values: Array
    columns: tuple[Column, ...] = ()
    words: Mapping[str, Words] = field(default_factory=dict)
    rate: int | None = None
    notices: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    brought: str = ""
    gone: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Those of a table's columns of values (D,)."""
        return tuple(name for column in self.columns for name in column.names)

    @cached_property
    def places(self) -> dict[str, int]:
        """In which of a table's columns of values (D,) each name stands."""
        return {name: place for place, name in enumerate(self.names)}

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes, an object of a few letters being 60."""
        texts = sum(60 + len(text) for words in self.words.values() for text in words.names)
        return self.values.nbytes + sum(words.codes.nbytes for words in self.words.values()) + texts

    def turned(self) -> Raw:
        """An array (N, D) as one (D, N).

        Raises:
            UploadError: it is of another form, or has labels.
        """
        if self.form != "array" or self.values.ndim != 2:
            raise UploadError("Only a table, or an array of two dimensions, has columns that could be samples.")
        if self.words:
            raise UploadError("The array has a label for each row, so its samples are rows: choose that.")
        return replace(self, values=np.ascontiguousarray(self.values.T))

    def to_bytes(self) -> bytes:
        """Everything as one safetensors file: the values, the codes of the words, and all texts as JSON."""
        from safetensors.numpy import save

        head = {
            "form": self.form,
            "columns": [asdict(column) for column in self.columns],
            "words": {name: words.names for name, words in self.words.items()},
            "rate": self.rate,
            "notices": self.notices,
            "ids": self.ids,
            "brought": self.brought,
            "gone": self.gone,
            "parts": self.parts,
            "asks": self.asks,
        }
        tensors = {
            "values": np.ascontiguousarray(self.values),
            # The head that the format has of its own ends at 100 MB, and is read as a whole.
            "head": np.frombuffer(json.dumps(head).encode(), np.uint8),
        }
        return save(tensors | {f"codes {i}": words.codes for i, words in enumerate(self.words.values())})

    @classmethod
    def from_bytes(cls, data: Bytes) -> Raw:
        """Read it back.

        Raises:
            ValueError: these bytes hold nothing of the kind.
        """
        try:
            tensors = arrays_in(data)
            head, values = json.loads(tensors["head"].tobytes()), tensors["values"]
            words = {
                name: Words(tensors[f"codes {i}"], _texts(names))
                for i, (name, names) in enumerate(head["words"].items())
            }
            raw = cls(
                head["form"],
                values,
                tuple(Column(**column) for column in head["columns"]),
                words,
                head["rate"],
                _texts(head["notices"]),
                _texts(head["ids"]),
                head["brought"],
                _texts(head["gone"]),
                _texts(head["parts"]),
                _texts(head["asks"]),
            )
            raw._check()
        except Exception as error:
            raise ValueError(f"These {len(data)} bytes hold no data that were read: {error}") from error
        return raw

    def _check(self) -> None:
        """Refuse what cannot have been written here.

        Raises:
            ValueError: the form is unknown, or texts and values are not of the same number.
        """
        if self.form not in get_args(Form):
            raise ValueError(f"there is no form called {self.form!r}")
        if not (self.rate is None or isinstance(self.rate, int)):
            raise ValueError(f"{self.rate!r} is no rate")
        if self.form == "table" and self.values.shape[1:] != (len(self.names),):
            raise ValueError(f"{len(self.names)} names for values of shape {self.values.shape}")
        if self.form == "table" and {column.name for column in self.columns if column.kind == "text"} != {*self.words}:
            raise ValueError(f"the texts are {[*self.words]}")
        if self.ids and len(self.ids) != len(self.values):
            raise ValueError(f"{len(self.ids)} ids for {len(self.values)} samples")
        if self.brought and self.brought not in self.words:
            raise ValueError(f"there are no labels called {self.brought!r}")
        for name, words in self.words.items():
            if words.codes.dtype != np.int32 or words.codes.ndim != 1:
                raise ValueError(f"the codes of {name!r} are {words.codes.dtype} of shape {words.codes.shape}")
            if self.form != "text" and len(words) != len(self.values):
                raise ValueError(f"{len(words)} texts of {name!r} for {len(self.values)} samples")
            if len(words) and not 0 <= words.codes.min() <= words.codes.max() < len(words.names):
                raise ValueError(f"codes of {name!r} have no text")


def _texts(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise ValueError(f"{str(found)[:40]!r} is no list of texts")
    return tuple(found)
