"""What programs that measure write above a table: LabVIEW, and the loggers of Campbell (TOA5)."""

from __future__ import annotations

# How LabVIEW ends what is said of all measurements, and then of each.
END_OF_HEAD = "***End_of_Header***"
# How a logger begins what is said of it; names, units and what was done to numbers stand in three lines below.
LOGGER = ('"TOA5",', "TOA5,")


def head_of(lines: list[str]) -> tuple[int, str]:
    """How many lines stand above the names of a table, and who writes them; 0 where nobody does."""
    if lines and lines[0].startswith(LOGGER):
        return 1, "a logger"
    head = max((i for i, line in enumerate(lines, start=1) if line.startswith(END_OF_HEAD)), default=0)
    return (head, "LabVIEW") if head < len(lines) else (0, "")
