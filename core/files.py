"""Files that a reader or a crash never meets half written, and folders whose deletion can be undone."""

import os
import secrets
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

KEEP_DELETED_SECONDS = 24 * 3600
# The file that marks a folder as deleted; its time says since when.
MARK = "deleted"


def write(path: Path, data: bytes) -> None:
    """Write a file beside its place, flush it to disk, and put it in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        # Half of it would keep a full disk full.
        temporary.unlink(missing_ok=True)
        raise


def delete(folder: Path, since: float | None = None) -> None:
    """Mark a folder as deleted since a time, in seconds since 1970, or since now.

    `restore` undoes it until `remove_deleted` takes the folder away, a day later.
    """
    # Also where somebody took the folder away by hand.
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    mark.touch()
    # One that was marked before counts anew.
    os.utime(mark, None if since is None else (since, since))


def restore(folder: Path) -> None:
    """Undo `delete`."""
    (folder / MARK).unlink(missing_ok=True)


def deleted_at(folder: Path) -> float | None:
    """When a folder was deleted, in seconds since 1970, or None if it was not."""
    with suppress(OSError):
        return (folder / MARK).stat().st_mtime
    return None


def remove_deleted(folders: Iterable[Path]) -> list[Path]:
    """Remove for good the folders that were deleted more than a day ago; returns which."""
    long_ago = time.time() - KEEP_DELETED_SECONDS
    gone = [folder for folder in folders if (deleted_at(folder) or time.time()) < long_ago]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return gone
