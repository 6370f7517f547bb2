"""The store's index: one SQLite file, which is built anew when it is damaged."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created REAL NOT NULL, status TEXT NOT NULL, step INTEGER NOT NULL,
    seconds REAL NOT NULL, reason TEXT NOT NULL, metrics TEXT NOT NULL, deleted REAL
);
CREATE TABLE IF NOT EXISTS metrics (run TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL,
    PRIMARY KEY (run, step)) WITHOUT ROWID;
"""


class Index:
    """The tables `runs` and `metrics` at `path`, for all threads of one process."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = self._connect(path)
        except sqlite3.DatabaseError:
            # The folders hold everything that matters; the damaged index is set aside and built anew from them.
            path.rename(path.with_suffix(f".damaged-{int(time.time())}"))
            self._connection = self._connect(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def query(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """The rows that a statement finds."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def execute(self, sql: str, *values: Any) -> None:
        """Run a statement; what it changes is written at once."""
        with self._lock:
            self._connection.execute(sql, values)

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            connection.execute("SELECT count(*) FROM runs").fetchone()
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection
