"""What is chosen on a page and is no setting of a run: kept from page to page, and in the address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from pages.ui.session import memory
from pages.ui.state import write_address
from pages.ui.widgets import KEPT


def choice(name: str, options: Collection[Any], default: Any) -> dict[str, Any]:
    """What ties a widget to the choice called `name`, one of `session.CHOICES`.

    What an address asks for that is not among the `options`, because they belong to another run, gives way to the
    `default`, which needs no word in the address.
    """
    remembered = memory()
    if name in remembered.asked:
        st.session_state[name] = _read(remembered.asked.pop(name), default)
    # A range looks for what is no number among all that it holds.
    if st.session_state.get(name) is None or st.session_state[name] not in options:
        st.session_state[name] = default
    value = st.session_state[name]
    remembered.chosen.pop(name, None)
    if value != default:
        remembered.chosen[name] = _text(value)
    write_address()
    return {"key": name, **KEPT}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _read(text: str, default: Any) -> Any:
    """The value that a word of an address stands for; None where it is none of the kind of `default`."""
    if isinstance(default, bool):
        return {"yes": True, "no": False}.get(text)
    if isinstance(default, int):
        return int(text) if text.isdecimal() else None
    return text
