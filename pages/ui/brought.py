"""A file that was brought, and what was read of it, each held for as long as it is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from core.uploads.parse.decode import named_as_table
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.prepare.grid import Told, grid
from core.uploads.prepare.options import Options
from core.uploads.prepare.second import with_labels
from core.uploads.reading import Upload, upload_of
from pages.ui.laboratory import laboratory


@dataclass(frozen=True)
class Reading:
    """A file that was brought: the key of its bytes, its name, its size in bytes, and the one with its labels."""

    key: str
    name: str
    size: int
    labels: Reading | None = None


# No more are held than one drawing of the page asks for, since they may be large: as the file was guessed and as it was
# put right, with labels and without.
@lru_cache(maxsize=4)
def raw_of(reading: Reading, format: Format) -> Raw:
    """What is in a file, and the labels for it that are in another."""
    reader = laboratory.engine.reader
    if reading.labels is None:
        return reader.raw(reader.read(reading.name, reader.data(reading.key), format))
    raw = raw_of(replace(reading, labels=None), format)
    data, name = reader.data(reading.labels.key), reading.labels.name
    return with_labels(raw, reader.raw(reader.read(named_as_table(name, data), data)), name)


@lru_cache(maxsize=2)
def grid_of(reading: Reading, options: Options) -> list[Told]:
    """The columns of a table, as the options have them."""
    return grid(raw_of(reading, options.format), options)


@lru_cache(maxsize=1)
def prepared_of(reading: Reading, options: Options) -> Upload:
    """What the options make of a file."""
    made = laboratory.engine.reader.make(reading.name, raw_of(reading, options.format), options)
    return upload_of(made, reading.name, reading.size)
