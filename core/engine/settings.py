"""Settings of Dask, applied before its workers or its scheduler start."""

from typing import Any

import dask

SETTINGS = {
    "logging.distributed": "error",
    # The statistical profiler interrupts training a hundred times a second.
    "distributed.worker.profile.enabled": False,
    # A task that kills its worker is tried once more, not three times.
    "distributed.scheduler.allowed-failures": 1,
    # Training fills its thread for a whole slice; that is not a sick event loop.
    "distributed.admin.tick.limit": "60s",
    # By default each process looks fifty times a second how late its event loop is.
    "distributed.admin.tick.interval": "1s",
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
}


def configure() -> None:
    """Apply `SETTINGS`; must run before `distributed` is imported, which sets up its logging then."""
    dask.config.set(SETTINGS)


def silent(node: type[Any]) -> type[Any]:
    """A scheduler or worker as `node` is, without its HTTP server: that tells everybody on this machine what runs."""
    return type(node.__name__, (node,), {"start_http_server": lambda *_, **__: None})
