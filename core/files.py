"""Files that a reader or a crash never meets half written, and folders whose deletion can be undone."""

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import StoreUnwritable

KEEP_DELETED_SECONDS = 24 * 3600
# The file that marks a folder as deleted; its time says since when.
MARK = "deleted"
# How the names of files end that are being written.
TEMPORARY = ".tmp"
FULL = (errno.ENOSPC, errno.EDQUOT)
NO_MORE_FILES = (errno.EMFILE, errno.ENFILE)
# What to do where nothing can be read or written, by what the system says.
REMEDIES = (
    (FULL, "Make room, by deleting runs for instance"),
    (NO_MORE_FILES, "Close pages that nobody needs, or start the server with a higher limit of open files"),
    ((errno.EACCES, errno.EPERM, errno.EROFS), "Make the laboratory's folder writable"),
    ((errno.ENAMETOOLONG,), "Start the server with LATENT_LAB_HOME set to a folder whose path is shorter"),
    ((errno.EIO,), "Have the disk checked, which may be failing"),
)
OTHER_REMEDY = "See that the laboratory's folder is there and its disk works"
# Bytes of room on a disk below which nothing that is deleted is kept.
SHORT = 64 << 20


@contextmanager
def writing(what: str) -> Iterator[None]:
    """That `what` cannot be written is a sentence: why, and what to do.

    Raises:
        StoreUnwritable: the disk is full, or nobody may write there, for instance.
    """
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(f"{what} could not be written to disk: {why(error)}") from error


def why(error: OSError) -> str:
    """Why the system refused to read or write, and what to do about it."""
    remedy = next((remedy for numbers, remedy in REMEDIES if error.errno in numbers), OTHER_REMEDY)
    return f"{error.strerror or error}. {remedy}, then try again."


def lack_of_files(error: BaseException | None) -> OSError | None:
    """The error, or the one behind it, which says that no more files and sockets can be open; None where none does."""
    while error is not None and not (isinstance(error, OSError) and error.errno in NO_MORE_FILES):
        error = error.__cause__
    return error


def is_short(folder: Path) -> bool:
    """Whether the disk that a folder is on is nearly full; one that is not there is not."""
    with suppress(OSError):
        return shutil.disk_usage(folder).free < SHORT
    return False


def write(path: Path, data: bytes | memoryview) -> None:
    """Write a file beside its place, flush it to disk, and put it in its place.

    Its folder is made, but nothing above: on a disk that went away all that was there would begin anew beside it.
    """
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(f".{secrets.token_hex(4)}{TEMPORARY}")
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


def remove_half_written(folder: Path) -> None:
    """Remove what `write` left below a folder when its process was killed; nobody may be writing there.

    Folders in it that held nothing else go, too.
    """
    for place, _, names in os.walk(folder, topdown=False):
        left = [name for name in names if re.search(rf"\.[0-9a-f]{{8}}{re.escape(TEMPORARY)}$", name)]
        # In a folder that nobody may write it stays.
        with suppress(OSError):
            for name in left:
                os.unlink(os.path.join(place, name))
            if left and place != str(folder):
                os.rmdir(place)


def delete(folder: Path) -> None:
    """Mark a folder as deleted; `restore` undoes it until `remove_deleted` takes the folder away, a day later.

    While the disk is nearly full, or has no room for the mark, it goes at once.
    """
    # Also where somebody took the folder away by hand.
    folder.mkdir(exist_ok=True)
    if not is_short(folder):
        try:
            mark_deleted(folder)
            return
        except OSError as error:
            # What one user may write can be less than what the disk has.
            if error.errno not in FULL:
                raise
    remove(folder)


def mark_deleted(folder: Path, since: float | None = None) -> None:
    """Mark a folder as deleted since a time, in seconds since 1970, or since now."""
    mark = folder / MARK
    mark.touch()
    # One that was marked before counts anew.
    os.utime(mark, None if since is None else (since, since))


def remove(folder: Path) -> None:
    """Take a folder away for good, if it is there.

    Raises:
        OSError: something of it stays.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        folder.rmdir()


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
