"""Room on the disk that runs are kept on: what is left, and what is set aside."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from core.files import is_short, write

# Bytes of the file that is given up when nothing else is left.
RESERVED = 1 << 16


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
        return is_short(self._folder)

    @property
    def sentence(self) -> str:
        """What to do about it while it is."""
        return (
            f"The disk that holds {self._folder} is nearly full: {self.left / 1e6:,.1f} MB are left. Delete runs that "
            "nobody needs. Until there is room again, what is deleted is gone at once."
        )

    def set_aside(self) -> None:
        """Keep some room, if there is any."""
        if os.path.exists(self._folder) and not os.path.exists(self._file):
            with suppress(OSError):
                # Zeros would take no room on some disks.
                write(self._file, bytes(range(256)) * (RESERVED // 256))

    def give_up(self) -> None:
        """Let something small be written, once."""
        self._file.unlink(missing_ok=True)
