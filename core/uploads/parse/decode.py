"""From bytes to `Raw`: the only place where files of other people are parsed.

Nothing here needs torch, and a file can be made to take any time and memory: run it in a process of its own.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any

from core.errors import UploadError
from core.uploads.limits import BYTES, MB, UNPACKED
from core.uploads.parse.format import Format
from core.uploads.parse.formats import (
    ARRAYS,
    BZIP2,
    GZIP,
    HTML,
    JSON,
    NAMED,
    STACK,
    TABLE,
    TEXT,
    UNNAMED,
    XLS,
    XZ,
    ZIP,
    FileFormat,
    said,
)
from core.uploads.parse.leftovers import without_leftovers
from core.uploads.parse.one_hot import gathered
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import files_in, kind_of_compound, kind_of_zip, open_zip, recognise
from core.uploads.parse.records import is_json
from core.uploads.parse.tabular import is_table
from core.uploads.phrases import printable

# What opens files in which another one is packed.
PACKED: dict[FileFormat | None, Callable[[io.BytesIO], Any]] = {GZIP: gzip.open, BZIP2: bz2.open, XZ: lzma.open}
WANTED = (
    f"Bring a table ({said('table')}), an array ({said('array')}), a sound ({said('sound')}), a text, an archive "
    f"({said('archive')}) of pictures, sounds or tables, or one picture of many frames (TIFF, GIF)."
)
# Lists of lists or of objects, and objects, whatever the file is called.
LIKE_JSON = re.compile(rb'(\xef\xbb\xbf)?\s*(\[\s*[\[{][^\n]*[,"]|\{\s*")')
# Nothing was said about how a table is written.
AS_FOUND = Format()


def decode(filename: str, data: bytes, format: Format = AS_FOUND) -> Raw:
    """What the file holds, a table of text being of this `format`.

    Raises:
        UploadError: it cannot be read.
    """
    notices: list[str] = []
    if len(data) > BYTES:
        raise UploadError(f"The file has {len(data) / MB:,.0f} MB; at most {BYTES / MB:,.0f} MB are read: bring less.")
    if not data:
        raise UploadError(f"The file is empty (0 bytes): was it saved, or fully downloaded? {WANTED}")
    name = PurePosixPath(filename.replace("\\", "/").lower().replace("\0", " "))
    packed = recognise(data)
    if packed is not None and packed in PACKED:
        data = _unpacked(packed, data)
        notices.append(f"Unpacked from {packed.title.split()[1]} to {len(data):,} bytes.")
        name = name.with_suffix("") if NAMED.get(name.suffix) == packed and name.stem else name
    what = _what(name.suffix, data, format)
    read: Callable[[bytes, Format, list[str]], Raw] = import_module(f"core.uploads.parse.{what.reader}").read
    raw = read(data, format, notices)
    if format.part and not raw.parts:
        raise UploadError(f"The file has no part called {printable(format.part, 30)!r}: it holds one thing only.")
    if what.family == "table":
        raw = gathered(without_leftovers(raw, format.leftovers == "kept"))
    # An array in an archive was turned when it was read.
    if format.samples == "columns" and raw.form != "table" and (what.family, raw.form) != ("archive", "array"):
        raw = raw.turned()
    words = {name: words.whole for name, words in raw.words.items()}
    return replace(raw, words=words, notices=(*notices, *raw.notices))


def named_as_table(filename: str, data: bytes) -> str:
    """A name by which a file of labels is read: lines of text are a table of one column, whatever they are called."""
    suffix = PurePosixPath(filename.lower()).suffix
    is_text = recognise(data) is None and NAMED.get(suffix, TEXT) == TEXT
    return f"{filename}.csv" if is_text else filename


def _what(suffix: str, data: bytes, format: Format) -> FileFormat:
    """What a file is, its first bytes and its name agreeing on it."""
    found = recognise(data)
    if found == ZIP:
        with open_zip(data) as archive:
            found = kind_of_zip([info.filename for info in files_in(archive)])
    if found is not None and found.family == "picture":
        return STACK
    expected = NAMED.get(suffix)
    if found == XLS:
        found = kind_of_compound(data, expected)
    if found is None:
        if expected == TABLE:
            return expected
        if expected is None or expected.family == "text":
            expected = JSON if LIKE_JSON.match(data) and is_json(data, format) else expected
        if expected == JSON:
            return JSON
        if expected == TEXT:
            return TABLE if is_table(data, format) else TEXT
        if expected is not None and expected.family == "table" and is_table(data, format):
            # Instruments and old web pages call a table of text so, for Excel to open it.
            return TABLE
        if expected is not None and (expected.reader or expected.family == "packed"):
            raise UploadError(
                f"The file is named {suffix} but does not begin like {expected.title}: it is damaged or has the wrong "
                "name."
            )
        if suffix not in UNNAMED and not suffix[1:].isdigit() and not is_table(data, format):
            advice = f"{expected.advice} " if expected and expected.advice else ""
            raise UploadError(f"Files named {printable(suffix, 20)} are not read. {advice}{WANTED}")
        return TABLE if is_table(data, format) else TEXT
    if not found.reader:
        advice = f"{found.advice} " if found.advice else ""
        raise UploadError(f"The file is {found.title}, which is not read. {advice}{WANTED}")
    is_packed_by_hand = (found, expected) == (ARRAYS, ZIP)
    # Whoever saves a page for Excel to open calls it a workbook.
    is_page = found == HTML and expected is not None and expected.family == "table"
    if expected not in (found, None) and found.suffixes and not (is_packed_by_hand or is_page):
        right = found.suffixes[0]
        raise UploadError(
            f"The file is named {suffix} but is {found.title}: rename it to {right}, or bring the right one."
        )
    return found


def _unpacked(packed: FileFormat, data: bytes) -> bytes:
    """What is in a packed file, counted while it is unpacked."""
    try:
        with PACKED[packed](io.BytesIO(data)) as stream:
            unpacked = stream.read(UNPACKED + 1)
    except (EOFError, zlib.error, lzma.LZMAError, OSError) as error:
        raise UploadError(
            f"What is {packed.title} cannot be unpacked: it is damaged or was cut short; pack it again."
        ) from error
    if len(unpacked) > UNPACKED:
        raise UploadError(f"What is {packed.title} unpacks to more than {UNPACKED / MB:,.0f} MB: bring less.")
    if not unpacked:
        raise UploadError(f"What is {packed.title} holds nothing (0 bytes). {WANTED}")
    return bytes(unpacked)
