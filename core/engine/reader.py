"""Reading what people bring: each file in a process of its own, what was read kept until something is made of it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.errors import UploadError
from core.files import write, writing
from core.uploads.parse.decode import AS_FOUND
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.prepare.making import Made
from core.uploads.prepare.options import Options
from core.uploads.sandbox import READ, REFUSED, SECONDS

ROOT = Path(__file__).resolve().parents[2]
# Files that are read at the same time; a classroom waits its turn.
AT_ONCE = 2
KEEP_SECONDS = 24 * 3600
# Seconds by the clock, on a busy machine, after which a file is given up; computing is limited within.
PATIENCE = 2 * SECONDS
NEEDED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")
COMMAND = ["-B", "-m", "core.uploads.sandbox"]


class Reader:
    """Files read in processes of their own; what was read is kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def read(self, filename: str, data: bytes, format: Format = AS_FOUND) -> str:
        """Read a file, a table in it as `format` says, and return the key under which `raw` finds what is in it.

        Raises:
            UploadError: it cannot be read, or not within the memory and the time that reading may take.
            StoreUnwritable: what was read cannot be kept.
        """
        self._clear()
        # A name may hold anything that a file system allows.
        told = "" if format == AS_FOUND else format.model_dump_json()
        key = hashlib.sha256(f"{filename}{told}".encode(errors="surrogatepass") + b"\0" + data).hexdigest()[:16]
        path = self._folder / f"{key}.safetensors"
        if not path.is_file():
            with self._turn:
                read = _apart("read", filename, format.model_dump(), data)
            with writing("What was read"):
                write(path, read)
        return key

    def make(self, filename: str, raw: Raw, options: Options) -> Made:
        """The samples of what was read of a file of this name.

        Raises:
            UploadError: there are none as the options say, or not within the memory and the time that it may take.
        """
        with self._turn:
            return Made.from_bytes(_apart("make", filename, options.model_dump(), raw.to_bytes()))

    def keep(self, data: bytes) -> str:
        """Keep a file's bytes, so that they can be read in another way; the key under which `data` finds them.

        Raises:
            StoreUnwritable: they cannot be kept.
        """
        key = hashlib.sha256(data).hexdigest()[:16]
        with writing("What was brought"):
            write(self._folder / f"{key}.bytes", data)
        return key

    def data(self, key: str) -> bytes:
        """The bytes that were kept under `key`.

        Raises:
            UploadError: they are not kept any more.
        """
        try:
            return (self._folder / f"{key}.bytes").read_bytes()
        except OSError as error:
            raise UploadError("This file is not kept any more: bring it again.") from error

    def raw(self, key: str) -> Raw:
        """What was read under `key`.

        Raises:
            UploadError: it is not kept any more.
        """
        path = self._folder / f"{key}.safetensors"
        try:
            return Raw.from_bytes(path.read_bytes())
        except (OSError, ValueError) as error:
            # Damaged, or of an earlier version: the next time it is read anew.
            with suppress(OSError):
                path.unlink()
            raise UploadError("What was read of this file is not kept any more: bring the file again.") from error

    def _clear(self) -> None:
        """Remove what nobody asked for in a day, and what a crash left half written."""
        for path in self._folder.glob("*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > KEEP_SECONDS:
                    path.unlink()


def _apart(task: str, filename: str, told: dict[str, Any], data: bytes) -> bytes:
    """What the sandbox makes of a file, or of what was read of it."""
    # No more of our surroundings than a process needs to start: what they hold is no business of a file's.
    environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
    environment |= {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, *COMMAND]
    sent = json.dumps([task, filename, told]).encode() + b"\n" + data
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, input=sent, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise UploadError(
            f"{filename} took more than {PATIENCE} s to read and was given up. Bring a part of it."
        ) from error
    if done.returncode == READ:
        return done.stdout
    if done.returncode == REFUSED:
        sentence, notices = json.loads(done.stdout)
        refused = UploadError(sentence)
        refused.notices = tuple(notices)
        raise refused
    print(done.stderr.decode(errors="replace"), file=sys.stderr, flush=True)
    raise UploadError(
        f"{filename} could not be read: that took more than {SECONDS} s of computing or more memory than it may, or "
        "it stopped on an error of ours, which is in the server's log. Bring a part of it."
    )
