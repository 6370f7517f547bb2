"""A file that somebody brings, read to the end: its samples, and a sentence for everything that was decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.dataset import Card, Dataset, DataSpec, Split
from core.errors import UploadError
from core.uploads.limits import MB
from core.uploads.parse.decode import decode, named_as_table
from core.uploads.parse.raw import Raw
from core.uploads.phrases import counted, printable
from core.uploads.prepare.images import from_folder
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.levels import levels_of
from core.uploads.prepare.options import Options
from core.uploads.prepare.samples import Samples
from core.uploads.prepare.second import alone, with_labels
from core.uploads.prepare.shapes import from_numbers
from core.uploads.prepare.signals import from_sound, from_sounds, from_text
from core.uploads.shelf import sizes_in, splits

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
class Upload:
    """A file that was read: samples `x` (N, …), labels `y` (N,) or None, and what was decided on the way.

    `parts`, int8 (N,), say which samples are held out (`core.uploads.prepare.parts`), where that was decided as well.
    """

    spec: DataSpec
    card: Card
    x: Tensor
    y: Tensor | None
    notices: tuple[str, ...]
    parts: Tensor | None = None

    @cached_property
    def dataset(self) -> Dataset:
        """The samples in three splits, as a run with seed 0 has them."""
        return Dataset(self.card.title, *splits(Split(self.x, self.y), self.parts, seed=0), self.spec)

    @property
    def sizes(self) -> tuple[int, int]:
        """How many samples are for training, and how many are held out."""
        return sizes_in(len(self.x), self.parts)


def read_upload(filename: str, data: bytes, labels_file: tuple[str, bytes] | None = None, **options: Any) -> Upload:
    """Read a file's bytes in the calling process; `options` are the fields of `Options`.

    A second file, by its name and bytes, may hold the labels: one for each sample, in their order or by their ids.

    A file of a stranger's can make that take long and much memory: the server has `decode` run in a process of its own,
    with limits to both, and calls only `prepare` itself.

    Raises:
        UploadError: it cannot be read, with a sentence that says why and what to do.
        ValidationError: an option is outside its range.
    """
    chosen = Options(**options)
    raw = decode(filename, data, chosen.format)
    if labels_file is not None:
        name, labels = labels_file
        raw = with_labels(raw, decode(named_as_table(name, labels), labels), name)
    return prepare(raw, chosen, filename, len(data))


def prepare(raw: Raw, options: Options, filename: str, size: int) -> Upload:
    """Make a dataset of what the file of this name and `size` in bytes holds.

    Raises:
        UploadError: it holds too little, or not what the options say.
    """
    notices = list(raw.notices)
    try:
        samples = FORMS[raw.form](raw, options, notices)
    except UploadError as error:
        error.notices = tuple(notices)
        raise
    y, label_names = _classes(samples.labels, notices)
    # Scaling in 64 bits and storing in 32 may step over a limit by the last digit.
    x = torch.from_numpy(np.ascontiguousarray(samples.x)).clamp_(*samples.value_range)
    # Hashes are enough to count with, and take no room.
    repeats = len(samples.x) - len({hash(sample.tobytes()) for sample in samples.x})
    if repeats:
        verb = "repeat" if repeats > 1 else "repeats"
        notices.append(
            f"{counted(repeats, 'sample')} {verb} another one: a held-out sample may be one that was learned."
        )
    name = printable(PurePosixPath(filename.replace("\\", "/")).name) or "file without a name"
    spec = DataSpec(
        kind=samples.kind,
        shape=tuple(x.shape[1:]),
        value_range=samples.value_range,
        label_names=label_names,
        alphabet=samples.alphabet,
        sample_rate=samples.rate,
        scaling=samples.scaling,
        levels=levels_of(x, samples.value_range) if samples.kind == "image" else None,
    )
    card = Card(
        title=printable(PurePosixPath(name).stem) or name,
        summary=_summary(samples, label_names),
        origin=f"brought here: {name}, {size / MB:,.1f} MB" if size >= MB / 10 else f"brought here: {name}, {size:,} B",
        licence="yours",
    )
    parts = None if samples.parts is None else torch.from_numpy(samples.parts)
    # What was close between two readings comes first.
    notices.sort(key=lambda notice: not notice.startswith(UNSURE))
    return Upload(spec, card, x, y, tuple(notices), parts)


def _classes(labels: Labels | None, notices: list[str]) -> tuple[Tensor | None, tuple[str, ...]]:
    """Labels as numbers (N,) and their names, if they tell samples apart."""
    if labels is None:
        return None, ()
    present = labels.present
    if len(present.names) == 1:
        notices.append(f"All samples have the same label ({present.names[0]}), which tells nothing: left out.")
        return None, ()
    return torch.from_numpy(present.places), present.names


def _summary(samples: Samples, label_names: tuple[str, ...]) -> str:
    """What the samples are, in a sentence."""
    count, shape = len(samples.x), " × ".join(map(str, samples.x.shape[1:]))
    what = {
        "vector": f"{count:,} vectors of {shape} values",
        "image": f"{count:,} pictures of {shape}",
        "sequence": f"{count:,} sequences of {shape} (steps × values)",
    }[samples.kind]
    return f"{what}, {f'labelled with {len(label_names)} classes' if label_names else 'without labels'}."
