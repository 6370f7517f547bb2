"""How pages run here: what was pressed is done, to its end, and once.

Streamlit looks for newer requests at each element and each use of the session, also in what a button calls. Whatever
had the page run in that moment, another widget or a view whose run has ended, cut a press short or took its place. And
a part of a page that runs again by itself sends along a press that its browser sends once more a moment later.

Nor does a part know which page it is on: its browser tells the page that it has drawn, and may be on the way to the
next. Streamlit would go back to that page, or have the browser take away all that stands around the part. And where a
press in a part kept the page waiting, Streamlit would draw all of the page into the part.

A page ends itself at `st.stop()`, for a press, too. Streamlit's own asks its runner to end, which would not hear of it
then, and would forget what a browser had asked for meanwhile. It also leaves at `st.switch_page()` and `st.rerun()`:
were it drawn to its end, whatever its browser asked of it until then would take the place of where it goes. Only where
the browser has left for another page meanwhile does it go there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import wraps
from typing import Any, NoReturn

import streamlit
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value
from streamlit.runtime import app_session, state
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunner, StopException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from pages.ui.messages_to_browser import MessagesToBrowser
from pages.ui.widget_values import WidgetValues, is_press, is_pressed, may_turn, states_of, with_states

# Streamlit's own, which end a page by asking for another.
LEAVING = (streamlit.rerun, streamlit.switch_page)

_is_acting: ContextVar[bool] = ContextVar("is_acting", default=False)
_is_leaving: ContextVar[bool] = ContextVar("is_leaving", default=False)
_runner: ContextVar[Runner | None] = ContextVar("runner", default=None)


class Runner(ScriptRunner):
    """Streamlit's, which gives way to a newer request where nothing that was pressed is left to do.

    So a session has one at a time, and each press is done before the page hears of the next.
    """

    def __init__(self, *, session_state: WidgetValues, initial_rerun_data: RerunData, **arguments: Any) -> None:
        # Whether the page runs for a press, and what it gives way to.
        self._is_pressed = False
        self._next: RerunData | None = None
        # Those of the session, which has a runner after the other.
        self._values = session_state
        asked = self._values.hear(initial_rerun_data)
        news = asked if may_turn(asked) else self._values.news(asked)
        super().__init__(session_state=session_state, initial_rerun_data=_sent_once(news), **arguments)

    def request_rerun(self, rerun_data: RerunData) -> bool:
        """Have the page run with what a browser says; False where this runner has ended."""
        return super().request_rerun(self._values.news(_sent_once(self._values.hear(rerun_data))))

    def request_stop(self) -> None:
        """Go on: who lost the connection comes back to what was pressed, and each page ends by itself."""

    def _run_script(self, rerun_data: RerunData) -> None:
        if rerun_data.fragment_id_queue and self._values.drawn:
            rerun_data = replace(rerun_data, page_script_hash=self._values.drawn)
        self._begin(rerun_data)
        _runner.set(self)
        super()._run_script(rerun_data)

    def follow(self) -> None:
        """Go to the page that the browser has left for, if it has."""
        context = get_script_run_ctx()
        if context is not None and self._values.asked_page != context.page_script_hash:
            self._maybe_handle_execution_control_request()

    def _begin(self, request: RerunData) -> None:
        self._is_pressed = is_pressed(request)
        self._values.begin(request)

    def _maybe_handle_execution_control_request(self) -> None:
        context = get_script_run_ctx(suppress_warning=True)
        is_drawing = context is not None and context.has_script_started
        is_busy = (self._is_pressed or _is_acting.get()) and not _is_leaving.get()
        # On its way out a page uses the session, too.
        if is_busy or self._next is not None or not is_drawing:
            return
        try:
            super()._maybe_handle_execution_control_request()
        except RerunException as way_out:
            self._next = way_out.rerun_data
            if _is_leaving.get():
                self._values.go(self._next)
            raise

    def _on_script_finished(self, ctx: ScriptRunContext, *arguments: Any) -> None:
        self._values.draw(ctx.page_script_hash)
        super()._on_script_finished(ctx, *arguments)
        # A part of a page leaves its place behind as the one to draw in; the whole page would be drawn there next.
        context_dg_stack.set(get_default_dg_stack_value())
        if self._next is None:
            self._is_pressed = False
        else:
            self._begin(self._next)
        self._next = None


def install() -> None:
    """Have all sessions run like this."""
    vars(app_session)["ScriptRunner"] = Runner
    vars(app_session)["ForwardMsgQueue"] = MessagesToBrowser
    vars(state)["SessionState"] = WidgetValues
    vars(streamlit)["stop"] = _stop
    for command in LEAVING:
        vars(streamlit)[command.__name__] = _at_once(command)


def _at_once(command: Callable[..., NoReturn]) -> Callable[..., NoReturn]:
    """A command that ends the page where it stands, for a press, too."""

    @wraps(command)
    def leave(*arguments: Any, **options: Any) -> NoReturn:
        token, runner = _is_leaving.set(True), _runner.get()
        try:
            if runner is not None:
                runner.follow()
            command(*arguments, **options)
        finally:
            _is_leaving.reset(token)

    return leave


def _stop() -> NoReturn:
    """End the page here, with what it has drawn."""
    raise StopException


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
    if not request.is_auto_rerun or not is_pressed(request):
        return request
    return with_states(request, [state for state in states_of(request) if not is_press(state)])
