"""The drawing board: a dataset of the plane, sprayed by hand."""

from __future__ import annotations

import numpy as np

from pages.ui.component import component
from pages.ui.component_data.board import BoardData, Drawing

# The classes that can be drawn; each has a shape of its own on the board.
CLASSES = ("A", "B", "C", "D")
# The fewest and the most points that can be kept.
LIMITS = (100, 5_000)

_board = component("board")


def board(key: str) -> tuple[np.ndarray, np.ndarray] | None:
    """A board to draw on; in the rerun after "Keep these points" its points and labels, else None.

    Points are float32 (N, 2) between −2 and 2, labels int64 (N,) among the indices of `CLASSES`.
    """
    data: BoardData = {"names": list(CLASSES), "limits": LIMITS}
    kept: Drawing | None = _board(key=key, data=data, on_kept_change=lambda: None).kept
    if kept is None:
        return None
    return np.array(kept["points"], dtype=np.float32), np.array(kept["classes"], dtype=np.int64)
