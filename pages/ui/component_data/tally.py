"""What the counts of groups are given."""

from __future__ import annotations

from typing import TypedDict

from pages.ui.component_data.shared import Marked


class TallyData(TypedDict):
    """How many samples each group has: names, marks and counts, and how many further groups there are."""

    names: list[str]
    marks: list[Marked]
    counts: list[int]
    more: int
