"""The SQLite index that versions up to 0.3 kept runs in: what it knows goes into the folders of the runs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from core.engine import history
from core.engine.history import Point
from core.engine.record import Record
from core.engine.run_record import FILE, HISTORY, status_of, write_record
from core.files import mark_deleted
from core.home import Home

NAME = "runs.sqlite"
# What it is called when all that can be read of it is in the folders; nothing reads it any more.
DONE = "runs.before.sqlite"


def take_over(home: Home) -> None:
    """Give every run its record and its history; of a damaged index, all that can be read.

    It is set aside at the end: what is interrupted is done again, and folders that have a record are left alone.
    """
    path = home.path / NAME
    if not path.exists():
        return
    with suppress(sqlite3.DatabaseError), closing(_opened(path)) as index:
        for row in _rows(index, "SELECT * FROM runs"):
            record = _record(row)
            if record is not None and not (home.runs / record.id / FILE).exists():
                _write(home.runs / record.id, record, _history(index, record))
                with suppress(TypeError, OverflowError):
                    # Noted here by version 0.3.
                    if row["deleted"] is not None:
                        mark_deleted(home.runs / record.id, row["deleted"])
    path.replace(home.path / DONE)
    for rest in home.path.glob(f"{NAME}-*"):
        rest.unlink()


def _write(folder: Path, record: Record, points: list[Point]) -> None:
    if points:
        history.rewrite(folder / HISTORY, points)
    write_record(folder, record)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda text: text.decode(errors="replace")
    return connection


def _rows(index: sqlite3.Connection, sql: str, *values: Any) -> Iterator[sqlite3.Row]:
    """The rows that a statement finds, up to the first that cannot be read."""
    with suppress(sqlite3.DatabaseError):
        yield from index.execute(sql, values)


def _record(row: sqlite3.Row) -> Record | None:
    """What a row says of a run; None if it makes no sense."""
    try:
        id, name, text, reason = (str(row[column]) for column in ("id", "name", "status", "reason"))
        status, reason = status_of(text, reason)
        metrics = dict(json.loads(row["metrics"]))
        created, step, seconds = float(row["created"]), int(row["step"]), float(row["seconds"])
        return Record(id, name, created, status, step, seconds, reason, metrics, "") if id.isalnum() else None
    except (ValueError, TypeError, OverflowError):
        return None


def _history(index: sqlite3.Connection, record: Record) -> list[Point]:
    found = []
    for row in _rows(index, "SELECT step, metrics FROM metrics WHERE run = ? ORDER BY step", record.id):
        with suppress(ValueError, TypeError):
            seconds = record.seconds if row["step"] == record.step else None
            found.append(Point(int(row["step"]), seconds, dict(json.loads(row["metrics"]))))
    return found
