"""The folder that one laboratory keeps everything in."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from core.uploads.shelf import Shelf


def _default() -> Path:
    # In quotes, and in the files of services, nobody else says what ~ stands for.
    return Path(os.path.expanduser(os.environ.get("LATENT_LAB_HOME") or "~/.latent-lab"))


@dataclass(frozen=True)
class Home:
    """Where runs, uploads and downloads are kept: `path`, which is one engine's alone.

    Without a path it is LATENT_LAB_HOME, or `.latent-lab` in the user's own folder. Whoever reads or writes below it is
    handed this object: there is no other way to learn where things are.
    """

    path: Path = field(default_factory=_default)

    def __post_init__(self) -> None:
        """Keep the path absolute: workers have another working folder."""
        object.__setattr__(self, "path", self.path.absolute())

    @property
    def problem(self) -> str:
        """Why nothing can be kept here any more, in a sentence, or ""; asked before each page, as disks come and go."""
        if os.access(self.path, os.W_OK):
            return ""
        what = "can only be read" if os.path.exists(self.path) else "is not there"
        return (
            f"The folder {self.path} {what} now: nothing that is trained or brought is kept. Let the user who runs the "
            "server write there again; then go on, nothing needs to be started anew."
        )

    @property
    def runs(self) -> Path:
        """A folder for each run."""
        return self.path / "runs"

    @property
    def sweeps(self) -> Path:
        """A folder for each sweep."""
        return self.path / "sweeps"

    @property
    def shelf(self) -> Shelf:
        """The datasets that people brought."""
        return Shelf(self.path / "datasets")

    @property
    def teachers(self) -> Path:
        """A file for each visitor who teaches here (`pages/ui/teachers.py`)."""
        return self.path / "teachers"

    @property
    def incoming(self) -> Path:
        """What was read of files that are not kept yet."""
        return self.path / "incoming"

    @property
    def downloads(self) -> Path:
        """The files that datasets fetch."""
        return self.path / "downloads"
