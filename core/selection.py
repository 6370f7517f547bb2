"""A selection of samples: which they are, how many of each class, and as a table."""

from __future__ import annotations

import csv
import io
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np

from core.config import RunConfig
from core.datasets import DATASETS
from core.protocol import Array
from core.query import FIRST_MODEL, first_model

# Runs are watched on validation samples; all else looks at the held-out ones that are kept for the end, or at training
# samples where that is asked for.
Part = Literal["validation", "held-out", "training"]
# Bytes of a selection, a bit for each sample: more samples are drawn nowhere, and no address may ask for more memory.
MOST = 16 * 1024
# Letters of a selection in an address: servers in between take 8 KiB of a request's head, others' words included.
LONGEST = 4000


@dataclass(frozen=True)
class Samples:
    """The samples that plots draw of one `part` of a run's data."""

    config: RunConfig
    part: Part

    @property
    def key(self) -> str:
        """The same text where the samples are the same: dataset, seed, what data are made with, part."""
        made_with = self.config.data.model_dump_json(exclude_defaults=True)
        return f"{self.config.dataset} {self.config.seed} {made_with} {self.part}"

    @classmethod
    def from_key(cls, key: str) -> Samples:
        """The samples that a key stands for.

        Raises:
            ValueError: for none.
        """
        dataset, seed, rest = key.split(" ", 2)
        made_with, part = rest.rsplit(" ", 1)
        if part not in get_args(Part):
            raise ValueError(f"{part!r} is no part of any data.")
        # Any model that accepts them: samples do not depend on it.
        model = first_model(DATASETS[dataset].spec) if dataset in DATASETS else FIRST_MODEL
        config = RunConfig(dataset=dataset, model=model, seed=int(seed), data=json.loads(made_with))
        return cls(config, cast(Part, part))


@dataclass(frozen=True)
class Selection:
    """Some of the samples that plots draw: their `indices` there, in order."""

    of: Samples
    indices: tuple[int, ...]

    def to_text(self) -> str:
        """The selection as a word of an address: the key of its samples, then a bit for each of them, packed.

        What would be too long for an address is no word at all.
        """
        bits = np.zeros(self.indices[-1] + 1, dtype=bool)
        bits[list(self.indices)] = True
        packed = zlib.compress(np.packbits(bits).tobytes())
        word = f"{self.of.key} {urlsafe_b64encode(packed).decode().rstrip('=')}"
        return word if len(word) <= LONGEST else ""

    @classmethod
    def from_text(cls, text: str) -> Selection | None:
        """What a word of an address selects; None where it says nothing that can be selected."""
        key, _, packed = text.rpartition(" ")
        try:
            # Too much padding is no harm.
            unpacked = zlib.decompressobj().decompress(urlsafe_b64decode(f"{packed}=="), MOST)
            indices = np.flatnonzero(np.unpackbits(np.frombuffer(unpacked, dtype=np.uint8))).tolist()
            return cls(Samples.from_key(key), tuple(indices)) if indices else None
        except (ValueError, zlib.error):
            return None


def class_counts(labels: Array) -> list[tuple[int, int]]:
    """How many of the labels (n,) each class has, as (class, count): those that occur, the most frequent first."""
    classes, counts = np.unique(labels, return_counts=True)
    return sorted(zip(classes.tolist(), counts.tolist(), strict=True), key=lambda pair: -pair[1])


def to_csv(
    part: Part,
    ids: Array,
    origins: Sequence[str] | None,
    classes: Sequence[str] | None,
    codes: Array | None,
    values: Array | None,
) -> str:
    """Samples as a table, one a row: `ids` (n,) are their places in the `part`, then what is known of each.

    Their `origins` (n) in the file that was brought, the names of their `classes` (n), their `codes` (n, latents) and
    their `values` (n, D) each may be None.
    """
    columns: list[tuple[str, Sequence[object]]] = [("id", ids.tolist()), ("part", [part] * len(ids))]
    columns += [(name, words) for name, words in (("sample", origins), ("class", classes)) if words is not None]
    for name, numbers in (("latent", codes), ("value", values)):
        if numbers is not None:
            columns += [(f"{name} {k}", [f"{x:.7g}" for x in column]) for k, column in enumerate(numbers.T, start=1)]
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([name for name, _ in columns])
    writer.writerows(zip(*(column for _, column in columns), strict=True))
    return written.getvalue()
