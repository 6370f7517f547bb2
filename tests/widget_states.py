"""What a browser says to Streamlit of the widgets on a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.proto.Common_pb2 import DoubleArray, StringArray
from streamlit.proto.WidgetStates_pb2 import WidgetState

# What a browser says of a widget that nobody has touched, by the kind of widget; of all others it says nothing.
_SAYS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "slider": lambda it: (
        {"string_array_value": StringArray(data=it.raw_value or [it.options[int(place)] for place in it.default])}
        if it.options
        else {"double_array_value": DoubleArray(data=it.value if it.set_value else it.default)}
    ),
    "number_input": lambda it: {"double_value": it.value if it.set_value else it.default},
    "checkbox": lambda it: {"bool_value": it.value if it.set_value else it.default},
    "selectbox": lambda it: {"string_value": it.raw_value if it.set_value else it.options[it.default]},
    "button_group": lambda it: {
        "string_array_value": StringArray(
            data=it.raw_values if it.set_value else [it.options[place].content for place in it.default]
        )
    },
}


def untouched(kind: str, widget: Any) -> WidgetState | None:
    """The state of a widget of this kind that nobody has touched; None of a kind that says nothing then."""
    return WidgetState(id=widget.id, **_SAYS[kind](widget)) if kind in _SAYS else None


def widget_of(element: Any) -> Any | None:
    """What an element is, if it has an id."""
    kind = element.WhichOneof("type")
    inner = getattr(element, kind) if kind else None
    return inner if getattr(inner, "id", "") else None


def key_of(widget: Any) -> str:
    """The key that a widget was given, which stands behind the two parts of its id."""
    return str(widget.id.split("-", 2)[-1])
