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

# So many wrong words a visitor may enter within so many seconds.
TRIES, WITHIN = 5, 600.0
# When each visitor entered wrong words, in seconds of the monotonic clock.
_wrong: dict[str, list[float]] = {}
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
        recent = [when for when in _wrong.get(visitor, []) if now - when < WITHIN]
        if len(recent) >= TRIES:
            minutes = int((recent[0] + WITHIN - now) // 60) + 1
            raise LatentLabError(f"These were {TRIES} wrong words. Try again in {minutes} min.")
        if not word() or not hmac.compare_digest(entered.encode(), word().encode()):
            _wrong[visitor] = [*recent, now]
            left = TRIES - len(recent) - 1
            again = f"Tries that are left: {left}." if left else f"Try again in {WITHIN / 60:.0f} min."
            raise LatentLabError(f"This is not the teacher's word. {again}")
        _wrong.pop(visitor, None)
    with writing("That you teach here"):
        laboratory.home.teachers.mkdir(exist_ok=True)
        (laboratory.home.teachers / _mark(visitor)).touch()


def _mark(visitor: str) -> str:
    """What stands for a visitor and the word; with another word it is another mark."""
    return signature(f"{visitor} teaches {word()}")
