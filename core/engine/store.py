"""Runs on disk: an SQLite index and one folder per run, written by the server alone.

runs.sqlite                      index and metrics (WAL)
runs/<id>/config.json            the configuration
runs/<id>/spec.json              what one sample of its data is
runs/<id>/deleted                there while it is deleted and can still be restored, for a day
runs/<id>/…                      what it leaves behind (`core/engine/run_files.py`)
"""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
import time
from dataclasses import replace
from typing import Any

from filelock import FileLock, Timeout
from pydantic import ValidationError

from core.aliases import current_metrics
from core.config import RunConfig
from core.dataset import DataSpec
from core.engine.index import Index
from core.engine.record import INTERRUPTED, WENT_BACK, ReadableRecord, Record
from core.engine.run_files import RunFiles
from core.engine.version_0_3 import adopt
from core.errors import CorruptRun, HomeInUse, UnknownRun
from core.files import delete, deleted_at, remove_deleted, restore, write
from core.home import Home
from core.protocol import Status
from core.sentences import sentences
from core.training.tensors import read_head


class RunStore(RunFiles):
    """All runs kept in `home`.

    Raises:
        HomeInUse: another server keeps its runs there.
    """

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        home.runs.mkdir(parents=True, exist_ok=True)
        # Runs and data are nobody else's business on this machine.
        home.path.chmod(0o700)
        # Two servers on one folder would each take the other's moving runs for interrupted ones.
        self._home_lock = FileLock(home.path / "lock", timeout=0, thread_local=False)
        try:
            self._home_lock.acquire()
        except Timeout:
            raise HomeInUse(f"Another Latent Lab is using {home.path}.") from None
        self._index = Index(home.path / "runs.sqlite")
        # Why a run stands where an earlier checkpoint was written, until it goes on.
        self.stepped_back: dict[str, str] = {}
        self._configs: dict[str, RunConfig] = {}
        self._specs: dict[str, DataSpec] = {}
        self._recover()

    def close(self) -> None:
        """Close the index."""
        self._index.close()
        self._home_lock.release()

    # Runs

    def create(self, config: RunConfig, name: str, spec: DataSpec) -> str:
        """Store a new run on samples of this `spec` and return its id, which nobody can guess."""
        run = secrets.token_urlsafe(12).replace("-", "0").replace("_", "1")
        write(self._folder(run) / "spec.json", spec.to_json().encode())
        self.save_config(run, config)
        self._insert(run, name, Status.WAITING, "")
        return run

    def save_config(self, run: str, config: RunConfig) -> None:
        """Keep a run's configuration, in place of an earlier one."""
        write(self._folder(run) / "config.json", config.model_dump_json(indent=2).encode())
        self._configs[run] = config

    def get(self, run: str) -> Record:
        """The record of one run.

        Raises:
            UnknownRun: there is none with this id, or it was deleted.
        """
        rows = self._index.query("SELECT * FROM runs WHERE id = ?", run)
        if not rows or self._deleted_at(run) is not None:
            raise UnknownRun("This run is not stored here any more. Open another one on the Runs page.")
        return self._record(rows[0])

    def all(self) -> list[Record]:
        """Every run that was not deleted, newest first."""
        rows = self._index.query("SELECT * FROM runs ORDER BY created DESC, rowid DESC")
        return [self._record(row) for row in rows if self._deleted_at(row["id"]) is None]

    def update(self, run: str, **columns: Any) -> None:
        """Set columns of a run's record: status, step, seconds, reason, metrics."""
        if "metrics" in columns:
            columns["metrics"] = json.dumps(columns["metrics"])
        names = ", ".join(f"{name} = ?" for name in columns)
        self._index.execute(f"UPDATE runs SET {names} WHERE id = ?", *columns.values(), run)

    def rename(self, run: str, name: str) -> None:
        """Give a run another name."""
        self.update(run, name=name)

    def deleted(self) -> list[Record]:
        """The runs that `restore` can still bring back, the last deleted first."""
        dated = [(self._deleted_at(row["id"]), row) for row in self._index.query("SELECT * FROM runs")]
        gone = [(since, row) for since, row in dated if since is not None]
        return [self._record(row) for _, row in sorted(gone, key=lambda pair: -pair[0])]

    def delete(self, run: str) -> None:
        """Hide a run; `restore` brings it back within a day, after which its files go at the next start."""
        delete(self._folder(run))

    def restore(self, run: str) -> None:
        """Undo `delete`."""
        restore(self._folder(run))

    def remove(self, run: str) -> None:
        """Take a run away for good."""
        self._index.execute("DELETE FROM metrics WHERE run = ?", run)
        self._index.execute("DELETE FROM runs WHERE id = ?", run)
        shutil.rmtree(self._folder(run), ignore_errors=True)
        for known in (self._last_kept, self._configs, self._specs):
            known.pop(run, None)

    # What a run leaves behind

    def state(self, run: str) -> bytes | None:
        """The last checkpoint, or None before the first; where it is damaged, the run goes back to the one before.

        Raises:
            CorruptRun: no other one is left.
        """
        try:
            return self.whole_state(run)
        except CorruptRun as damage:
            try:
                state = self.step_back(run)
            except CorruptRun:
                raise CorruptRun(f"{damage} Its pictures and curves are left: train it again.") from damage
            self._stand_at(run, read_head(state))
            return state

    def add_snapshot(self, run: str, step: int, metrics: dict[str, float], snapshot: bytes, last: bool) -> None:
        """Record a snapshot's metrics, and the snapshot itself if it is the `last` or far from the one before."""
        self._index.execute("INSERT OR REPLACE INTO metrics VALUES (?, ?, ?)", run, step, json.dumps(metrics))
        self.save_snapshot(run, step, snapshot, last)

    def truncate_after(self, run: str, step: int) -> None:
        """Remove snapshots and metrics beyond `step`: the run goes on, or has ended, with the weights it had there."""
        self._index.execute("DELETE FROM metrics WHERE run = ? AND step > ?", run, step)
        self.remove_snapshots_after(run, step)

    def history(self, run: str) -> list[tuple[int, dict[str, float]]]:
        """Metrics by step, in order."""
        rows = self._index.query("SELECT step, metrics FROM metrics WHERE run = ? ORDER BY step", run)
        return [(row["step"], current_metrics(json.loads(row["metrics"]))) for row in rows]

    # Within

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
            **{name: checkpoint[name] for name in ("step", "seconds", "metrics")},
        )

    def _deleted_at(self, run: str) -> float | None:
        return deleted_at(self._folder(run))

    def _record(self, row: sqlite3.Row) -> Record:
        status, reason = _status(row["status"], row["reason"])
        record = Record(
            id=row["id"],
            name=row["name"],
            created=row["created"],
            status=status,
            step=row["step"],
            seconds=row["seconds"],
            reason=reason,
            metrics=current_metrics(json.loads(row["metrics"])),
        )
        try:
            known = {**vars(record), "config": self._config(row["id"]), "spec": self._spec(row["id"])}
            return ReadableRecord(**known)
        except CorruptRun as error:
            # Not written down: the file may be readable again the next time.
            return replace(record, status=Status.QUARANTINED, reason=str(error))

    def _config(self, run: str) -> RunConfig:
        if run not in self._configs:
            try:
                text = (self._folder(run) / "config.json").read_text()
                self._configs[run] = RunConfig.model_validate_json(text)
            except OSError as error:
                raise CorruptRun(f"Its configuration cannot be read: {error.strerror}.") from error
            except UnicodeDecodeError as error:
                raise CorruptRun("Its configuration is damaged: this is not text.") from error
            except ValidationError as error:
                raise CorruptRun("Its configuration is damaged: " + " ".join(sentences(error))) from error
        return self._configs[run]

    def _spec(self, run: str) -> DataSpec:
        if run not in self._specs:
            try:
                self._specs[run] = DataSpec.from_json((self._folder(run) / "spec.json").read_bytes())
            except FileNotFoundError as error:
                raise CorruptRun("Nothing tells what its samples were: no data and no snapshot are left.") from error
            except OSError as error:
                raise CorruptRun(f"What its samples are cannot be read: {error.strerror}.") from error
            except ValueError as error:
                raise CorruptRun(f"What its samples are is damaged: {error}") from error
        return self._specs[run]

    def _recover(self) -> None:
        """Make the index and the folders agree after whatever happened since the last time."""
        adopt(self.home, self._index)
        folders = [folder for folder in self.home.runs.iterdir() if folder.is_dir() and folder.name.isalnum()]
        gone = {folder.name for folder in remove_deleted(folders)}
        for run in gone:
            self.remove(run)
        known = {row["id"] for row in self._index.query("SELECT id FROM runs")} | gone
        for folder in folders:
            if folder.name not in known:
                self._insert(folder.name, "Recovered run", Status.INTERRUPTED, "Found on disk, but not in the index.")
        for status in Status:
            if status.is_moving:
                self._index.execute(
                    "UPDATE runs SET status = ?, reason = ? WHERE status = ?", Status.INTERRUPTED, INTERRUPTED, status
                )

    def _insert(self, run: str, name: str, status: Status, reason: str) -> None:
        self._index.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, 0, 0, ?, '{}', NULL)", run, name, time.time(), status, reason
        )


def _status(text: str, reason: str) -> tuple[Status, str]:
    """A status as the index has it, and the reason for it."""
    try:
        return Status(text), reason
    except ValueError:
        return Status.QUARANTINED, f"Its status in the index, {text!r}, is none that this version knows."
