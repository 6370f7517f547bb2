"""What is looked at next, where looking may take only a share of the time."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator

# Of the time that is earned, what those may spend that pass the one whose turn it is.
PASSING = 1 / 3


class Attention:
    """Renews views so that they are as fresh as can be, on average, in the time that looking may take.

    A view that takes c seconds is renewed at a rate r ∝ 1 / √c, which minimises the sum of ages, Σ 1 / r, where the
    time Σ c r is given. What is cheap comes with every look where there is time; what is left is for the dear ones.
    While the one whose turn it is waits until it can be paid for, a third of the time goes to those that are cheap
    enough to pass it: it waits half as long again at most, and something moves meanwhile. Where no view is much cheaper
    than the others the rates stay the same.
    """

    def __init__(self) -> None:
        # Seconds: what may be spent now, and what each view took last.
        self._credit = 0.0
        # Of that, what is put aside for the one whose turn it is.
        self._aside = 0.0
        self._cost: dict[str, float] = {}
        # Σ √c over all renewals of each view: who has least comes first.
        self._served: dict[str, float] = {}

    def earn(self, seconds: float) -> None:
        """Allow so many more seconds of looking."""
        # No more is saved up than renews each view once: it is spent anew with every picture, not in long pauses.
        self._credit = min(self._credit, sum(self._cost.values())) + seconds
        self._aside += (1 - PASSING) * seconds

    def affordable(self, views: Collection[str]) -> Iterator[str]:
        """Those of `views` to renew now, one after the other, the time between two being what the first one took.

        At first each is renewed, whatever it takes: how long that is going to be is known from the second time on.
        """
        # What was not asked for meanwhile has no claim on the time that went by.
        least = min((self._served.get(view, 0.0) for view in views), default=0.0)
        for other in self._cost.keys() - {*views}:
            self._served[other] = max(self._served.get(other, 0.0), least)
        reserved = 0.0
        for view in sorted(views, key=lambda view: self._served.get(view, 0.0)):
            if self._cost.get(view, 0.0) > self._credit - reserved:
                reserved = self._aside
                continue
            if not reserved:
                self._aside = 0.0
            began = time.perf_counter()
            yield view
            self._note(view, time.perf_counter() - began)

    def _note(self, view: str, cost: float) -> None:
        """Note what a view took, in seconds."""
        before = self._cost.get(view)
        if before is None:
            # The first time, much is done once and for all.
            self._cost[view] = 0.0
            return
        self._credit -= cost
        self._served[view] = self._served.get(view, 0.0) + math.sqrt(cost)
        # Once in a while something else on the machine is in the way: that is no reason to wait for long.
        self._cost[view] = min(cost, 2 * before) if before else cost
