"""Words that sentences about files are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


def counted(count: int, noun: str) -> str:
    """A number with its noun: "1 row", "2,000 rows", "3 classes"."""
    plural = noun[:-1] + "ies" if noun.endswith("ry") else noun + ("es" if noun.endswith(("s", "x")) else "s")
    return f"{count:,} {noun if count == 1 else plural}"


def printable(text: str, most: int = 60) -> str:
    """Text from a file as it may stand in a sentence: on one line, without control characters, not too long."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text[:500])
    kept = " ".join(kept.split())
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def column_name(name: str) -> str:
    """What stands behind the word "column" in a sentence: names of columns without one begin with it."""
    return printable(name, 30).removeprefix("column ")


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names, the first few of them: "a, b and 3 more"."""
    shown = [printable(name, 30) or '""' for name in names]
    if len(shown) <= most:
        return ", ".join(shown)
    return f"{', '.join(shown[:most])} and {len(shown) - most:,} more"


def told_apart(names: Iterable[str], most: int) -> list[str]:
    """Names of at most `most` characters, no two the same: one that comes up again gets a number, as in "a (2)"."""
    copies, taken = Counter[str](), dict[str, None]()
    for name in names:
        unique, stem = name, name[: most - len(" (100000)")]
        while unique in taken:
            copies[stem] += 1
            unique = f"{stem} ({copies[stem] + 1})"
        taken[unique] = None
    return list(taken)


@dataclass
class Tally:
    """How often something was decided, and where first.

    `add("Left out:", "row", "with too many cells", "line 7")` becomes "Left out: 3 rows with too many cells (the first:
    line 7)."
    """

    counts: dict[tuple[str, str, str], int] = field(default_factory=dict)
    first: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def add(self, before: str, noun: str, after: str, where: str, times: int = 1) -> None:
        """Count what happened so many `times`, the first time at `where`."""
        key = (before, noun, after)
        self.counts[key] = self.counts.get(key, 0) + times
        self.first.setdefault(key, where)

    def sentences(self) -> list[str]:
        """A sentence for each, in the order in which they first happened."""
        return [
            f"{before} {counted(count, noun)} {after}".strip() + f" (the first: {self.first[before, noun, after]})."
            for (before, noun, after), count in self.counts.items()
        ]
