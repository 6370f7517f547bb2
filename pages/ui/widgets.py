"""One knob → one widget: the only place where a widget is chosen.

A knob of a run is bound to the page's address under its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

import streamlit as st

from core.hyperparameters import Knob

BOUND: dict[str, Any] = {"bind": "query-params"}
SHAPES = [
    (),
    (16,),
    (32,),
    (64,),
    (128,),
    (256,),
    (512,),
    (32, 32),
    (64, 64),
    (128, 64),
    (256, 128),
    (512, 256),
    (64, 64, 64),
    (128, 64, 32),
    (256, 128, 64),
    (512, 256, 128),
    (1024, 512, 256, 128),
]


def read_id(key: str, table: Collection[str]) -> None:
    """Let an address name a choice by its id as well as by its title, which is what the widget reads."""
    asked = st.query_params.get(key)
    if key not in st.session_state and asked in table:
        st.session_state[key] = asked


def draw(knob: Knob, begin: dict[str, Any], values: dict[str, Any], prefix: str = "") -> Any:
    """Draw one knob and return its value; one that changes nothing now is not drawn and keeps what it had.

    With a `prefix` its widget goes by another key and stands in no address: it belongs to another page than Train.
    """
    key = prefix + knob.name
    if not knob.matters(values):
        return st.session_state.get(key, begin[knob.name])
    return WIDGETS[_style(knob)](knob, begin[knob.name], {"key": key} if prefix else {"key": key, **BOUND})


def _style(knob: Knob) -> str:
    if knob.choices:
        return "buttons" if len(knob.choices) <= 3 else "choice"
    if knob.type is tuple:
        return "shape"
    return knob.scale


def _help(knob: Knob) -> str:
    return knob.help + " Can be turned while a run goes on." * knob.live


def _choice(knob: Knob, value: Any, place: dict[str, Any]) -> Any:
    read_id(place["key"], knob.choices)
    return st.selectbox(
        knob.label,
        knob.choices,
        index=knob.choices.index(value),
        format_func=_spaced,
        help=_help(knob),
        **place,
    )


def _buttons(knob: Knob, value: Any, place: dict[str, Any]) -> Any:
    read_id(place["key"], knob.choices)
    return st.segmented_control(
        knob.label,
        knob.choices,
        default=value,
        required=True,
        format_func=_spaced,
        help=_help(knob),
        width="stretch",
        **place,
    )


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _shape(knob: Knob, value: Any, place: dict[str, Any]) -> Any:
    now = st.session_state.get(place["key"], value)
    options = [*SHAPES, *(shape for shape in dict.fromkeys((value, now)) if shape not in SHAPES)]
    return st.selectbox(
        knob.label,
        options,
        index=options.index(value),
        help=_help(knob),
        format_func=lambda shape: " – ".join(map(str, shape)) or "none",
        **place,
    )


def _linear(knob: Knob, value: Any, place: dict[str, Any]) -> Any:
    low, high = knob.soft or (knob.low, knob.high)
    now = _now(place["key"], value, (knob.low, knob.high), knob.type)
    # A stored run or an address may lie beyond the soft range; the slider then reaches that far.
    low, high = knob.type(min(low, now)), knob.type(max(high, now))
    # Fine enough that the default can be reached again.
    digits = max(2 if high <= 2 else 1, -Decimal(str(value)).as_tuple().exponent)
    step, shown = (1, "%d") if knob.type is int else (10.0**-digits, f"%.{digits}f")
    return st.slider(knob.label, low, high, knob.type(value), step, shown, help=_help(knob), **place)


def _log(knob: Knob, value: Any, place: dict[str, Any]) -> Any:
    ladder = _ladder(*(knob.soft or (knob.low, knob.high)), knob.type)
    return log_slider(knob.label, ladder, value, (knob.low, knob.high), _help(knob), place)


def log_slider(
    label: str, ladder: list[Any], value: Any, limits: tuple[Any, Any], help: str, place: dict[str, Any]
) -> Any:
    """A slider over the values of a ladder, and over whatever else it stands at."""
    options = sorted({*ladder, value, _now(place["key"], value, limits, type(value))})
    return st.select_slider(label, options, value, format_func=lambda v: f"{v:,g}", help=help, **place)


def _now(key: str, value: Any, limits: tuple[Any, Any], kind: type) -> Any:
    """What a slider is about to show: this session's value, the address', or its default."""
    if key in st.session_state:
        return st.session_state[key]
    try:
        asked = kind(st.query_params.get(key, "").replace(",", ""))
    except ValueError:
        return value
    if not limits[0] <= asked <= limits[1]:
        return value
    # The widget itself reads only what it would show: 200,000, not 200000.
    st.session_state[key] = asked
    return asked


def _ladder(low: float, high: float, kind: type) -> list[Any]:
    """1, 2, 5, 10, … between `low` and `high`, powers of two for whole numbers, both ends included."""
    if kind is int:
        return sorted({int(low), *(2**k for k in range(20) if low <= 2**k <= high), int(high)})
    steps = [float(f"{digit}e{power}") for power in range(-6, 5) for digit in (1, 2, 5)]
    return sorted({low, *(step for step in steps if low <= step <= high), high})


WIDGETS: dict[str, Callable[[Knob, Any, dict[str, Any]], Any]] = {
    "choice": _choice,
    "buttons": _buttons,
    "shape": _shape,
    "linear": _linear,
    "log": _log,
}
