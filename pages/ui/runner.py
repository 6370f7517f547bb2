"""How pages run here: what was pressed is done, to its end, and once.

Streamlit looks for newer requests at each element and each use of the session, also in what a button calls. Whatever
had the page run in that moment, another widget or a view whose run has ended, cut a press short or took its place. And
a part of a page that runs again by itself sends along a press that its browser sends once more a moment later.

Each request tells the values of all widgets, also of one that a press has just set, as long as its new value is on the
way to the browser. So what a browser says again is no news until the page is drawn, and later where nothing was turned:
in a press, in what a part of a page asks for by itself, and on the way back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import app_session
from streamlit.runtime.fragment import FragmentStorage
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunner, get_script_run_ctx

_is_acting: ContextVar[bool] = ContextVar("is_acting", default=False)


@dataclass
class _Told:
    """The page that a session's browser asked for last, and what its widgets were then, less those turned since."""

    page: str = ""
    states: dict[str, WidgetState] = field(default_factory=dict)


# By what is of one session, and goes with it.
_told: WeakKeyDictionary[FragmentStorage, _Told] = WeakKeyDictionary()


class Runner(ScriptRunner):
    """Streamlit's, which gives way to a newer request where nothing that was pressed is left to do.

    So a session has one at a time, and each press is done before the page hears of the next.
    """

    def __init__(self, *, initial_rerun_data: RerunData, **arguments: Any) -> None:
        # Whether the page runs for a press, and what it gives way to.
        self._is_pressed = False
        self._next: RerunData | None = None
        # A session has a runner after the other.
        self._told = _told.setdefault(arguments["fragment_storage"], _Told())
        news = initial_rerun_data if _may_turn(initial_rerun_data) else self._news(initial_rerun_data)
        super().__init__(initial_rerun_data=_sent_once(news), **arguments)

    def request_rerun(self, rerun_data: RerunData) -> bool:
        """Have the page run with what a browser says; False where this runner has ended."""
        return super().request_rerun(self._news(_sent_once(rerun_data)))

    def request_stop(self) -> None:
        """Go on: who lost the connection comes back to what was pressed, and each page ends by itself."""

    def _run_script(self, rerun_data: RerunData) -> None:
        self._begin(rerun_data)
        super()._run_script(rerun_data)

    def _begin(self, request: RerunData) -> None:
        self._is_pressed = _is_pressed(request)
        said = {state.id: state for state in _states(request) if not _is_press(state)}
        if request.page_script_hash != self._told.page:
            self._told.page, self._told.states = request.page_script_hash, {}
        self._told.states |= said

    def _news(self, request: RerunData) -> RerunData:
        """A request without the values that the browser had told already; another page begins with all of them."""
        if request.page_script_hash != self._told.page:
            return request
        states = [state for state in _states(request) if self._told.states.get(state.id) != state]
        for state in states:
            self._told.states.pop(state.id, None)
        return _with(request, states)

    def _maybe_handle_execution_control_request(self) -> None:
        context = get_script_run_ctx(suppress_warning=True)
        is_drawing = context is not None and context.has_script_started
        # On its way out a page uses the session, too.
        if self._is_pressed or self._next is not None or _is_acting.get() or not is_drawing:
            return
        try:
            super()._maybe_handle_execution_control_request()
        except RerunException as way_out:
            self._next = way_out.rerun_data
            raise

    def _on_script_finished(self, *arguments: Any) -> None:
        super()._on_script_finished(*arguments)
        if self._next is None:
            self._is_pressed = False
        else:
            self._begin(self._next)
        self._next = None


def install() -> None:
    """Have all sessions run like this."""
    vars(app_session)["ScriptRunner"] = Runner


@contextmanager
def undisturbed() -> Iterator[None]:
    """Do something that a page does without a press to its end."""
    token = _is_acting.set(True)
    try:
        yield
    finally:
        _is_acting.reset(token)


def _sent_once(request: RerunData) -> RerunData:
    """A request of a browser, without presses where a part of the page runs again by itself."""
    if not request.is_auto_rerun or not _is_pressed(request):
        return request
    return _with(request, [state for state in _states(request) if not _is_press(state)])


def _with(request: RerunData, states: list[WidgetState]) -> RerunData:
    return replace(request, widget_states=WidgetStates(widgets=states))


def _is_pressed(request: RerunData) -> bool:
    return any(map(_is_press, _states(request)))


def _may_turn(request: RerunData) -> bool:
    """Whether somebody may have turned a widget: each turn is a request, and so is each press and each way back."""
    return not (request.is_auto_rerun or request.is_history_navigation or _is_pressed(request))


def _states(request: RerunData) -> list[WidgetState]:
    return [] if request.widget_states is None else list(request.widget_states.widgets)


def _is_press(state: WidgetState) -> bool:
    """Whether this is no value that stays, but something that happened: a press, a click on a picture."""
    return "trigger" in (state.WhichOneof("value") or "")
