"""Whose runs and sweeps are whose: others see them by their link, watch and compare them, and change nothing.

Where only this machine is served, or LATENT_LAB_SHARED says so, the laboratory is common: everything is everybody's.
Whoever knows the word in LATENT_LAB_TEACHER sees all runs, and may pause and delete them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Protocol, TypeVar

import streamlit as st

from core.errors import LatentLabError
from pages.ui import teachers
from pages.ui.guard import is_for_others
from pages.ui.session import memory
from pages.ui.variables import is_shared
from pages.ui.visitors import visitor_of


class Owned(Protocol):
    """A run or a sweep."""

    @property
    def owner(self) -> str: ...


T = TypeVar("T", bound=Owned)


def visitor() -> str:
    """Who looks at this page, or did before the connection was lost: what was pressed is done to its end."""
    memory().visitor = visitor_of(st.context.cookies) or memory().visitor
    return memory().visitor


def is_common() -> bool:
    """Whether everything belongs to everybody."""
    return is_shared() or not is_for_others()


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


def is_teacher() -> bool:
    """Whether this visitor teaches here."""
    return teachers.is_teaching(visitor())


def enter(word: str) -> None:
    """Teach here from now on, if the word is right.

    Raises:
        LatentLabError: it is not, or there were too many wrong ones.
    """
    teachers.enter(visitor(), word)
