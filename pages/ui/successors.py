"""The next run on a page whose runs follow the knobs: its stage hears of it before the page is drawn with it."""

from __future__ import annotations

from collections.abc import Callable

# Who is told, by the page's name.
_listeners: dict[str, Callable[[str], object]] = {}


def listen(page: str, called: Callable[[str], object]) -> Callable[[], None]:
    """Have `called` told of the next run of a page; returns what ends that."""
    _listeners[page] = called

    def leave() -> None:
        # The next run's stage may be listening already.
        if _listeners.get(page) is called:
            del _listeners[page]

    return leave


def announce(page: str, run: str) -> None:
    """Tell the page's stage, if it has one, that this run takes the place of the one that it shows."""
    called = _listeners.get(page)
    if called is not None:
        called(run)
