"""A file that somebody brings, read to the end: its samples, and a sentence for everything that was decided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.dataset import Card, Dataset, DataSpec
from core.uploads.limits import MB
from core.uploads.parse.decode import AS_FOUND, decode, named_as_table
from core.uploads.parse.format import Format
from core.uploads.phrases import counted, printable
from core.uploads.prepare.making import Made, make
from core.uploads.prepare.options import Options
from core.uploads.prepare.samples import Samples
from core.uploads.prepare.second import matched, together
from core.uploads.shelf import sizes_in, splits


@dataclass(frozen=True)
class Upload:
    """A file that was read: samples `x` (N, …), labels `y` (N,) or None, and what was decided on the way.

    `sources` (N,) name where in the file each sample stands: the file of a picture, or the number of a row.
    `parts`, int8 (N,), say which samples are held out (`core.uploads.prepare.parts`), where that was decided as well.
    """

    spec: DataSpec
    card: Card
    x: Tensor
    y: Tensor | None
    notices: tuple[str, ...]
    sources: tuple[str, ...]
    parts: Tensor | None = None

    @cached_property
    def dataset(self) -> Dataset:
        """The samples in three splits, as a run with seed 0 has them."""
        return Dataset(self.card.title, *splits(self.x, self.y, self.parts, seed=0), self.spec)

    @property
    def sizes(self) -> tuple[int, int]:
        """How many samples are for training, and how many are held out."""
        return sizes_in(len(self.x), self.parts)


def read_upload(
    filename: str,
    data: bytes,
    labels_file: tuple[str, bytes] | None = None,
    labels_format: Format = AS_FOUND,
    **options: Any,
) -> Upload:
    """Read a file's bytes in the calling process; `options` are the fields of `Options`.

    A second file, by its name and bytes, may hold the labels: one for each sample, in their order or by their ids. Its
    `labels_format` is as that of the first.

    A file of a stranger's can make that take long and much memory: the server has `decode` and `make` run in processes
    of their own, with limits to both.

    Raises:
        UploadError: it cannot be read, with a sentence that says why and what to do.
        ValidationError: an option is outside its range.
    """
    chosen = Options(**options)
    raw = decode(filename, data, chosen.format)
    if labels_file is not None:
        name, labels = labels_file
        second = decode(named_as_table(name, labels), labels, labels_format)
        raw = together(raw, matched(raw, second, name))
    return upload_of(make(raw, chosen), filename, len(data))


def upload_of(made: Made, filename: str, size: int) -> Upload:
    """Samples of a file of this name and `size` in bytes, with what a run and people need to know of them."""
    samples = made.samples
    label_names = samples.labels.names if samples.labels else ()
    # Scaling in 64 bits and storing in 32 may step over a limit by the last digit.
    x = torch.from_numpy(np.ascontiguousarray(np.clip(samples.x, *samples.value_range)))
    name = printable(PurePosixPath(filename.replace("\\", "/")).name) or "file without a name"
    spec = DataSpec(
        kind=samples.kind,
        shape=tuple(x.shape[1:]),
        value_range=samples.value_range,
        label_names=label_names,
        alphabet=samples.alphabet,
        sample_rate=samples.rate,
        scaling=samples.scaling,
        levels=samples.levels,
    )
    card = Card(
        title=printable(PurePosixPath(name).stem) or name,
        summary=_summary(samples, label_names),
        origin=f"brought here: {name}, {size / MB:,.1f} MB" if size >= MB / 10 else f"brought here: {name}, {size:,} B",
        licence="yours",
    )
    y = torch.tensor(samples.labels.places) if samples.labels else None
    parts = None if samples.parts is None else torch.tensor(samples.parts)
    sources = tuple(made.ids[row] if made.ids else str(row + 1) for row in samples.rows.tolist())
    return Upload(spec, card, x, y, made.notices, sources, parts)


def _summary(samples: Samples, label_names: tuple[str, ...]) -> str:
    """What the samples are, in a sentence."""
    count, shape = len(samples.x), " × ".join(map(str, samples.x.shape[1:]))
    what = {
        "vector": f"{counted(count, 'vector')} of {counted(samples.x[0].size, 'value')}",
        "image": f"{counted(count, 'picture')} of {shape}",
        "sequence": f"{counted(count, 'sequence')} of {shape} (steps × values)",
    }[samples.kind]
    labels = f"labelled with {counted(len(label_names), 'class')}" if label_names else "without labels"
    return f"{what}, {labels}."
