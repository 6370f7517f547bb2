"""What is written down of a run while it trains on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any


class Writer:
    """Does one thing after the other in another thread, in the order in which it was told.

    Whoever trains need not wait for the disk: one write can take as long as a slice.
    """

    def __init__(self) -> None:
        self._last: asyncio.Task[None] | None = None

    def write(self, act: Callable[..., object], *arguments: Any, **named: Any) -> None:
        """Have `act` called when all before it is done; nothing more is done after one that failed."""
        self._last = asyncio.create_task(self._after(self._last, partial(act, *arguments, **named)))

    async def done(self) -> None:
        """Wait for all that was told; whatever failed is raised."""
        if self._last is not None:
            await self._last

    async def _after(self, before: asyncio.Task[None] | None, act: Callable[[], object]) -> None:
        if before is not None:
            await before
        await asyncio.to_thread(act)
