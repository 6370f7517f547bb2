"""The one engine of this server, started behind the first page."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from core.errors import HomeInUse, LatentLabError
from pages.ui.announcement import announcement
from pages.ui.forgetting import forget_sessions
from pages.ui.variables import workers

if TYPE_CHECKING:
    from core.engine import Engine
    from core.home import Home


# Seconds that the import leaves to a visitor's first paint, which it would slow down; without one it begins anyway.
VISITOR_WITHIN = 1.5
MOST_FILES = 65_536


class Laboratory:
    """Imports the core and opens the engine in the background, so that the first page need not wait for them."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._painted = threading.Event()
        self._engine: Engine | None = None
        self._problem: Exception | None = None

    def open(self) -> None:
        threading.Thread(target=self._open, name="start-up", daemon=True).start()

    def _open(self) -> None:
        self._painted.wait(VISITOR_WITHIN)
        try:
            # Torch comes with this import; it takes seconds, which the first page spends painting.
            from core.engine import Engine

            count, address = workers(), os.environ.get("LATENT_LAB_SCHEDULER") or None
            self._engine = _first_free(lambda home: Engine(home, count, address))
            self._engine.open()
        except Exception as error:
            self._problem = error
            if not isinstance(error, LatentLabError):
                raise
            print(error, flush=True)
        finally:
            self._ready.set()

    def painted(self) -> None:
        """The first page shows its first text: from now on nothing on screen waits for the import to finish."""
        self._painted.set()

    def wait(self) -> None:
        """Block until the engine is there, or will never be."""
        self._ready.wait()

    @property
    def ready(self) -> bool:
        """Whether nothing is to be waited for."""
        return self._ready.is_set()

    @property
    def problem(self) -> str:
        """Why there will be no engine, in a sentence, as far as that is known now."""
        return str(self._problem) if isinstance(self._problem, LatentLabError) else ""

    @property
    def engine(self) -> Engine:
        """The engine, waited for if it is still being imported."""
        self._ready.wait()
        if self._engine is None:
            raise RuntimeError("The engine could not be started.") from self._problem
        return self._engine

    @property
    def home(self) -> Home:
        """Where this server keeps everything."""
        return self.engine.home

    def close(self) -> None:
        self._ready.wait()
        if self._engine is not None:
            self._engine.close()


def _first_free(make: Callable[[Home], Engine]) -> Engine:
    """An engine on our home, or beside it when another server, on another port, keeps its runs there."""
    from core.home import Home

    wanted = Home().path
    for path in (wanted, *(wanted.with_name(f"{wanted.name}-{n}") for n in range(2, 10))):
        try:
            return make(Home(path))
        except HomeInUse as error:
            print(f"{error} This one keeps its own runs and data elsewhere.", flush=True)
    raise HomeInUse("Nine servers run already. End one of them, then start this one again.")


def _allow_many_files() -> None:
    """Let this process have as many files and sockets open as the system allows it, instead of 256 or 1024.

    A page holds several, and a server that has no more of them neither answers nor trains.
    """
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


laboratory = Laboratory()


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Open the laboratory with the server and close it with it."""
    _allow_many_files()
    laboratory.open()
    forgetting = asyncio.create_task(forget_sessions())
    print(announcement(), flush=True)
    try:
        yield
    finally:
        forgetting.cancel()
        await asyncio.to_thread(laboratory.close)
