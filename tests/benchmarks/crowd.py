"""Many owners who train at once, as visitors without a browser: what each of them sees, and when."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import WebSocketException

from tests.visitor import Visitor

# Seconds between two turns of a knob, and within which everybody presses Pause at a moment of their own.
TURN_EVERY, PAUSES_WITHIN = 10.0, 20.0
# Long enough that nobody is done before the watching is.
LONG = {"dataset": "digits", "model": "vae", "steps": 200_000}
SIZES = ("4", "8", "16", "32")
PATIENCE = 120.0


@dataclass
class Owner:
    """One owner, and what took so many seconds: the page at first, the first moving picture, reruns and Pause."""

    visitor: Visitor
    opened: float = PATIENCE
    first: float = PATIENCE
    reruns: list[float] = field(default_factory=list)
    paused: float = PATIENCE
    # What went wrong, beside what the page says.
    failure: str = ""

    @property
    def problems(self) -> list[str]:
        return [*self.visitor.problems, *([self.failure] if self.failure else [])]


class Crowd:
    """So many owners of one server, each with a chance of their own."""

    def __init__(self, url: str, owners: int, seed: int = 0) -> None:
        self.owners = [Owner(Visitor(url)) for _ in range(owners)]
        self._chance = random.Random(seed)

    async def open(self) -> None:
        """All open the page Train at once."""

        async def open(owner: Owner) -> None:
            owner.opened = await _took(owner.visitor.open(**LONG))

        await self._each(open)

    async def train(self, seconds: float) -> None:
        """All press Train at once, look for so many seconds, and turn a knob every now and then."""

        async def train(owner: Owner) -> None:
            visitor, ends = owner.visitor, time.monotonic() + seconds
            began = time.monotonic()
            await visitor.press("train")
            await visitor.until(lambda: visitor.stage and visitor.stage.moved, PATIENCE)
            owner.first = visitor.stage.moved - began
            sizes = itertools.cycle(SIZES)
            await asyncio.sleep(self._chance.uniform(0, TURN_EVERY))
            while time.monotonic() < ends:
                owner.reruns.append(await _took(visitor.turn("latent_size", next(sizes))))
                await asyncio.sleep(TURN_EVERY - owner.reruns[-1])

        await asyncio.gather(self._each(train), asyncio.sleep(seconds))

    async def pause(self) -> None:
        """Each presses Pause at some moment, sees the run stand, and lets it go on, so that all others still move."""

        async def pause(owner: Owner) -> None:
            visitor = owner.visitor
            # Knobs that differ from the run would start another one.
            await visitor.turn("latent_size", "2")
            await asyncio.sleep(self._chance.uniform(0, PAUSES_WITHIN))
            began = time.monotonic()
            await asyncio.gather(visitor.press("pause"), visitor.until(lambda: visitor.stage.phase == "paused"))
            owner.paused = time.monotonic() - began
            await visitor.press("train")

        await self._each(pause)

    async def leave(self) -> None:
        """All close their tabs."""
        await asyncio.gather(*(owner.visitor.leave() for owner in self.owners))

    @property
    def runs(self) -> list[str]:
        """The runs on the stages."""
        return [owner.visitor.stage.run for owner in self.owners if owner.visitor.stage is not None]

    def others(self) -> list[int]:
        """With how many others each run shares the machine, as its stage says."""
        stages = [owner.visitor.stage for owner in self.owners]
        return [stage.status["others"] for stage in stages if stage is not None and stage.status]

    async def _each(self, act: Callable[[Owner], Any]) -> None:
        """Let all do something at the same time; who fails does nothing more, and is counted."""

        async def attempt(owner: Owner) -> None:
            try:
                await act(owner)
            except (TimeoutError, OSError, LookupError, WebSocketException) as error:
                owner.failure = f"{act.__name__}: {type(error).__name__} {error}"

        await asyncio.gather(*(attempt(owner) for owner in self.owners if not owner.failure))


async def _took(awaited: Any) -> float:
    """How many seconds something takes."""
    began = time.monotonic()
    await awaited
    return time.monotonic() - began
