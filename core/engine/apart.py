"""Tasks that are done in a process of their own, within limits to its memory and time."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import UploadError
from core.uploads.sandbox import DONE, FAILED, HEAD, PATIENCE, REFUSED, SECONDS

ROOT = Path(__file__).resolve().parents[2]
# Elsewhere a process that has loaded libraries cannot be forked safely, or not at all.
FORKS = sys.platform == "linux"
NEEDED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")
ALONE = ["-B", "-m", "core.uploads.sandbox"]
NURSERY = ["-B", "-m", "core.uploads.nursery"]


class Nursery:
    """Processes that wait for a task, forked from one that is started when the first of them is asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._door: socket.socket | None = None

    def open(self) -> None:
        """Start it, if that was not done: it has loaded what reading needs in a second."""
        with self._lock:
            if self._door is None:
                self._start()

    def place(self) -> socket.socket:
        """The way to a process that waits for its task."""
        ours, theirs = socket.socketpair()
        self.open()
        with theirs, self._lock:
            try:
                self._send(theirs)
            except OSError:
                # It ended, of whatever: another is as good.
                self._start()
                self._send(theirs)
        return ours

    def _send(self, theirs: socket.socket) -> None:
        assert self._door is not None
        socket.send_fds(self._door, [b" "], [theirs.fileno()])

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            # It ends when our end of the socket is closed, also by the end of this process.
            self._process = subprocess.Popen(
                [sys.executable, *NURSERY], cwd=ROOT, env=_environment(), stdin=theirs.fileno()
            )
        self._door = ours


nursery = Nursery()


def apart(task: str, paths: Sequence[Path], filename: str, told: dict[str, Any]) -> memoryview:
    """What the sandbox makes of files, of which somebody brought the one of this name.

    Raises:
        UploadError: nothing, or not within the memory and the time that it may take.
    """
    sent = json.dumps([task, [*map(str, paths)], filename, told]).encode() + b"\n"
    try:
        status, answer = _forked(sent) if FORKS else _started(sent)
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        raise UploadError(
            f"{filename} took more than {PATIENCE} s to read and was given up. Bring a part of it."
        ) from error
    if status == DONE:
        return answer
    if status == REFUSED:
        sentence, notices, parts = json.loads(bytes(answer))
        refused = UploadError(sentence)
        refused.notices, refused.parts = tuple(notices), tuple(parts)
        raise refused
    if status == FAILED:
        print(bytes(answer).decode(), file=sys.stderr)
    raise UploadError(
        f"{filename} could not be read: that took more than {SECONDS} s of computing or more memory than it may, or "
        "it stopped on an error of ours, which is in the server's log. Bring a part of it."
    )


def _forked(sent: bytes) -> tuple[bytes, memoryview]:
    # One that ends before it has read its task leaves nobody to answer.
    with nursery.place() as place, suppress(ConnectionError):
        place.settimeout(PATIENCE)
        place.sendall(sent)
        head = bytes(_received(place, HEAD))
        return head[:1], _received(place, int.from_bytes(head[1:]))
    return b"", memoryview(b"")


def _received(place: socket.socket, size: int) -> memoryview:
    """So many bytes, in their place at once: others are not kept waiting while parts are put together.

    Raises:
        ConnectionError: there are fewer.
    """
    answer, there = np.empty(size, np.uint8).data, 0
    while there < size:
        more = place.recv_into(answer[there:])
        if not more:
            raise ConnectionError("The process ended before its answer did.")
        there += more
    return answer


def _started(sent: bytes) -> tuple[bytes, memoryview]:
    command = [sys.executable, *ALONE]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), input=sent, stdout=subprocess.PIPE, timeout=PATIENCE, check=False
    )
    return done.stdout[:1], memoryview(done.stdout)[HEAD:]


def _environment() -> dict[str, str]:
    """No more of our surroundings than a process needs to start: what they hold is no business of a file's."""
    environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
    return environment | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
