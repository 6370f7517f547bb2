"""Reading what people bring: each file in a process of its own, what was read kept until something is made of it."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.engine.apart import FORKS, apart, nursery
from core.errors import UploadError
from core.files import write, writing
from core.uploads.limits import MB
from core.uploads.parse.decode import AS_FOUND
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.prepare.making import Made
from core.uploads.prepare.options import Options

READ = ".safetensors"
# Files that are read at the same time; a classroom waits its turn.
AT_ONCE = 2
KEEP_SECONDS = 24 * 3600
# Bytes of what was read, of which each choice of a format is another copy: it can be read anew.
MOST_KEPT = 4_000 * MB


class Reader:
    """Files read in processes of their own; what was brought and what was read of it is kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def read(self, filename: str, kept: str, format: Format = AS_FOUND) -> str:
        """Read a file that was kept, a table in it as `format` says; the key under which `raw` finds what is in it.

        Raises:
            UploadError: it cannot be read, or not within the memory and the time that reading may take.
            StoreUnwritable: what was read cannot be kept.
        """
        return self._read("read", [self._bytes(kept)], filename, format.model_dump())

    def label(self, filename: str, read: str, kept: str, format: Format = AS_FOUND) -> str:
        """Find the labels that a file which was kept, of this `format`, has for what was `read`; the key for `raw`.

        Raises:
            UploadError: the two do not fit together, or not within the memory and the time that it may take.
            StoreUnwritable: the labels cannot be kept.
        """
        return self._read("label", [self._raw(read), self._bytes(kept)], filename, format.model_dump())

    def make(self, filename: str, read: Sequence[str], options: Options) -> Made:
        """The samples of what was `read` of a file of this name, and of the labels for it, if there are any.

        Raises:
            UploadError: there are none as the options say, or not within the memory and the time that it may take.
        """
        return Made.from_bytes(self._apart("make", [*map(self._raw, read)], filename, options.model_dump()))

    def _read(self, task: str, paths: Sequence[Path], filename: str, told: dict[str, Any]) -> str:
        """The key of what a task makes of some files, which it does once."""
        asked = json.dumps([task, [path.name for path in paths], filename, told])
        key = hashlib.sha256(asked.encode()).hexdigest()[:16]
        if not self._raw(key).is_file():
            read = self._apart(task, paths, filename, told)
            self._clear(len(read))
            with writing("What was read"):
                write(self._raw(key), read)
        return key

    def _apart(self, task: str, paths: Sequence[Path], filename: str, told: dict[str, Any]) -> bytes:
        if not all(path.is_file() for path in paths):
            raise UploadError("This file is not kept any more: bring it again.")
        for path in paths:
            with suppress(OSError):
                os.utime(path)
        with self._turn:
            return apart(task, paths, filename, told)

    def keep(self, data: bytes) -> str:
        """Keep a file's bytes, so that they can be read in one way and another; their key.

        Raises:
            StoreUnwritable: they cannot be kept.
        """
        if FORKS:
            nursery.open()
        key = hashlib.sha256(data).hexdigest()[:16]
        with writing("What was brought"):
            write(self._bytes(key), data)
        return key

    def raw(self, key: str) -> Raw:
        """What was read under `key`.

        Raises:
            UploadError: it is not kept any more.
        """
        path = self._raw(key)
        try:
            return Raw.from_bytes(path.read_bytes())
        except (OSError, ValueError) as error:
            # Damaged, or of an earlier version: the next time it is read anew.
            with suppress(OSError):
                path.unlink()
            raise UploadError("What was read of this file is not kept any more: bring the file again.") from error

    def _bytes(self, key: str) -> Path:
        return self._folder / f"{key}.bytes"

    def _raw(self, key: str) -> Path:
        return self._folder / f"{key}{READ}"

    def _clear(self, wanted: int) -> None:
        """Remove what nobody asked for in a day, what a crash left half written, and what there is no room for.

        So many bytes are `wanted`, which what was asked for longest ago makes room for.
        """
        room = MOST_KEPT - wanted
        for path in sorted(self._folder.glob("*"), key=_asked_for, reverse=True):
            with suppress(OSError):
                room -= path.stat().st_size if path.suffix == READ else 0
                if time.time() - _asked_for(path) > KEEP_SECONDS or (room < 0 and path.suffix == READ):
                    path.unlink()


def _asked_for(path: Path) -> float:
    """When a file was asked for last, 0 where it is gone."""
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0
