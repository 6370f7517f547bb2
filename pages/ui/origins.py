"""What leads from samples back to the file that was brought."""

from __future__ import annotations

from core.protocol import Array
from pages.ui.laboratory import laboratory


def origins(dataset: str, places: Array | None) -> list[str] | None:
    """The row or the picture's file that each sample at these `places` (N,) was; None of data that came along."""
    if places is None:
        return None
    sources = laboratory.home.shelf.sources(dataset)
    return [sources[place] if sources else str(place + 1) for place in places]
