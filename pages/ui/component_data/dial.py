"""What a knob that acts while it is dragged is given."""

from __future__ import annotations

from typing import TypedDict


class DialData(TypedDict):
    """A knob that stands at one of its `stops`, its `place` among them counted from 0; `help` says what it does.

    It is marked where it was `changed` from its default, and where it is `live`: can be turned while a run goes on.
    """

    label: str
    stops: list[str]
    place: int
    changed: bool
    live: bool
    help: str
