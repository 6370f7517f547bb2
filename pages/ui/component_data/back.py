"""What the script that watches Back and Forward is given."""

from __future__ import annotations

from typing import TypedDict


class BackData(TypedDict):
    """The `page` that is drawn, by the last word of its path, and the `query` of the address that it is drawn for."""

    page: str
    query: str
