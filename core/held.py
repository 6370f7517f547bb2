"""What takes long to come by, held for all who ask for it while there is room for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Held(Generic[Thing]):
    """Things by key: the newest, whatever its size, and as many others as are no more than `most` bytes with it.

    Of the others the largest goes first, so that nobody's large file stays in place of many small ones; of equal ones
    the one that was not asked for longest.
    """

    def __init__(self, most: int, size: Callable[[Thing], int]) -> None:
        self._most, self._size = most, size
        self._things: dict[Hashable, tuple[Thing, int]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """What is held under a key, or what `make` comes to, which is held from then on."""
        with self._lock:
            found = self._things.pop(key, None)
            if found is not None:
                self._things[key] = found
                return found[0]
        # Others are not kept waiting; two that ask for the same at once both make it.
        thing = make()
        own = self._size(thing)
        with self._lock:
            self._things.pop(key, None)
            while self._things and own + sum(size for _, size in self._things.values()) > self._most:
                del self._things[max(self._things, key=lambda other: self._things[other][1])]
            self._things[key] = thing, own
        return thing
