"""What runs leave behind, one folder each: checkpoints, history, snapshots and results of analyses.

    runs/<id>/history                     metrics by step (`core/engine/history.py`)
    runs/<id>/state.safetensors           the last checkpoint: weights, optimiser, random state
    runs/<id>/state.before.safetensors    the one before, for the day that the last one is damaged
    runs/<id>/snapshots/<step>.safetensors    thinned to about one every 8 % of progress
    runs/<id>/analyses/<key>.safetensors      results, and checkpoints of the same run with other seeds

Files are written beside their place, flushed to disk and renamed, so a reader or a crash never meets half a file.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.aliases import current_metrics
from core.engine import history
from core.engine.history import Point
from core.engine.run_record import HISTORY
from core.engine.version_0_3 import current_snapshot
from core.errors import CorruptRun, LatentLabError, UnknownRun
from core.files import lack_of_files, why, write, writing
from core.home import Home
from core.training.tensors import check, read_head

SNAPSHOT_SPACING = 1.08
# A checkpoint that is whole, and has not taken its place yet.
FRESH = "state.fresh"


class RunFiles:
    """The files of all runs in `home`, by the ids of the runs."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._last_kept: dict[str, int] = {}
        self._states = threading.RLock()

    @writing("The run")
    def save_state(self, run: str, state: bytes) -> None:
        """Keep the last checkpoint, and the one before it."""
        path = self.state_path(run)
        fresh = path.with_name(FRESH)
        write(fresh, state)
        with self._states:
            # Where there is no last one for a moment, the one before is the last.
            with suppress(FileNotFoundError):
                path.replace(self._state_before(run))
            fresh.replace(path)

    def whole_state(self, run: str) -> bytes | None:
        """The last checkpoint, or None before the first.

        Raises:
            CorruptRun: it is damaged.
        """
        for path in (self.state_path(run), self._state_before(run)):
            with suppress(FileNotFoundError):
                return _whole(path)
        return None

    def step_back(self, run: str, stand_at: Callable[[bytes], None]) -> bytes:
        """The checkpoint before the last, which is damaged and whose place it takes as soon as the run stands there.

        Where `stand_at` fails the damaged one stays, so that all of this is done the next time.

        Raises:
            CorruptRun: it is damaged too, or was never written.
        """
        with self._states:
            # Another one may have been written in the meantime.
            with suppress(CorruptRun):
                state = self.whole_state(run)
                if state is not None:
                    return state
            try:
                state = _whole(self._state_before(run))
            except FileNotFoundError as error:
                raise CorruptRun("This run's weights are damaged.") from error
            stand_at(state)
            # Where nothing can be written it is found again the next time.
            with suppress(OSError):
                self._state_before(run).replace(self.state_path(run))
            return state

    def state_path(self, run: str) -> Path:
        """Where the last checkpoint is, or will be."""
        return self._folder(run) / "state.safetensors"

    def checkpoint(self, run: str) -> int:
        """What tells one checkpoint from the next: when it was written, in nanoseconds, or 0 without one."""
        for path in (self.state_path(run), self._state_before(run)):
            with suppress(OSError):
                return path.stat().st_mtime_ns
        return 0

    def next_kept(self, run: str) -> int:
        """The first step whose snapshot would be kept."""
        if run not in self._last_kept:
            steps = self.snapshots(run)
            if not steps:
                return 0
            self._last_kept[run] = steps[-1]
        return math.floor(self._last_kept[run] * SNAPSHOT_SPACING) + 1

    @writing("The run")
    def save_snapshot(self, run: str, step: int, snapshot: bytes, last: bool) -> None:
        """Keep a snapshot if it is the `last` or far from the one before."""
        if last or step == 0 or step >= self.next_kept(run):
            write(self._snapshot_path(run, step), snapshot)
            self._last_kept[run] = step

    @writing("The run")
    def add_to_history(self, run: str, step: int, seconds: float, metrics: dict[str, float]) -> None:
        """Note the metrics at a step, after so many seconds of training."""
        history.append(self._folder(run) / HISTORY, Point(step, seconds, metrics))

    def history(self, run: str) -> list[tuple[int, dict[str, float]]]:
        """Metrics by step, in order."""
        return [(point.step, current_metrics(point.metrics)) for point in history.read(self._folder(run) / HISTORY)]

    @writing("The run")
    def cut_history(self, run: str, step: int) -> None:
        """Remove what the history says of the steps after `step`.

        Raises:
            StoreUnwritable: it cannot be read or written now, and stays as it is.
        """
        history.cut(self._folder(run) / HISTORY, step)

    @writing("The run")
    def remove_snapshots_after(self, run: str, step: int) -> None:
        """Remove snapshots beyond `step`.

        Raises:
            StoreUnwritable: which there are cannot be told now, or one cannot be removed.
        """
        for late in self._steps_of_snapshots(run):
            if late > step:
                self._snapshot_path(run, late).unlink(missing_ok=True)
        self._last_kept.pop(run, None)

    def snapshots(self, run: str) -> list[int]:
        """The steps of which snapshots were kept, in order."""
        with suppress(OSError):
            return self._steps_of_snapshots(run)
        return []

    def snapshot(self, run: str, step: int) -> bytes:
        """The snapshot kept at `step`.

        Raises:
            CorruptRun: there is no such file, or it holds something else.
            LatentLabError: no file can be read now.
        """
        try:
            return current_snapshot(self._snapshot_path(run, step).read_bytes())
        except OSError as error:
            _refuse_if_none_can_be_open(error)
            raise CorruptRun(f"The snapshot of step {step:,} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CorruptRun(f"The snapshot of step {step:,} is damaged: {error}") from error

    def last_snapshot(self, run: str) -> tuple[int, bytes] | None:
        """The last snapshot that can be read and its step, or None before the first.

        Raises:
            CorruptRun: none can be read.
            LatentLabError: no file can be read now.
        """
        try:
            steps = self._steps_of_snapshots(run)
        except OSError as error:
            _refuse_if_none_can_be_open(error)
            return None
        for step in reversed(steps):
            with suppress(CorruptRun):
                return step, self.snapshot(run, step)
        if steps:
            raise CorruptRun("All pictures that were kept of this run are damaged. Train it again to have others.")
        return None

    def clock(self, run: str) -> list[tuple[int, float]]:
        """Seconds of training by step, as the kept snapshots have them, in order."""
        heads = [_head_of(self._snapshot_path(run, step)) for step in self.snapshots(run)]
        return [(head["step"], head["seconds"]) for head in heads if {"step", "seconds"} <= head.keys()]

    @writing("The run")
    def save_analysis(self, run: str, key: str, data: bytes, checkpoint: int) -> None:
        """Keep the result of an analysis of `checkpoint` with the run, in place of that of an earlier one."""
        path = self._analysis_path(run, key)
        write(path, data)
        # The file carries its checkpoint's time, so that it is known to be out of date after the next one.
        os.utime(path, ns=(checkpoint, checkpoint))

    def analysis(self, run: str, key: str) -> bytes | None:
        """The kept result for the last checkpoint, or None; a damaged one is removed."""
        if not self.has_analysis(run, key):
            return None
        path = self._analysis_path(run, key)
        try:
            return _whole(path)
        except (CorruptRun, FileNotFoundError):
            with suppress(OSError):
                path.unlink()
            return None

    def has_analysis(self, run: str, key: str) -> bool:
        """Whether a result for the last checkpoint is kept."""
        with suppress(OSError):
            return self._analysis_path(run, key).stat().st_mtime_ns == self.checkpoint(run)
        return False

    def _folder(self, run: str) -> Path:
        # Ids come from page addresses: only our own alphabet may reach the file system.
        if not run.isalnum():
            raise UnknownRun("This address names no run.")
        return self.home.runs / run

    def _steps_of_snapshots(self, run: str) -> list[int]:
        """The steps of which snapshots were kept, in order.

        Raises:
            OSError: it cannot be told now.
        """
        try:
            paths = [path for path in (self._folder(run) / "snapshots").iterdir() if path.suffix == ".safetensors"]
        except FileNotFoundError:
            return []
        return sorted(int(path.stem) for path in paths if path.stem.isdecimal())

    def _state_before(self, run: str) -> Path:
        return self._folder(run) / "state.before.safetensors"

    def _snapshot_path(self, run: str, step: int) -> Path:
        return self._folder(run) / "snapshots" / f"{step:09d}.safetensors"

    def _analysis_path(self, run: str, key: str) -> Path:
        return self._folder(run) / "analyses" / f"{key}.safetensors"


def _whole(path: Path) -> bytes:
    """The bytes of a file, as they were written.

    Raises:
        FileNotFoundError: there is none.
        CorruptRun: it cannot be read, or is damaged.
        LatentLabError: no file can be read now.
    """
    try:
        data = path.read_bytes()
        check(data)
    except FileNotFoundError:
        raise
    except OSError as error:
        _refuse_if_none_can_be_open(error)
        raise CorruptRun(f"This run's weights cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CorruptRun("This run's weights are damaged.") from error
    return data


def _refuse_if_none_can_be_open(error: OSError) -> None:
    """Say that no file can be open now where this is why one could not be read: it says nothing about that file.

    Raises:
        LatentLabError: this is why.
    """
    if lack_of_files(error) is not None:
        raise LatentLabError(f"What is kept of this run cannot be read now: {why(error)}") from error


def _head_of(path: Path) -> dict[str, Any]:
    """The numbers of a kept snapshot, without reading its arrays; nothing of one that is damaged."""
    try:
        with path.open("rb") as file:
            size = file.read(8)
            return read_head(size + file.read(min(int.from_bytes(size, "little"), path.stat().st_size)))
    except (OSError, ValueError):
        return {}
