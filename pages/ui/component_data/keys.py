"""What the keys of the Train page are given."""

from __future__ import annotations

from typing import TypedDict


class KeysData(TypedDict):
    """Whether somebody else's run is `watched` while it moves."""

    watched: bool
