"""One knob → one widget: the only place where a widget is chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.glossary import explained
from core.hyperparameters import Knob, Names, exact
from core.ladders import ladder
from pages.ui.session import memory

# A run's knobs keep their values while another page is shown, or while they change nothing and are not drawn.
KEPT: dict[str, Any] = {"persist_state": "session"}
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


def draw(
    knob: Knob,
    begin: dict[str, Any],
    values: dict[str, Any],
    place: Mapping[str, Any] = MappingProxyType({}),
    marks: Collection[Any] = (),
    label: str = "",
) -> Any:
    """Draw one knob and return its value; one that changes nothing now is not drawn and keeps what it had.

    What is no knob of a run has another `place`: the key of its widget, and how long that is kept. `marks` are values
    that it must be able to take beside those that its scale has anyway; `label` takes the place of its own.
    """
    place = place or {"key": knob.name, **KEPT}
    if not knob.matters(values):
        return st.session_state.get(place["key"], begin[knob.name])
    return WIDGETS[_style(knob)](replace(knob, label=label or knob.label), begin[knob.name], marks, place)


def _style(knob: Knob) -> str:
    if knob.choices:
        return "buttons" if len(knob.choices) <= 3 else "choice"
    if knob.type == Names:
        return "names"
    if knob.type is tuple:
        return "shape"
    return "linear" if knob.scale == "linear" else "ladder"


def help_of(knob: Knob) -> str:
    """What a knob does, and the words of its help that need it explained."""
    live = " Can be turned while a run goes on." * knob.live
    return explained(f"{knob.label} {knob.help}", knob.help + live)


def _choice(knob: Knob, value: Any, marks: Collection[Any], place: Mapping[str, Any]) -> Any:
    return st.selectbox(
        knob.label,
        knob.choices,
        index=knob.choices.index(value),
        format_func=knob.text,
        help=help_of(knob),
        **place,
    )


def _buttons(knob: Knob, value: Any, marks: Collection[Any], place: Mapping[str, Any]) -> Any:
    return st.segmented_control(
        knob.label,
        knob.choices,
        default=value,
        required=True,
        format_func=knob.text,
        help=help_of(knob),
        width="stretch",
        **place,
    )


def _shape(knob: Knob, value: Any, marks: Collection[Any], place: Mapping[str, Any]) -> Any:
    now = st.session_state.get(place["key"], value)
    options = list(dict.fromkeys((*SHAPES, *marks, value, now)))
    return st.selectbox(
        knob.label, options, index=options.index(value), help=help_of(knob), format_func=knob.text, **place
    )


def _names(knob: Knob, value: Any, marks: Collection[Any], place: Mapping[str, Any]) -> Any:
    # What is left out may be of other data, from an address; the configuration then says that it is not there.
    options = list(dict.fromkeys((*marks, *st.session_state.get(place["key"], value))))
    st.session_state.setdefault(place["key"], value)
    return st.multiselect(knob.label, options, placeholder="None", help=help_of(knob), **place) if options else value


def _linear(knob: Knob, value: Any, marks: Collection[Any], place: Mapping[str, Any]) -> Any:
    low, high, digits = _reach(knob, value, marks, place["key"])
    shown = max(digits, _digits(st.session_state.get(place["key"], value)))
    step, form = (1, "%d") if knob.type is int else (10.0**-digits, f"%.{shown}f")
    return st.slider(knob.label, low, high, knob.type(value), step, form, help=help_of(knob), **place)


def _reach(knob: Knob, value: Any, marks: Collection[Any], key: str) -> tuple[Any, Any, int]:
    """The ends of an even slider, and how many digits behind the point its steps have."""
    # A stored run or an address may lie beyond the soft range; the slider then reaches that far. It goes on doing so
    # when it is moved back: Streamlit takes a slider of another range for another slider, and would forget its value.
    reach = (*knob.slider, *marks, value, memory().adopted.get(key, value))
    low, high = knob.type(min(reach)), knob.type(max(reach))
    # Fine enough that the default can be reached again, and that what it stands at is shown as it is.
    return low, high, 0 if knob.type is int else max(2 if high <= 2 else 1, *map(_digits, (value, *marks)))


def _digits(value: float) -> int:
    """How many there are behind the point."""
    exponent = Decimal(str(value)).as_tuple().exponent
    return max(0, -int(exponent))


def _ladder(knob: Knob, value: Any, marks: Collection[Any], place: Mapping[str, Any]) -> Any:
    return ladder_slider(knob.label, [*ladder(knob), *marks], value, help_of(knob), place)


def ladder_slider(label: str, steps: list[Any], value: Any, help: str, place: Mapping[str, Any]) -> Any:
    """A slider over the steps of a ladder, and over whatever else it stands at or was set to."""
    options = _with_others(steps, value, place["key"])
    # Options are told apart by their text, so it has all digits.
    return st.select_slider(label, options, value, format_func=exact, help=help, **place)


def stops(knob: Knob, value: Any, marks: Collection[Any]) -> list[Any]:
    """All values that the slider of a knob stops at, in order."""
    if knob.scale != "linear":
        return _with_others([*ladder(knob), *marks], value, knob.name)
    low, high, digits = _reach(knob, value, marks, knob.name)
    count = round((high - low) * 10**digits)
    even = [knob.type(round(low + step / 10**digits, digits)) for step in range(count + 1)]
    return _with_others(even, value, knob.name)


def _with_others(steps: list[Any], value: Any, key: str) -> list[Any]:
    now, adopted = st.session_state.get(key, value), memory().adopted.get(key, value)
    return sorted({*steps, value, now, adopted})


WIDGETS: dict[str, Callable[[Knob, Any, Collection[Any], Mapping[str, Any]], Any]] = {
    "choice": _choice,
    "buttons": _buttons,
    "names": _names,
    "shape": _shape,
    "linear": _linear,
    "ladder": _ladder,
}
