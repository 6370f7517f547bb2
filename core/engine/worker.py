"""A worker process: `python -m core.engine.worker`, told over its standard input where to go.

The first line of standard input is JSON: the scheduler's address and the credentials. After that the pipe carries
nothing and is a lifeline: when the server ends, even by SIGKILL, the system closes it and the worker ends too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import threading
from typing import Any

from core.engine.settings import configure


def main() -> None:
    """Import what training needs, join the cluster, and serve until the lifeline breaks."""
    warm_up()
    hello = json.loads(sys.stdin.buffer.readline() or "null")
    if hello is None:
        return
    threading.Thread(target=_hold_lifeline, daemon=True).start()
    configure()
    # A worker whose scheduler has gone has nobody to serve.
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_serve(hello))


def warm_up() -> None:
    """Train two steps: the first use of an optimiser and of a dataset imports for seconds, once per process."""
    from core.config import RunConfig
    from core.training.loop import Training

    training = Training(RunConfig(dataset="digits", model="vae", steps=2))
    training.advance()
    training.snapshot()


async def _serve(hello: dict[str, Any]) -> None:
    from distributed import Security, Worker

    worker = Worker(
        hello["scheduler"],
        nthreads=1,
        host="127.0.0.1",
        security=Security(**hello["security"]),
        dashboard=False,
        dashboard_address="127.0.0.1:0",
        local_directory=hello["folder"],
    )
    async with worker:
        await worker.finished()


def _hold_lifeline() -> None:
    sys.stdin.buffer.read()
    # Not sys.exit: a thread deep in training or in UMAP would be waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
