"""Sweeps on disk: which configurations belong together, and the ids of their runs.

sweeps/<id>/sweep.json    the declaration, a name, when it was begun, its owner, and the run of each configuration
sweeps/<id>/owner.json    the owner once more, for the day that sweep.json is damaged
sweeps/<id>/deleted       there while it is deleted and can still be restored, for a day
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.engine.record import Time
from core.engine.run_record import read_owner, write_owner
from core.errors import UnknownSweep
from core.files import delete, deleted_at, remove_deleted, restore, write, writing
from core.home import Home
from core.sealed import seal, unseal
from core.sentences import sentences
from core.sweeps.declaration import Sweep


class Stored(BaseModel):
    """What the file of a sweep holds; `created` is in seconds since 1970, `runs` are those of `sweep.configs()`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    created: Time
    sweep: Sweep
    runs: tuple[str, ...]
    owner: str = ""


@dataclass(frozen=True)
class SweepRecord:
    """A kept sweep and the ids of its runs, one for each of its `configs`; without a `sweep`, `reason` says why."""

    id: str
    name: str
    created: float
    sweep: Sweep | None
    runs: tuple[str, ...]
    reason: str = ""
    owner: str = ""


class SweepStore:
    """All sweeps kept in `home`."""

    def __init__(self, home: Home) -> None:
        self._place = home.sweeps
        remove_deleted(self._folders())

    @writing("The sweep")
    def save(self, name: str, sweep: Sweep, runs: list[str], known: SweepRecord | None = None, owner: str = "") -> str:
        """Keep a sweep with its runs, in place of what was `known` of it, and return its id, which nobody can guess.

        A new one is its `owner`'s.

        Raises:
            StoreUnwritable: the disk is full, or gone.
        """
        id = known.id if known else secrets.token_hex(9)
        created, owner = (known.created, known.owner) if known else (time.time(), owner)
        stored = Stored(name=name, created=created, sweep=sweep, runs=tuple(runs), owner=owner)
        with suppress(FileExistsError):
            self._place.mkdir()
        if known:
            _rewrite(self._folder(id), stored)
        else:
            _begin(self._folder(id), stored)
        return id

    def get(self, id: str) -> SweepRecord:
        """The record of one sweep.

        Raises:
            UnknownSweep: there is none with this id, or it was deleted.
        """
        folder = self._folder(id)
        if not os.path.isdir(folder) or deleted_at(folder) is not None:
            raise UnknownSweep("This sweep is not kept here any more. Open another one, or start a new one.")
        return self._record(folder)

    def all(self) -> list[SweepRecord]:
        """Every sweep that was not deleted, newest first."""
        found = [self._record(folder) for folder in self._folders() if deleted_at(folder) is None]
        return sorted(found, key=lambda record: -record.created)

    def deleted(self) -> list[SweepRecord]:
        """The sweeps that `restore` can still bring back, newest first."""
        found = [self._record(folder) for folder in self._folders() if deleted_at(folder) is not None]
        return sorted(found, key=lambda record: -record.created)

    def rename(self, id: str, name: str) -> None:
        """Give a sweep another name.

        Raises:
            UnknownSweep: no such sweep, or it cannot be read.
            StoreUnwritable: the disk is full, or gone.
        """
        record = self.get(id)
        if record.sweep is None:
            raise UnknownSweep(f"This sweep cannot be renamed. {record.reason}")
        self.save(name, record.sweep, list(record.runs), record)

    @writing("The sweep")
    def delete(self, id: str) -> None:
        """Hide a sweep, whose runs stay; `restore` brings it back within a day.

        While the disk is nearly full it goes at once.
        """
        delete(self._folder(id))

    @writing("The sweep")
    def restore(self, id: str) -> None:
        """Undo `delete`."""
        restore(self._folder(id))

    def _folders(self) -> list[Path]:
        # One that cannot be looked at must not keep the others from being found.
        return [folder for folder in self._place.glob("*") if folder.name.isalnum() and os.path.isdir(folder)]

    def _folder(self, id: str) -> Path:
        # Ids come from page addresses: only our own alphabet may reach the file system.
        if not id.isalnum():
            raise UnknownSweep("This address names no sweep.")
        return self._place / id

    def _record(self, folder: Path) -> SweepRecord:
        """A sweep as its file has it, or with the reason why that cannot be read."""
        try:
            stored = Stored.model_validate_json(json.dumps(unseal((folder / "sweep.json").read_bytes())))
            if len(stored.runs) == len(stored.sweep.configs()):
                return SweepRecord(
                    folder.name, stored.name, stored.created, stored.sweep, stored.runs, owner=stored.owner
                )
            reason = "This sweep is damaged: it has another number of runs than of configurations."
        except OSError as error:
            reason = f"This sweep cannot be read: {error.strerror}."
        except ValidationError as error:
            reason = "This sweep is damaged: " + " ".join(sentences(error))
        except ValueError as error:
            reason = f"This sweep is damaged: {error}"
        return SweepRecord(folder.name, "A sweep that cannot be read", 0.0, None, (), reason, read_owner(folder))


def _begin(folder: Path, stored: Stored) -> None:
    """Write the files of a new sweep, or none of them."""
    try:
        # This one says whose it is, too: where the server is killed before it writes the other, nothing is lost.
        _write_sweep(folder, stored)
        write_owner(folder, stored.owner)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _rewrite(folder: Path, stored: Stored) -> None:
    """Write the files of a sweep that was there before."""
    # Where the first of the two cannot be written all is as it was.
    write_owner(folder, stored.owner)
    _write_sweep(folder, stored)


def _write_sweep(folder: Path, stored: Stored) -> None:
    write(folder / "sweep.json", seal(stored.model_dump(mode="json"), indent=2))
