"""The history of a run: a file that only grows, with a line for each step that was observed, and a checksum in each.

A line begins with its line break: what was cut short by a crash or a full disk ends where the next one begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from core.engine.record import Seconds, Step
from core.files import write
from core.sealed import seal, unseal

_SOUND = TypeAdapter(tuple[Step, Seconds | None, dict[str, float]])
# Bytes at the end of a file, among which a whole line is.
TAIL = 1 << 14


class Point(NamedTuple):
    """Where a run stood: its step, the seconds of training until then if they are known, and the metrics."""

    step: int
    seconds: float | None
    metrics: dict[str, float]


def append(path: Path, point: Point) -> None:
    """Add a line."""
    with path.open("ab") as file:
        file.write(_line(point))


def rewrite(path: Path, points: Iterable[Point]) -> None:
    """Write the whole file anew."""
    write(path, b"".join(map(_line, points)))


def cut(path: Path, step: int) -> None:
    """Remove what comes after a step.

    Raises:
        OSError: it cannot be read or written now, and stays as it is.
    """
    try:
        found = _last(path)
    except FileNotFoundError:
        return
    if found is not None and found.step > step:
        rewrite(path, [point for point in _points(path.read_bytes()) if point.step <= step])


def read(path: Path) -> list[Point]:
    """All points in the order of their steps, the last of each; damaged lines are left out."""
    with suppress(OSError):
        return _points(path.read_bytes())
    return []


def last(path: Path) -> Point | None:
    """The last point, or None where there is none that can be read; without reading the whole file.

    Its metrics are the last of each: those of validation samples are not measured every time.
    """
    with suppress(OSError):
        return _last(path)
    return None


def _last(path: Path) -> Point | None:
    """The last point, with the last of each metric; without reading the whole file.

    Raises:
        OSError: it is not there, or cannot be read now.
    """
    for tail in (TAIL, None):
        data = _bytes(path, tail)
        metrics: dict[str, float] = {}
        newest = None
        for point in filter(None, map(_point, reversed(data.split(b"\n")))):
            newest = newest or point
            metrics = {**point.metrics, **metrics}
            if any(name.startswith("test_") for name in metrics):
                break
        if newest is not None:
            return newest._replace(metrics=metrics)
    return None


def _points(data: bytes) -> list[Point]:
    points = {point.step: point for point in map(_point, data.split(b"\n")) if point is not None}
    return [points[step] for step in sorted(points)]


def _line(point: Point) -> bytes:
    return b"\n" + seal(point)


def _bytes(path: Path, tail: int | None) -> bytes:
    """What a file holds, or its last `tail` bytes."""
    with path.open("rb") as file:
        if tail is not None:
            file.seek(max(0, path.stat().st_size - tail))
        return file.read()


def _point(line: bytes) -> Point | None:
    """What a line says; None of a damaged one."""
    try:
        return Point(*_SOUND.validate_python(unseal(line)))
    except ValueError:
        return None
