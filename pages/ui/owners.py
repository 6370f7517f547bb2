"""Whose runs and sweeps are whose: others see them by their link, watch and compare them, and change nothing.

Where only this machine is served, or LATENT_LAB_SHARED says so, the laboratory is common: everything is everybody's.
Whoever knows the word in LATENT_LAB_TEACHER sees all runs, and may pause and delete them.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Collection, Iterable
from typing import Any, Protocol, TypeVar

import streamlit as st

from core.errors import LatentLabError
from pages.ui.guard import hosts
from pages.ui.session import memory
from pages.ui.visitors import visitor_of

# The visitors that entered the teacher's word since this server started.
_teachers: set[str] = set()


class Owned(Protocol):
    """A run or a sweep."""

    @property
    def owner(self) -> str: ...


T = TypeVar("T", bound=Owned)


def visitor() -> str:
    """Who looks at this page; without a cookie, a tab is somebody of its own."""
    return visitor_of(st.context.cookies) or memory().id


def is_common() -> bool:
    """Whether everything belongs to everybody."""
    return os.environ.get("LATENT_LAB_SHARED") == "1" or not hosts()


def is_among(owners: Collection[str]) -> bool:
    """Whether this visitor is one of the owners of something, or may do with it what they may."""
    return is_common() or visitor() in owners or is_teacher()


def is_mine(thing: Owned) -> bool:
    """Whether this visitor may change a run or a sweep."""
    return is_among((thing.owner,))


def is_own(thing: Owned) -> bool:
    """Whether a run or a sweep is this visitor's own: to a teacher, others' are not."""
    return is_common() or thing.owner == visitor()


def mine(things: Iterable[T]) -> list[T]:
    """Those of some runs or sweeps that are listed for this visitor."""
    return [thing for thing in things if is_mine(thing)]


def change(thing: Owned, action: Callable[..., Any], *arguments: Any) -> None:
    """Do something to a run or a sweep, where the visitor may.

    Raises:
        LatentLabError: it is somebody else's.
    """
    if not is_mine(thing):
        raise LatentLabError("This is somebody else's: you can watch and compare it, and train its settings yourself.")
    action(*arguments)


def has_teacher() -> bool:
    """Whether there is a word that makes somebody a teacher."""
    return bool(os.environ.get("LATENT_LAB_TEACHER"))


def is_teacher() -> bool:
    """Whether this visitor entered it."""
    return visitor() in _teachers


def enter(word: str) -> None:
    """Become a teacher until the server ends, if the word is right.

    Raises:
        LatentLabError: it is not.
    """
    known = os.environ.get("LATENT_LAB_TEACHER", "")
    if not known or not hmac.compare_digest(word.encode(), known.encode()):
        raise LatentLabError("This is not the teacher's word.")
    _teachers.add(visitor())
