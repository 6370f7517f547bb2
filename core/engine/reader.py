"""Reading what people bring: each file in a process of its own, what was read kept until something is made of it."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from core.engine.apart import FORKS, apart, nursery
from core.errors import UploadError
from core.files import write, writing
from core.uploads.arrays import mapped
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
GONE = "This file is not kept any more: bring it again."


@dataclass(frozen=True)
class Copy:
    """What a `task` reads of a file that was kept and the copies that it needs: found under its `key`, or read anew."""

    task: str
    of: tuple[Copy | str, ...]
    filename: str
    format: Format

    @cached_property
    def key(self) -> str:
        """Sixteen letters that say all of it."""
        of = [part.key if isinstance(part, Copy) else part for part in self.of]
        asked = json.dumps([self.task, of, self.filename, self.format.model_dump()])
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


class Reader:
    """Files read in processes of their own; what was brought and what was read of it is kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        # What somebody reads, or waits to read, is not removed.
        self._used: list[Path] = []

    def read(self, filename: str, kept: str, format: Format = AS_FOUND) -> Copy:
        """Read a file that was kept, a table in it as `format` says.

        Raises:
            UploadError: it cannot be read, or not within the memory and the time that reading may take.
            StoreUnwritable: what was read cannot be kept.
        """
        return self._there(Copy("read", (kept,), filename, format))

    def label(self, filename: str, read: Copy, kept: str, format: Format = AS_FOUND) -> Copy:
        """Find the labels that a file which was kept, of this `format`, has for what was `read`.

        Raises:
            UploadError: the two do not fit together, or not within the memory and the time that it may take.
            StoreUnwritable: the labels cannot be kept.
        """
        return self._there(Copy("label", (read, kept), filename, format))

    def make(self, filename: str, read: Sequence[Copy], options: Options) -> Made:
        """The samples of what was `read` of a file of this name, and of the labels for it, if there are any.

        Raises:
            UploadError: there are none as the options say, or not within the memory and the time that it may take.
        """
        return Made.from_bytes(self._apart("make", read, filename, options.model_dump()))

    def raw(self, read: Copy) -> Raw:
        """What was read, anew where it had to make room or is damaged.

        Raises:
            UploadError: the file is not kept any more.
        """
        with self._using([self._path(read)]) as (path,):
            for _ in range(2):
                self._there(read)
                with suppress(OSError, ValueError):
                    return Raw.from_bytes(mapped(path))
                # Damaged, or of an earlier version.
                with suppress(OSError):
                    path.unlink()
        raise UploadError(GONE)

    def _there(self, read: Copy) -> Copy:
        """See that what was read lies in its place, reading it where it does not."""
        path = self._path(read)
        if os.path.isfile(path):
            self._touch([path, *map(self._path, read.of)])
            return read
        data = self._apart(read.task, read.of, read.filename, read.format.model_dump())
        self._clear(len(data))
        with writing("What was read"):
            write(path, data)
        return read

    def _apart(self, task: str, of: Sequence[Copy | str], filename: str, told: dict[str, Any]) -> memoryview:
        """What a task makes of what was kept and read, in a process of its own when it is its turn."""
        with self._using([*map(self._path, of)]) as paths:
            for part in of:
                if isinstance(part, Copy):
                    self._there(part)
            if not all(map(os.path.isfile, paths)):
                raise UploadError(GONE)
            self._touch(paths)
            with self._turn:
                return apart(task, paths, filename, told)

    @contextmanager
    def _using(self, paths: list[Path]) -> Iterator[list[Path]]:
        """Have some files stay where they are meanwhile."""
        self._used.extend(paths)
        try:
            yield paths
        finally:
            for path in paths:
                self._used.remove(path)

    def _touch(self, paths: Sequence[Path]) -> None:
        for path in paths:
            with suppress(OSError):
                os.utime(path)

    def keep(self, data: bytes) -> str:
        """Keep a file's bytes, so that they can be read in one way and another; their key.

        Raises:
            StoreUnwritable: they cannot be kept.
        """
        if FORKS:
            nursery.open()
        key = hashlib.sha256(data).hexdigest()[:16]
        with writing("What was brought"):
            write(self._path(key), data)
        return key

    def has(self, key: str) -> bool:
        """Whether the bytes of a file are still kept."""
        return os.path.isfile(self._path(key))

    def _path(self, part: Copy | str) -> Path:
        """Where what was read lies, or the bytes of a file under their key."""
        return self._folder / (f"{part.key}{READ}" if isinstance(part, Copy) else f"{part}.bytes")

    def _clear(self, wanted: int) -> None:
        """Remove what nobody asked for in a day, what a crash left half written, and what there is no room for.

        So many bytes are `wanted`, which what was asked for longest ago makes room for.
        """
        room = MOST_KEPT - wanted
        for path in sorted(self._folder.glob("*"), key=_asked_for, reverse=True):
            with suppress(OSError):
                room -= path.stat().st_size if path.suffix == READ else 0
                is_over = time.time() - _asked_for(path) > KEEP_SECONDS or (room < 0 and path.suffix == READ)
                if is_over and path not in self._used:
                    path.unlink()


def _asked_for(path: Path) -> float:
    """When a file was asked for last, 0 where it is gone."""
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0
