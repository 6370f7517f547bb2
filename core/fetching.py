"""Files that datasets need and that do not ship: fetched once, checked, and kept."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.dataset import Download
from core.errors import DownloadFailed
from core.files import why

# Seconds without a byte after which a server is given up.
PATIENCE = 20
# Bytes read at a time.
CHUNK = 1 << 16


class Progress:
    """What pooch tells of a download, passed on as the share done of all files, 0 to 1."""

    def __init__(self, before: int, whole: int, report: Callable[[float], None]) -> None:
        self.before, self.whole, self.report = before, whole, report
        self.total = self.read = 0

    def update(self, read: int) -> None:
        """So many bytes more."""
        # The last piece is counted as a whole one.
        self.read = min(self.read + read, self.total)
        self.report(min(1.0, (self.before + self.read) / self.whole))

    def reset(self) -> None:
        """From the start: pooch says the sum once more at the end."""
        self.read = 0

    def close(self) -> None:
        """Nothing to close."""


def clear(folder: Path) -> None:
    """Remove the halves of files whose download was cut off, by a crash for instance.

    Nothing has come for longer than any download waits, so whoever fetched them is gone.
    """
    for path in folder.rglob(f"{tempfile.gettempprefix()}????????"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > 2 * PATIENCE:
                path.unlink()


def missing(downloads: tuple[Download, ...], folder: Path) -> list[Download]:
    """The files that are not in `folder` yet."""
    return [download for download in downloads if not os.path.isfile(folder / download.name)]


def address(download: Download) -> str:
    """Where a file comes from: below LATENT_LAB_MIRROR where that is set, for a classroom without the internet."""
    mirror = os.environ.get("LATENT_LAB_MIRROR")
    return f"{mirror.rstrip('/')}/{download.name}" if mirror else download.url


def fetch(
    downloads: tuple[Download, ...], folder: Path, report: Callable[[float], None] = lambda share: None
) -> tuple[Path, ...]:
    """The files' paths in `folder`, fetched where they are not there; one whose checksum is wrong is fetched anew.

    Raises:
        DownloadFailed: no network, no such file there, not the file that was expected, or it cannot be written.
    """
    if not downloads:
        return ()
    # Imported here: only workers fetch, and the web server stays free of it.
    import pooch
    from requests import RequestException

    pooch.get_logger().setLevel("ERROR")
    clear(folder)
    names = ", ".join(download.name for download in downloads)
    whole, before, paths = sum(download.size for download in downloads), 0, []
    for download in downloads:
        place, url = folder / download.name, address(download)
        progress = Progress(before, whole, report)
        downloader = pooch.HTTPDownloader(progressbar=progress, chunk_size=CHUNK, timeout=PATIENCE)
        try:
            pooch.retrieve(url, download.checksum, download.name, folder, downloader=downloader)
        except RequestException as error:
            raise DownloadFailed(
                f"{download.name} could not be fetched from {url} ({_reason(error)}). Check the network and "
                f"try again, or put its files ({names}) into {folder} yourself."
            ) from error
        except ValueError as error:
            raise DownloadFailed(
                f"What came from {url} is not the file that was expected: its checksum is wrong. Try again "
                "later; nothing of it was kept."
            ) from error
        except OSError as error:
            raise DownloadFailed(f"{place} could not be written: {why(error)}") from error
        before += download.size
        report(before / whole)
        paths.append(place)
    return tuple(paths)


def _reason(error: Exception) -> str:
    """Why a request failed, in a few words."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code}"
    return "it took too long" if "timed out" in str(error).lower() else "no connection"
