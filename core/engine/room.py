"""Room on the disk that runs are kept on: what is left, what is set aside, and what is said when there is none."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import StoreUnwritable
from core.files import write

# Bytes: of the file that is given up when nothing else is left, and of room below which nothing deleted is kept.
RESERVED = 1 << 16
SHORT = 64 << 20


@contextmanager
def writing() -> Iterator[None]:
    """What cannot be written is a sentence: why, and what to do.

    Raises:
        StoreUnwritable: the disk is full, or nobody may write there.
    """
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        remedy = "Make room, by deleting runs for instance" if is_full else "Make its folder writable"
        why = error.strerror or error
        raise StoreUnwritable(f"The run could not be written to disk: {why}. {remedy}, and go on.") from error


class Room:
    """The disk below `folder`, on which a small file keeps some room for the last words of runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "reserve"
        self.set_aside()

    @property
    def left(self) -> int:
        """Bytes that can still be written."""
        return shutil.disk_usage(self._folder).free

    @property
    def is_short(self) -> bool:
        """Whether the disk is nearly full."""
        return self.left < SHORT

    @property
    def sentence(self) -> str:
        """What to do about it while it is."""
        return (
            f"The disk that holds {self._folder} is nearly full: {self.left / 1e6:,.1f} MB are left. Delete runs that "
            "nobody needs. Until there is room again, what is deleted is gone at once."
        )

    def set_aside(self) -> None:
        """Keep some room, if there is any."""
        if not self._file.exists():
            with suppress(OSError):
                # Zeros would take no room on some disks.
                write(self._file, bytes(range(256)) * (RESERVED // 256))

    def give_up(self) -> None:
        """Let something small be written, once."""
        self._file.unlink(missing_ok=True)
