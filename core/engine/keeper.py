"""The worker processes of an embedded cluster: each is told where to go, and replaced when it ends or does not join."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Seconds that a worker has to join the scheduler, on a slow machine that others use too.
JOINS_WITHIN = 120.0
# Workers that end in a row before they have joined: there is a cause that another one will not cure.
ATTEMPTS = 5


class Keeper:
    """Keeps a worker there: a `process` that imports what it needs at once, and is replaced by another."""

    def __init__(self) -> None:
        self._failures = 0
        # One of its own: the loop has but a few threads, and others wait for the disk.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keeper")
        self._begin()

    def _begin(self) -> None:
        self.process = _spawn()
        self._began = time.monotonic()
        self._has_joined = False

    @property
    def name(self) -> str:
        """What the scheduler knows it by."""
        return str(self.process.pid)

    @property
    def has_given_up(self) -> bool:
        """Whether there will be no further process."""
        return self._failures >= ATTEMPTS

    async def keep(self, hello: dict[str, Any]) -> None:
        """Introduce one process after another to the scheduler; `hello` is where it is and what it asks for."""
        while True:
            assert self.process.stdin is not None
            # One that ended while starting cannot be told anything; its replacement is.
            with suppress(BrokenPipeError):
                self.process.stdin.write(json.dumps(hello).encode() + b"\n")
            await asyncio.get_running_loop().run_in_executor(self._thread, self.process.wait)
            self._failures = 0 if self._has_joined else self._failures + 1
            if self.has_given_up:
                return
            self._begin()

    def look(self, names: Collection[str]) -> None:
        """Note whether it is among the workers that have joined; one that takes too long is killed."""
        if self.name in names:
            self._has_joined = True
        elif not self._has_joined and time.monotonic() - self._began > JOINS_WITHIN:
            self.process.kill()

    def end(self) -> None:
        """Let go of the lifeline; a worker that does not notice is killed."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _spawn() -> subprocess.Popen[bytes]:
    """Start a worker process as a plain subprocess: nothing of the server is run again in it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    # By its path, not as a module: that would import all of `core` before the first line of it ran.
    command = [sys.executable, "-P", str(Path(__file__).with_name("worker.py"))]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, bufsize=0)
