"""Whose turn it is: a few shares move, the others wait, and every owner gets as many seconds of training."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Set
from dataclasses import dataclass, field

# Seconds of training after which a run that others wait for hands over, a shorter one while somebody has not trained
# yet, and the longest of a sweep, which takes so many for each of its runs.
TURN, FIRST_TURN, LONGEST_TURN = 1.0, 0.3, 20.0
# Seconds of training that whoever comes anew may take before the others go on: what is short is done at once.
HEAD_START = 2.0
# Seconds of training by which a run that somebody watches is ahead of one that nobody does.
LEAD = 30.0


@dataclass(eq=False)
class Share:
    """Runs that count as one towards what a `session` may have, and take one turn: a single run, or all of a `sweep`.

    `inside` of them move. No more than its `places` are in memory, and no more than its `slices` are with the workers,
    so that others' runs get theirs. It has `used` so many seconds of training, `taken` of them in this turn.
    """

    session: str
    sweep: str = ""
    has_turn: bool = False
    # Whether its runs hand over after their current slices.
    is_leaving: bool = False
    inside: int = 0
    used: float = 0.0
    taken: float = 0.0
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    slices: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


class Turns:
    """So many `places` for shares that move at once; `watched` tells which shares somebody watches.

    Next is the share whose owner has used least, and of one owner's shares the one that has.
    """

    def __init__(self, places: int, watched: Callable[[], Set[Share]]) -> None:
        self._places = places
        self._watched = watched
        self._used: dict[str, float] = {}
        self._waiting: list[Share] = []
        self.moving: list[Share] = []

    def join(self, owner: str) -> None:
        """Count an owner who had no runs: like those who have used least, and a little ahead of them."""
        active = {*self._waiting, *self.moving}
        # Those without a viewer are behind anyway.
        alike = active & self._watched() or active
        least = min((self._used[share.session] for share in alike), default=0.0)
        # Who comes again has no more of that, but need not wait either for what the others missed meanwhile.
        self._used[owner] = min(max(self._used.get(owner, 0.0), least - HEAD_START), least + TURN)

    def ask(self, share: Share) -> None:
        """Queue a share for a turn, unless it has one or is queued."""
        if not share.has_turn and share not in self._waiting:
            self._waiting.append(share)

    def withdraw(self, share: Share) -> None:
        """Take a share out of the queue."""
        if share in self._waiting:
            self._waiting.remove(share)

    def queue(self) -> list[Share]:
        """Those who wait for a turn, the next one first."""
        return sorted(self._waiting, key=self._rank())

    def give(self) -> list[Share]:
        """The next in the queue, as many as there are free places: they have a turn now."""
        chosen = self.queue()[: self._places - len(self.moving)]
        for share in chosen:
            self._waiting.remove(share)
            self.moving.append(share)
            share.has_turn, share.is_leaving, share.taken = True, False, 0.0
        return chosen

    def end(self, share: Share) -> None:
        """Take the turn back from a share that has none inside any more."""
        self.moving.remove(share)
        share.has_turn = share.is_leaving = False

    def spend(self, share: Share, seconds: float) -> None:
        """Count seconds of training, and let the share hand over if it had its turn and others have used less."""
        share.taken += seconds
        share.used += seconds
        self._used[share.session] += seconds
        if not share.is_leaving and share.taken >= self._turn_of(share):
            rank, queue = self._rank(), self.queue()
            leaving = sum(each.is_leaving for each in self.moving)
            share.is_leaving = leaving < len(queue) and rank(queue[leaving]) < rank(share)

    def _turn_of(self, share: Share) -> float:
        """Seconds of training that a share may take while others wait."""
        somebody_is_new = any(each.used == 0 for each in self._waiting)
        return min(LONGEST_TURN, (FIRST_TURN if somebody_is_new else TURN) * max(1, share.inside))

    def _rank(self) -> Callable[[Share], tuple[float, float]]:
        """What shares are sorted by: seconds used by the owner, those without a viewer set back, and by itself."""
        watched = self._watched()
        return lambda share: (self._used[share.session] + (0 if share in watched else LEAD), share.used)
