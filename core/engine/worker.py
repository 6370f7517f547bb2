"""A worker process: run as a file, told over its standard input where to go.

The first line of standard input is JSON: the scheduler's address and the credentials. After that the pipe carries
nothing and is a lifeline: when the server ends, even by SIGKILL, the system closes it and the worker ends too. It is
watched before anything else is imported, which takes seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import sys
import threading
from typing import Any

# By how much a worker gives way to the server and the browser on the same machine. At 7 pages answer no sooner, and
# beside one other busy program on its core a worker would get 17 % of it, and not 34 % as here.
NICE = 3


def main() -> None:
    """Watch the lifeline, import what training needs, join the cluster, and serve until the lifeline breaks."""
    told: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_hold_lifeline, args=(told,), daemon=True).start()
    warm_up()
    # Pages and pictures, which people wait for, go first where cores are few. Windows has no such call.
    if hasattr(os, "nice"):
        os.nice(NICE)
    from core.engine.settings import configure

    configure()
    # A worker whose scheduler has gone has nobody to serve.
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_serve(json.loads(told.get())))


def warm_up() -> None:
    """Train two steps: the first use of an optimiser and of a dataset imports for seconds, once per process."""
    from core.config import RunConfig
    from core.engine.compiler import leave_out
    from core.training.loop import Training

    leave_out()
    training = Training(RunConfig(dataset="digits", model="vae", steps=2))
    training.advance()
    training.snapshot()


async def _serve(hello: dict[str, Any]) -> None:
    from distributed import Security, Worker

    from core.engine.settings import silent

    worker = silent(Worker)(
        hello["scheduler"],
        # By this the server knows which process it is.
        name=str(os.getpid()),
        nthreads=1,
        host="127.0.0.1",
        security=Security(**hello["security"]),
        dashboard=False,
        local_directory=hello["folder"],
    )
    async with worker:
        await worker.finished()


def _hold_lifeline(told: queue.SimpleQueue[bytes]) -> None:
    """Pass on the first line, if there ever is one, and end the process with the pipe."""
    if line := sys.stdin.buffer.readline():
        told.put(line)
        sys.stdin.buffer.read()
    # Not sys.exit: a thread deep in training or in UMAP would be waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
