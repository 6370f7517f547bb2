"""What LabVIEW writes above a table of measurements."""

from __future__ import annotations

# How it ends what is said of all of them, and then of each.
END_OF_HEAD = "***End_of_Header***"


def end_of_head(lines: list[str]) -> int:
    """How many lines stand above the table; 0 where LabVIEW did not write it."""
    head = max((i for i, line in enumerate(lines, start=1) if line.startswith(END_OF_HEAD)), default=0)
    return head if head < len(lines) else 0
