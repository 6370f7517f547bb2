"""A file that was brought, and what was read and made of it, held for all visitors while there is room."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

from core.engine.reader import Copy
from core.errors import UploadError
from core.held import Held
from core.uploads.parse.decode import AS_FOUND
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.prepare.grid import Told, grid
from core.uploads.prepare.options import Options
from core.uploads.prepare.second import together
from core.uploads.reading import Upload, upload_of
from pages.ui.laboratory import laboratory


@dataclass(frozen=True)
class Reading:
    """A file that was brought: the key of its bytes, its name, its size in bytes, and the one with its labels.

    Of this one the `format` says how it is written.
    """

    key: str
    name: str
    size: int
    labels: Reading | None = None
    format: Format = AS_FOUND


# Bytes that are held for all visitors: what was read, as it was guessed and as it was put right, and samples.
RAWS: Held[Raw] = Held(1 << 30, lambda raw: raw.size)
UPLOADS: Held[Upload] = Held(1 << 29, lambda upload: upload.x.nbytes)


def raw_of(reading: Reading, format: Format) -> Raw:
    """What is in a file, and the labels for it that are in another."""
    reader = laboratory.engine.reader
    return together(*(RAWS.get(copy, partial(reader.raw, copy)) for copy in _copies(reading, format)))


@lru_cache(maxsize=64)
def parts_of(reading: Reading) -> tuple[str, ...]:
    """What samples can be read of where a file holds several things, what was guessed first.

    Raises:
        UploadError: it cannot be read, whatever is chosen.
    """
    try:
        return raw_of(reading, AS_FOUND).parts
    except UploadError as error:
        if not error.parts:
            raise
        return error.parts


@lru_cache(maxsize=64)
def grid_of(reading: Reading, options: Options, wanted: str) -> list[Told]:
    """The columns of a table whose names hold what is `wanted`, as the options have them."""
    return grid(raw_of(reading, options.format), options, wanted)


def prepared_of(reading: Reading, options: Options) -> Upload:
    """What the options make of a file."""

    def make() -> Upload:
        made = laboratory.engine.reader.make(reading.name, _copies(reading, options.format), options)
        return upload_of(made, reading.name, reading.size)

    return UPLOADS.get((reading, options), make)


def _copies(reading: Reading, format: Format) -> tuple[Copy, ...]:
    """What was read of a file, and the labels for it that are in another."""
    reader, labels = laboratory.engine.reader, reading.labels
    read = reader.read(reading.name, reading.key, format)
    return (read,) if labels is None else (read, reader.label(labels.name, read, labels.key, labels.format))
