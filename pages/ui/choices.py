"""What is chosen on a page and is no setting of a run: kept from page to page, and in the address."""

from __future__ import annotations

import math
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import streamlit as st

from core.query import text_of
from pages.ui.session import memory
from pages.ui.state import put, write_address
from pages.ui.widgets import KEPT

# Between several things that are chosen at once.
SEPARATOR = "~"


@dataclass(frozen=True)
class Between:
    """The numbers from the lowest to the highest."""

    low: float
    high: float

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high

    def reaching(self, value: float) -> Between:
        """These, and all up or down to another number."""
        return Between(min(self.low, value), max(self.high, value))


class OrTyped(tuple[Any, ...]):
    """Options, and whatever somebody types instead."""

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, str) or super().__contains__(value)


def choice(name: str, options: Container[Any], default: Any, most: int | None = None) -> dict[str, Any]:
    """What ties a widget to the choice called `name`, which `session.is_choice` knows.

    Where the default is a list several can be chosen, `most` of them; where it is a tuple, as many numbers as it has.
    """
    chosen(name, options, default, most)
    return {"key": name, **KEPT}


def chosen(name: str, options: Container[Any], default: Any, most: int | None = None) -> Any:
    """The choice called `name`, for what is no widget of Streamlit's.

    What an address asks for that is not among the `options`, because they belong to another run, gives way to the
    `default`, which needs no word in the address. What never was chosen goes with the default, which may be another one
    for another run; so does each of several numbers.
    """
    remembered, state = memory(), st.session_state
    asked, value, begun = remembered.asked.pop(name, None), state.get(name, default), remembered.begun.get(name)
    if asked:
        value = _read(asked, options, default)
    elif asked == "" or name not in state or value == begun:
        value = default
    elif isinstance(default, tuple) and begun is not None and len(value) == len(begun) == len(default):
        value = tuple(new if each == old else each for each, old, new in zip(value, begun, default, strict=True))
    remembered.begun[name] = default
    if isinstance(default, list):
        kept = [each for each in dict.fromkeys(value) if each in options][:most]
        # Who chose nothing gets nothing.
        value = kept if kept or not value else default
    elif isinstance(default, tuple):
        value = value if len(value) == len(default) and all(each in options for each in value) else default
    elif value not in options:
        value = default
    put(name, value)
    if value != default:
        remembered.chosen[name] = _text(value, default)
    else:
        remembered.chosen.pop(name, None)
    write_address()
    return value


def reach(numbers: Collection[float]) -> tuple[float, float, float]:
    """The ends of a widget over different numbers, and its step: a power of ten, less than a hundredth of the way.

    Browsers count from the lower end in decimals, and come to an upper end only if it is so many whole steps away.
    """
    digits = 2 - math.floor(math.log10(max(numbers) - min(numbers)))
    step = round(10.0**-digits, max(0, digits))
    low, high = math.floor(min(numbers) / step), math.ceil(max(numbers) / step)
    return round(low * step, digits), round(high * step, digits), step


def unchoose(*names: str) -> None:
    """Have these stand again as their page begins, which is one step of the browser's history."""
    for name in names:
        memory().asked[name] = ""
        memory().chosen.pop(name, None)


def _text(value: Any, default: Any = None) -> str:
    """The word of a value; of several numbers those that stand as they begin need none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(default, tuple):
        both = zip(value, default, strict=True)
        return SEPARATOR.join("" if each == begun else text_of(each) for each, begun in both)
    return SEPARATOR.join(map(text_of, value)) if isinstance(value, list | tuple) else text_of(value)


def _read(text: str, options: Container[Any], default: Any) -> Any:
    """What a word of an address stands for: options by their texts, or a number of the kind of `default`."""
    if isinstance(default, list):
        return [_read(each, options, "") for each in text.split(SEPARATOR)]
    if isinstance(default, tuple):
        texts = text.split(SEPARATOR)
        return tuple(map(_read, texts, repeat(options), default)) if len(texts) == len(default) else default
    if isinstance(options, Iterable) and not isinstance(options, range):
        return {_text(option): option for option in options}.get(text, text)
    try:
        return type(default)(text)
    except ValueError:
        # A range looks for what is no number among all that it holds.
        return default
