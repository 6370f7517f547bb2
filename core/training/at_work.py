"""Which line of the model's own code is at work, found on the stack of calls, and the numbers that it names."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from linecache import getlines
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from torch import Tensor

CORE = Path(__file__).resolve().parents[1]
# Lines of code around the one at work.
AROUND = 2


@dataclass(frozen=True)
class Line:
    """A statement of the code: its file and function, the number of its first line, its text, and that around it."""

    file: str
    function: str
    number: int
    before: str
    text: str
    after: str


def frames(folder: str = "") -> Iterator[FrameType]:
    """The functions of `core`, or of a folder of it, that are under way, the innermost first; training watches them."""
    inside, training = (f"{(CORE / name).as_posix()}/" for name in (folder, "training"))
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        # Windows has its own mark between folders.
        file = Path(frame.f_code.co_filename).as_posix()
        if file.startswith(inside) and not file.startswith(training):
            yield frame
        frame = frame.f_back


def line_at(frame: FrameType) -> Line:
    """The statement that a function is at."""
    node = _statement(frame)
    return _cut(frame.f_code, node.lineno, _end(node))


def opening(code: CodeType) -> Line:
    """The first line of a function."""
    return _cut(code, code.co_firstlineno, code.co_firstlineno)


def _cut(code: CodeType, first: int, last: int) -> Line:
    lines = getlines(code.co_filename)
    parts = lines[max(0, first - 1 - AROUND) : first - 1], lines[first - 1 : last], lines[last : last + AROUND]
    before, text, after = ("".join(part).rstrip() for part in parts)
    file = Path(code.co_filename).relative_to(CORE.parent).as_posix()
    return Line(file, code.co_name, first, before, text, after)


def _statement(frame: FrameType) -> ast.stmt:
    """The smallest statement that the line belongs to at which a function is."""
    number = frame.f_lineno
    around = [node for node in _statements(frame.f_code.co_filename) if node.lineno <= number <= _end(node)]
    return min(around, key=lambda node: _end(node) - node.lineno)


@cache
def _statements(file: str) -> list[ast.stmt]:
    return [node for node in ast.walk(ast.parse("".join(getlines(file)))) if isinstance(node, ast.stmt)]


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def name_of(value: Tensor) -> str:
    """What the outermost function of a model that knows a value calls it."""
    called = [name for frame in frames("models") for name, local in frame.f_locals.items() if local is value]
    return called[-1] if called else ""


def scalars(frame: FrameType) -> dict[str, float]:
    """The numbers that a function found, not those it was given, and its statement names; of tables what is in them."""
    code = frame.f_code
    named = {node.id for node in ast.walk(_statement(frame)) if isinstance(node, ast.Name)}
    found: dict[str, Any] = {}
    for name in code.co_varnames[code.co_argcount :]:
        value = frame.f_locals.get(name) if name in named else None
        found |= value if isinstance(value, Mapping) else {name: value}
    return {name: value.item() for name, value in found.items() if isinstance(value, Tensor) and value.dim() == 0}
