"""What the widgets of a session stand at, and what its browser says and has been told of it.

Each request tells the values of all widgets, also of one that a press has just set, as long as its new value is on the
way to the browser. So what a browser says again is no news until the page is drawn, and later where nothing was turned:
in a press, in what a part of a page asks for by itself, and on the way back.

Streamlit also sends a value to a browser that has it, whenever a page runs again by itself or a request leaves it out;
who turned the widget meanwhile would see it jump back. And whatever was sent may cross with a turn: the browser then
shows what was sent, the page what was turned, and the next request would undo the turn. So the turn is sent, too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.state.common import RegisterWidgetResult, WidgetMetadata
from streamlit.runtime.state.session_state import SessionState, WStates


class WidgetValues(SessionState):
    """Streamlit's, which tells news from what is said again, and sends a value where the browser may show another."""

    def __init__(self) -> None:
        super().__init__()
        # Requests come in the server's thread, while a page is drawn in another.
        self._lock = threading.Lock()
        # The page that was drawn last, and the request for a whole page that came last, of its browser or of a page.
        self.drawn = ""
        self._asked = RerunData()
        # The page that the browser asked for last, and what its widgets were then, less those turned since.
        self._page = ""
        self._told: dict[str, WidgetState] = {}
        # What the last request said, and what the one said that the page is drawn for.
        self._heard: dict[str, WidgetState] = {}
        self._said: dict[str, WidgetState] = {}
        # What was sent to the browser and no request has confirmed: widgets, and the values of each, oldest first.
        self._sent: dict[str, list[WidgetState]] = {}

    def hear(self, request: RerunData) -> RerunData:
        """Note what a request says; a part of a page is asked for where the whole was asked for last."""
        with self._lock:
            if request.fragment_id:
                asked = self._asked
                request = replace(request, page_script_hash=asked.page_script_hash, page_name=asked.page_name)
            else:
                self._asked = request
            self._heard = {state.id: state for state in states_of(request)}
            # Messages arrive in order: a browser that has one has those before it.
            sent = enumerate(self._sent.items(), 1)
            confirmed = max((count for count, (id, values) in sent if self._heard.get(id) == values[-1]), default=0)
            for id in list(self._sent)[:confirmed]:
                del self._sent[id]
        return request

    def go(self, request: RerunData) -> None:
        """Note where a page goes without its browser having asked for it."""
        with self._lock:
            self._asked = request

    def begin(self, request: RerunData) -> None:
        """Note what a page begins with, which is no news from now on."""
        said = {state.id: state for state in states_of(request) if not is_press(state)}
        with self._lock:
            if request.page_script_hash != self._page:
                self._page, self._told = request.page_script_hash, {}
            self._told |= said
            self._said = self._heard

    def draw(self, page: str) -> None:
        """Note the page that was drawn, which is asked for by its name when a browser comes."""
        with self._lock:
            self.drawn = page
            self._page = self._page or page
            if not self._asked.page_script_hash:
                self._asked = replace(self._asked, page_script_hash=page)

    @property
    def asked_page(self) -> str:
        """The page that was asked for last, by the browser or by a page that left for it."""
        return self._asked.page_script_hash

    def news(self, request: RerunData) -> RerunData:
        """A request without the values that the browser had told already; another page begins with all of them."""
        with self._lock:
            if request.page_script_hash != self._page:
                return request
            states = [state for state in states_of(request) if self._told.get(state.id) != state]
            if not may_turn(request):
                # Nor is it news what was sent, as long as what was sent after it is on the way.
                states = [state for state in states if state not in self._sent.get(state.id, [])[:-1]]
            for state in states:
                self._told.pop(state.id, None)
        return with_states(request, states)

    def register_widget(self, metadata: WidgetMetadata[Any], user_key: str | None) -> RegisterWidgetResult[Any]:
        """What a widget stands at now, and whether that is sent to the browser."""
        result, id = super().register_widget(metadata, user_key), metadata.id
        if isinstance(result.value, Mapping):
            # What is selected or edited in a table is JSON, which browsers write otherwise.
            return result
        # Options are said by their titles, which others change.
        may_be_retitled = metadata.value_type == "string_value" and id in self._said
        with self._lock:
            if not (result.value_changed or may_be_retitled or id in self._sent):
                return result
            value, before = _state(metadata, result.value), self._sent.get(id, [])
            is_crossed = before[-1:] not in ([], [value])
            # A browser may not have drawn it yet: of what was sent twice by then it draws the second alone.
            is_undrawn = bool(before) and id not in self._said
            is_changed = (result.value_changed or may_be_retitled) and self._said.get(id) != value
            is_sent = is_crossed or is_undrawn or is_changed
            if is_sent:
                # It is the last one sent now.
                self._sent.pop(id, None)
                self._sent[id] = [*(sent for sent in before if sent != value), value]
        return replace(result, value_changed=is_sent)


def states_of(request: RerunData) -> list[WidgetState]:
    """What a request says of widgets."""
    return [] if request.widget_states is None else list(request.widget_states.widgets)


def with_states(request: RerunData, states: Iterable[WidgetState]) -> RerunData:
    """A request that says this of widgets."""
    return replace(request, widget_states=WidgetStates(widgets=states))


def is_press(state: WidgetState) -> bool:
    """Whether this is no value that stays, but something that happened: a press, a click on a picture."""
    return "trigger" in (state.WhichOneof("value") or "")


def is_pressed(request: RerunData) -> bool:
    """Whether a request says that something was pressed."""
    return any(map(is_press, states_of(request)))


def may_turn(request: RerunData) -> bool:
    """Whether somebody may have turned a widget: each turn is a request, and so is each press and each way back."""
    return not (request.is_auto_rerun or request.is_history_navigation or is_pressed(request))


def _state(metadata: WidgetMetadata[Any], value: Any) -> WidgetState:
    """A widget's value as a browser would say it."""
    one = WStates()
    one.set_widget_metadata(metadata)
    one.set_from_value(metadata.id, value)
    return cast(WidgetState, one.get_serialized(metadata.id))
