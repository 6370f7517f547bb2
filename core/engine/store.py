"""Runs on disk, written by the server alone: the table of all runs, which is read from their folders at the start.

runs/<id>/run.json, owner.json, history, config.json, spec.json    what is known of it (`core/engine/run_record.py`)
runs/<id>/state.safetensors, snapshots/, analyses/     what it leaves behind (`core/engine/run_files.py`)
runs/<id>/deleted    there while it is deleted and can still be restored, for a day
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from filelock import FileLock, Timeout

from core.aliases import current_metrics
from core.config import RunConfig
from core.dataset import DataSpec
from core.engine import form
from core.engine.old_index import take_over
from core.engine.record import WENT_BACK, ReadableRecord, Record
from core.engine.room import Room
from core.engine.run_files import FRESH, RunFiles
from core.engine.run_record import (
    read_config,
    read_record,
    read_spec,
    write_config,
    write_owner,
    write_record,
    write_spec,
)
from core.engine.version_0_3 import adopt
from core.errors import CorruptRun, HomeInUse, HomeUnusable, StoreUnwritable, UnknownRun
from core.files import TEMPORARY, delete, deleted_at, remove, remove_deleted, remove_half_written, restore, writing
from core.home import Home
from core.protocol import Status
from core.training.tensors import read_head


class RunStore(RunFiles):
    """All runs kept in `home`.

    Raises:
        HomeInUse: another server keeps its runs there.
        HomeTooNew: a later version does.
        HomeUnusable: nothing can be read or written there.
    """

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        try:
            self._home_lock = _entered(home)
            form.check(home)
            _clean(home)
            self.room = Room(home.path)
            take_over(home)
            adopt(home)
            form.note(home)
            folders = [folder for folder in home.runs.iterdir() if folder.name.isalnum()]
        except OSError as error:
            raise HomeUnusable(home.path, error) from error
        self._table: dict[str, Record] = {}
        self._changing = threading.RLock()
        # Why a run stands where an earlier checkpoint was written, until it goes on.
        self.stepped_back: dict[str, str] = {}
        self._configs: dict[str, RunConfig] = {}
        self._specs: dict[str, DataSpec] = {}
        remove_deleted(folders)
        for record in map(read_record, filter(os.path.isdir, folders)):
            self._table[record.id] = record

    def close(self) -> None:
        """Let another server have the home."""
        self._home_lock.release()

    # Runs

    @writing("The run")
    def create(self, config: RunConfig, name: str, spec: DataSpec, owner: str = "") -> str:
        """Store a new run on samples of this `spec` and return its id, which nobody can guess."""
        run = secrets.token_urlsafe(12).replace("-", "0").replace("_", "1")
        record = Record(run, name, time.time(), Status.WAITING, 0, 0.0, "", {}, owner)
        try:
            write_spec(self._folder(run), spec)
            write_config(self._folder(run), config)
            write_owner(self._folder(run), owner)
            write_record(self._folder(run), record)
        except OSError:
            shutil.rmtree(self._folder(run), ignore_errors=True)
            raise
        self._table[run], self._specs[run] = record, spec
        return run

    @writing("The run")
    def save_config(self, run: str, config: RunConfig) -> None:
        """Keep a run's configuration, in place of an earlier one."""
        write_config(self._folder(run), config)
        self._configs[run] = config

    @writing("The run")
    def save_spec(self, run: str, spec: DataSpec) -> None:
        """Keep what a run's samples are, now that they were read."""
        if run in self._table and spec != self._specs.get(run):
            write_spec(self._folder(run), spec)
            self._specs[run] = spec

    def get(self, run: str) -> Record:
        """The record of one run.

        Raises:
            UnknownRun: there is none with this id, or it was deleted.
        """
        if run not in self._table or self._deleted_at(run) is not None:
            raise UnknownRun("This run is not stored here any more. Open another one on the Runs page.")
        return self._readable(self._table[run])

    def all(self) -> list[Record]:
        """Every run that was not deleted, newest first."""
        found = [record for record in list(self._table.values()) if self._deleted_at(record.id) is None]
        return [self._readable(record) for record in sorted(found, key=lambda record: -record.created)]

    @writing("The run")
    def update(self, run: str, **changes: Any) -> None:
        """Change a run's record: name, status, step, seconds, reason, metrics; one that was removed has none."""
        with self._changing:
            # With each turn of a run it is said that it moves.
            if run in self._table and self._table[run] != replace(self._table[run], **changes):
                # First what is shown: where nothing can be written, it is still true.
                self._table[run] = replace(self._table[run], **changes)
                try:
                    write_record(self._folder(run), self._table[run])
                except OSError:
                    self.room.give_up()
                    try:
                        write_record(self._folder(run), self._table[run])
                    finally:
                        # For what comes next, where this did not take it.
                        self.room.set_aside()

    def rename(self, run: str, name: str) -> None:
        """Give a run another name, if that can be written."""
        before = self.get(run).name
        try:
            self.update(run, name=name)
        except StoreUnwritable:
            self._table[run] = replace(self._table[run], name=before)
            raise

    def deleted(self) -> list[Record]:
        """The runs that `restore` can still bring back, the last deleted first."""
        dated = [(self._deleted_at(record.id), record) for record in list(self._table.values())]
        gone = [(since, record) for since, record in dated if since is not None]
        return [self._readable(record) for _, record in sorted(gone, key=lambda pair: -pair[0])]

    @writing("The run")
    def delete(self, run: str) -> None:
        """Hide a run; `restore` brings it back within a day, after which its files go at the next start.

        While the disk is nearly full its files go at once.
        """
        delete(self._folder(run))
        if not self._folder(run).exists():
            self._forget(run)

    @writing("The run")
    def restore(self, run: str) -> None:
        """Undo `delete`."""
        restore(self._folder(run))

    @writing("The run")
    def remove(self, run: str) -> None:
        """Take a run away for good."""
        remove(self._folder(run))
        self._forget(run)

    def _forget(self, run: str) -> None:
        for known in (self._table, self._last_kept, self._configs, self._specs, self.stepped_back):
            known.pop(run, None)
        self.room.set_aside()

    # Where it stands

    def add_snapshot(
        self, run: str, step: int, seconds: float, metrics: dict[str, float], snapshot: bytes, last: bool
    ) -> None:
        """Note where a run stands, and keep the snapshot itself if it is the `last` or far from the one before."""
        self.note(run, step, seconds, metrics)
        self.save_snapshot(run, step, snapshot, last)

    def note(self, run: str, step: int, seconds: float, metrics: dict[str, float]) -> None:
        """Note where a run stands; `run.json` is not written each time: the history says it as well."""
        self.add_to_history(run, step, seconds, metrics)
        with self._changing:
            if run in self._table:
                # Not everything is measured each time.
                known = {**self._table[run].metrics, **metrics}
                self._table[run] = replace(self._table[run], step=step, seconds=seconds, metrics=known)

    def truncate_after(self, run: str, step: int) -> None:
        """Forget what came after `step`: the run goes on, or has ended, with the weights it had there.

        Raises:
            StoreUnwritable: something of it cannot be read or removed now.
        """
        self.cut_history(run, step)
        self.remove_snapshots_after(run, step)
        if run in self._table and self._table[run].step > step:
            self.update(run, step=step)

    def state(self, run: str) -> bytes | None:
        """The last checkpoint, or None before the first; where it is damaged, the run goes back to the one before.

        Raises:
            CorruptRun: no other one is left.
            LatentLabError: it cannot be read now, or what came after the one before cannot be removed.
        """
        try:
            return self.whole_state(run)
        except CorruptRun as damage:
            try:
                return self.step_back(run, lambda state: self._stand_at(run, read_head(state)))
            except CorruptRun:
                raise CorruptRun(f"{damage} Its pictures and curves are left: train it again.") from damage

    def _stand_at(self, run: str, checkpoint: dict[str, Any]) -> None:
        """Let a run stand where this earlier checkpoint was written; one that moves stays ahead of its checkpoints."""
        record, step = self.get(run), checkpoint["step"]
        self.stepped_back[run] = WENT_BACK.format(step=step)
        if record.status.is_moving:
            return
        self.truncate_after(run, step)
        self.update(
            run,
            status=record.status if step == record.step else Status.INTERRUPTED,
            reason=self.stepped_back[run],
            step=step,
            seconds=checkpoint["seconds"],
            metrics=current_metrics(checkpoint["metrics"]),
        )

    # Within

    def _deleted_at(self, run: str) -> float | None:
        return deleted_at(self._folder(run))

    def _readable(self, record: Record) -> Record:
        """A record with its configuration and specification, or quarantined with the reason why they cannot be read."""
        run = record.id
        try:
            if run not in self._configs:
                self._configs[run] = read_config(self._folder(run))
            if run not in self._specs:
                self._specs[run] = read_spec(self._folder(run))
        except CorruptRun as error:
            # Not written down: the file may be readable again the next time.
            return replace(record, status=Status.QUARANTINED, reason=str(error))
        return ReadableRecord(**{**vars(record), "config": self._configs[run], "spec": self._specs[run]})


def _clean(home: Home) -> None:
    """Remove what was half written when the server before was killed: in our home nobody else writes now."""
    for folder in (home.runs, home.sweeps, home.incoming):
        remove_half_written(folder)
    for path in (*home.path.glob(f"reserve.*{TEMPORARY}"), *home.runs.glob(f"*/{FRESH}")):
        with suppress(OSError):
            path.unlink()


def _entered(home: Home) -> FileLock:
    """The lock of a home that is ours now."""
    home.runs.mkdir(parents=True, exist_ok=True)
    # Runs and data are nobody else's business on this machine. A folder that is another user's stays as it is.
    with suppress(PermissionError):
        home.path.chmod(0o700)
    # Two servers on one folder would each take the other's moving runs for interrupted ones.
    lock = FileLock(home.path / "lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise HomeInUse(f"Another Latent Lab is using {home.path}.") from None
    return lock
