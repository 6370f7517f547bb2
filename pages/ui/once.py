"""Buttons that go away when they are pressed, and may be pressed again before they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def once(action: Callable[..., None], *arguments: Any) -> Callable[[], None]:
    """What a button calls that is drawn now: the action at the first press, and nothing at another."""
    was_pressed = False

    def press() -> None:
        nonlocal was_pressed
        if not was_pressed:
            was_pressed = True
            action(*arguments)

    return press
