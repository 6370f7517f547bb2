"""What the samples are given that holes are brushed into."""

from __future__ import annotations

from typing import TypedDict

from pages.ui.component_data.shared import Drawn


class HoleData(TypedDict):
    """Samples of a run, as base64 (see `pages.ui.encoding`), to brush holes into that its model fills.

    `holes` has 0 for each place of each sample that is missing at first. So many `fills` stand beside each other:
    several are searched for step by step, one comes of a pass.
    """

    run: str
    look: Drawn
    samples: str
    shape: list[int]
    holes: str
    fills: int
