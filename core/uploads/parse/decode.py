"""From bytes to `Raw`: the only place where files of other people are parsed.

Nothing here needs torch, and a file can be made to take any time and memory: run it in a process of its own.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from gzip import BadGzipFile, GzipFile
from importlib import import_module
from pathlib import PurePosixPath

from core.errors import UploadError
from core.uploads.limits import BYTES, MB, UNPACKED
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import (
    ARRAY,
    ARRAYS,
    GZIP,
    PICTURES,
    SOUND,
    TABLE,
    TEXT,
    ZIP,
    kind_of_zip,
    open_zip,
    recognise,
)  # fmt: skip
from core.uploads.phrases import printable

# What files with these names should be.
SUFFIXES = {
    ".csv": TABLE,
    ".tsv": TABLE,
    ".tab": TABLE,
    ".txt": TEXT,
    ".npy": ARRAY,
    ".npz": ARRAYS,
    ".zip": ZIP,
    ".wav": SOUND,
}
NAMED = {**SUFFIXES, ".gz": GZIP, ".gzip": GZIP}
# Names that say nothing: what looks like a table is one.
UNNAMED = ("", ".dat", ".data", ".asc")
# Who reads it: imported when needed, so that a table does not wait for scipy.
READERS = {
    TABLE: ("core.uploads.parse.table", "read"),
    TEXT: ("core.uploads.parse.text", "read"),
    ARRAY: ("core.uploads.parse.arrays", "read"),
    ARRAYS: ("core.uploads.parse.archives", "read"),
    ZIP: ("core.uploads.parse.pictures", "read"),
    SOUND: ("core.uploads.parse.sound", "read"),
}
WANTED = "Bring a CSV, TSV, NPY, NPZ, WAV or TXT file, or a ZIP of pictures."


def decode(filename: str, data: bytes) -> Raw:
    """What the file holds.

    Raises:
        UploadError: it cannot be read.
    """
    notices: list[str] = []
    if len(data) > BYTES:
        raise UploadError(f"The file has {len(data) / MB:,.0f} MB; at most {BYTES / MB:,.0f} MB are read: bring less.")
    if not data:
        raise UploadError(f"The file is empty (0 bytes): was it saved, or fully downloaded? {WANTED}")
    name = PurePosixPath(filename.replace("\\", "/").lower().replace("\0", " "))
    if recognise(data) == GZIP:
        data = _unpacked(data)
        notices.append(f"Unpacked from gzip to {len(data):,} bytes.")
        name = name.with_suffix("") if name.suffix in (".gz", ".gzip") and name.stem else name
    what = _what(name.suffix, data)
    module, function = READERS[what]
    read: Callable[[bytes, list[str]], Raw] = getattr(import_module(module), function)
    raw = read(data, notices)
    return replace(raw, notices=(*notices, *raw.notices))


def _what(suffix: str, data: bytes) -> str:
    """What a file is, its first bytes and its name agreeing on it."""
    found = recognise(data)
    if found == ZIP:
        with open_zip(data) as archive:
            found = kind_of_zip(archive.namelist())
    if found in PICTURES.values():
        raise UploadError(f"The file is {found}: pictures are learned from many at once, so bring a ZIP of them.")
    expected = NAMED.get(suffix)
    right = next((name for name, what in SUFFIXES.items() if what == found), None)
    if found is None:
        if expected in (TABLE, TEXT):
            return expected
        if expected is not None:
            raise UploadError(
                f"The file is named {suffix} but does not begin like {expected}: it is damaged or has the wrong name."
            )
        if suffix not in UNNAMED:
            raise UploadError(f"Files named {printable(suffix, 20)} are not read. {WANTED}")
        return TABLE if _looks_like_a_table(data) else TEXT
    if right is None:
        raise UploadError(f"The file is {found}, which is not read. {WANTED}")
    if expected not in (found, None):
        raise UploadError(f"The file is named {suffix} but is {found}: rename it to {right}, or bring the right one.")
    return found


def _unpacked(data: bytes) -> bytes:
    """What is in a gzip file, counted while it is unpacked."""
    try:
        with GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(UNPACKED + 1)
    except (EOFError, BadGzipFile, zlib.error, OSError) as error:
        raise UploadError("The gzip file cannot be unpacked: it is damaged or was cut short; pack it again.") from error
    if len(unpacked) > UNPACKED:
        raise UploadError(f"The gzip file unpacks to more than {UNPACKED / MB:,.0f} MB: bring less.")
    if not unpacked:
        raise UploadError(f"The gzip file holds nothing (0 bytes). {WANTED}")
    return unpacked


def _looks_like_a_table(data: bytes) -> bool:
    """Whether most of the beginning is digits and what stands between them."""
    head = data[:10_000]
    return 2 * sum(byte in b"0123456789.,;|\t+-eE" for byte in head) > len(head)
