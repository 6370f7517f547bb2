"""Who teaches here: whoever entered the word in LATENT_LAB_TEACHER, which is remembered until the word is another one.

<home>/teachers/<signature>    an empty file for each, whose name only this server can make
"""

from __future__ import annotations

import hmac
import os
import threading
import time

from core.errors import LatentLabError
from core.files import writing
from pages.ui.laboratory import laboratory
from pages.ui.visitors import signature

# So many wrong words a visitor may enter, and all together, within so many seconds: whoever drops the cookie is a
# visitor anew.
TRIES, TRIES_OF_ALL, WITHIN = 5, 50, 600.0
# Who entered a wrong word within that time, and when, in seconds of the monotonic clock.
_wrong: list[tuple[str, float]] = []
_entering = threading.Lock()


def word() -> str:
    """The word that makes somebody a teacher; "" where nobody can become one."""
    return os.environ.get("LATENT_LAB_TEACHER", "")


def is_teaching(visitor: str) -> bool:
    """Whether a visitor entered the word that holds now."""
    return bool(word()) and (laboratory.home.teachers / _mark(visitor)).is_file()


def enter(visitor: str, entered: str) -> None:
    """Let a visitor be a teacher from now on, if the word is right.

    Raises:
        LatentLabError: it is not, or there were too many wrong ones.
        StoreUnwritable: it cannot be remembered.
    """
    with _entering:
        now = time.monotonic()
        _wrong[:] = [(who, when) for who, when in _wrong if now - when < WITHIN]
        own = [when for who, when in _wrong if who == visitor]
        if len(own) >= TRIES:
            raise LatentLabError(f"These were {TRIES} wrong words. {_again(own[0], now)}")
        if len(_wrong) >= TRIES_OF_ALL:
            again = _again(_wrong[0][1], now)
            raise LatentLabError(f"{TRIES_OF_ALL} wrong words were entered here, so nobody can enter one now. {again}")
        if not word() or not hmac.compare_digest(entered.encode(), word().encode()):
            _wrong.append((visitor, now))
            left = TRIES - len(own) - 1
            again = f"Tries that are left: {left}." if left else f"Try again in {WITHIN / 60:.0f} min."
            raise LatentLabError(f"This is not the teacher's word. {again}")
        _wrong[:] = [(who, when) for who, when in _wrong if who != visitor]
    with writing("That you teach here"):
        laboratory.home.teachers.mkdir(exist_ok=True)
        (laboratory.home.teachers / _mark(visitor)).touch()


def _again(first: float, now: float) -> str:
    """When the first of too many wrong words does not count any more."""
    return f"Try again in {int((first + WITHIN - now) // 60) + 1} min."


def _mark(visitor: str) -> str:
    """What stands for a visitor and the word; with another word it is another mark."""
    return signature(f"{visitor} teaches {word()}")
