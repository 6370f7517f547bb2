"""Where slices run: an embedded cluster of local processes, or a real one whose address is given."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from core.engine.settings import configure, silent

if TYPE_CHECKING:
    from distributed import Client, Security

ROOT = Path(__file__).resolve().parents[2]
# A worker that dies this often has a cause that another restart will not cure.
RESTARTS = 20
# Nobody but this machine, and on a port that is free.
LOOPBACK: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "dashboard": False}
# Where workers may write, in the system's folder for temporary files; after this comes the server's process id.
FOLDER = "latent-lab-workers-"


@dataclass(frozen=True)
class Cluster:
    """A cluster's `client`, and the worker `processes` that are ours."""

    client: Client
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def workers(self) -> dict[str, Any]:
        """What the scheduler knows of its workers, by their addresses."""
        found: dict[str, Any] = (await self.client.scheduler.identity())["workers"]  # type: ignore[union-attr]
        return found

    def end(self, name: str) -> None:
        """Kill the worker called `name` if it is ours, so that another takes its place."""
        for process in self.processes:
            if str(process.pid) == name:
                process.kill()


@asynccontextmanager
async def connect(address: str | None, workers: int) -> AsyncIterator[Cluster]:
    """A cluster: that at `address`, or of an embedded one with `workers` processes, up while inside.

    Everything embedded listens on the loopback interface only and speaks TLS with credentials that live in memory.
    """
    if address is not None:
        configure()
        from distributed import Client

        async with Client(address, asynchronous=True, direct_to_workers=True) as client:
            yield Cluster(client)
        return
    # The first worker imports torch while the scheduler comes up.
    first = _spawn()
    configure()
    from distributed import Client, Scheduler, Security

    security = Security.temporary()
    remove_left_behind()
    with tempfile.TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        async with silent(Scheduler)(**LOOPBACK, security=security) as scheduler:
            hello = {"scheduler": scheduler.address, "security": _credentials(security), "folder": folder}
            processes = [first]
            keepers = [asyncio.create_task(_keep_alive(first, hello, processes))]
            try:
                options = {"asynchronous": True, "security": security, "direct_to_workers": True}
                async with Client(scheduler.address, **options) as client:
                    # The others follow when the first has joined, so that it is there as soon as possible.
                    keepers.append(asyncio.create_task(_add_others(client, workers - 1, hello, processes, keepers)))
                    yield Cluster(client, processes)
            finally:
                for keeper in keepers:
                    keeper.cancel()
                for process in processes:
                    _end(process)


def _spawn() -> subprocess.Popen[bytes]:
    """Start a worker process as a plain subprocess: nothing of the server is run again in it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    # By its path, not as a module: that would import all of `core` before the first line of it ran.
    command = [sys.executable, "-P", str(Path(__file__).with_name("worker.py"))]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, bufsize=0)


def remove_left_behind() -> None:
    """Remove the folders of servers that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        owner = folder.name.removeprefix(FOLDER).split("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


async def _add_others(
    client: Client, count: int, hello: dict[str, Any], processes: list[subprocess.Popen[bytes]], keepers: list[Any]
) -> None:
    await client.wait_for_workers(1)  # type: ignore[misc, func-returns-value]
    for _ in range(count):
        process = _spawn()
        processes.append(process)
        keepers.append(asyncio.create_task(_keep_alive(process, hello, processes)))


async def _keep_alive(
    process: subprocess.Popen[bytes], hello: dict[str, Any], processes: list[subprocess.Popen[bytes]]
) -> None:
    """Introduce a worker to the scheduler, and start another in its place whenever it dies."""
    for _ in range(RESTARTS):
        assert process.stdin is not None
        # A worker that died while starting cannot be told anything; its replacement is.
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(hello).encode() + b"\n")
        await asyncio.to_thread(process.wait)
        processes.remove(process)
        process = _spawn()
        processes.append(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let go of the lifeline; a worker that does not notice is killed."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _credentials(security: Security) -> dict[str, Any]:
    """What a worker needs to speak TLS, as JSON."""
    names = ("tls_ca_file", "tls_client_key", "tls_client_cert", "tls_worker_key", "tls_worker_cert")
    return {"require_encryption": True, **{name: getattr(security, name) for name in names}}
