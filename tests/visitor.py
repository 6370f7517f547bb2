"""A visitor without a browser: what Streamlit's script and our stage say to the server, said over the same sockets.

It asks for the page, keeps the cookies, opens the page's socket, answers with the states of all widgets as a browser
does, runs the fragments that run by themselves, and follows the run on screen over the stage's socket.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.followed_stage import Stage, phase_of
from tests.widget_states import key_of, untouched, widget_of
from tests.wire import PATIENCE, Wire

T = TypeVar("T")


def at_once(visits: Coroutine[Any, Any, T]) -> T:
    """Do what visitors do beside the event loop of the browser's tests, and wait for it."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, visits).result()


class Visitor:
    """One browser tab on the laboratory at `url`: `elements` are on its page, `query` is in its address.

    What went wrong is in `problems`, in the words of the page.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.query = ""
        self.elements: dict[tuple[int, ...], Any] = {}
        self.stage: Stage | None = None
        self.problems: list[str] = []
        self._wire = Wire(url)
        self._page = ""
        self._runs = 0
        self._fresh: dict[tuple[int, ...], Any] = {}
        self._heard: set[str] = set()
        self._states: dict[str, WidgetState] = {}
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._repeating: dict[str, asyncio.Task[None]] = {}

    # What a visitor does

    async def open(self, **query: Any) -> None:
        """Open the page Train at its address, and wait until all of it is there."""
        self.query = urlencode(query)
        await asyncio.to_thread(self._wire.fetch, f"/?{self.query}", "/_stcore/health", "/_stcore/host-config")
        self._socket = await self._wire.connect("/_stcore/stream", "streamlit")
        self._begin(self._follow(self._socket))
        await self._run()

    async def press(self, key: str) -> None:
        """Press a button as soon as it can be pressed, and wait until the page has run."""
        await self.until(lambda: not self.widget(key).disabled)
        await self._run(WidgetState(id=self.widget(key).id, trigger_value=True))

    async def turn(self, key: str, value: str) -> None:
        """Set a slider over the steps of a ladder to the one that reads `value`, and wait until the page has run."""
        self._keep(WidgetState(id=self.widget(key).id, string_array_value=StringArray(data=[value])))
        await self._run()

    async def until(self, is_so: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Wait until something is so, which is asked whenever something came.

        Raises:
            TimeoutError: it was not within `patience` seconds.
        """
        async with asyncio.timeout(patience):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def leave(self) -> None:
        """Close the tab."""
        for task in self._tasks:
            task.cancel()
        await self._wire.close()

    def widget(self, key: str) -> Any:
        """What stands on the page under a widget's key.

        Raises:
            LookupError: nothing does.
        """
        if not self.has(key):
            raise LookupError(f"There is no {key!r} on the page.")
        return self._widgets()[key]

    def has(self, key: str) -> bool:
        """Whether anything does."""
        return key in self._widgets()

    def _widgets(self) -> dict[str, Any]:
        widgets = filter(None, map(widget_of, self.elements.values()))
        return {key_of(widget): widget for widget in widgets}

    # The page

    async def _run(self, pressed: WidgetState | None = None, fragment: str = "") -> None:
        """Have the page run, and unless it is only a fragment wait until it has."""
        before = self._runs
        asked = ClientState(
            query_string=self.query,
            page_script_hash=self._page,
            fragment_id=fragment,
            is_auto_rerun=bool(fragment),
            cached_message_hashes=self._heard,
        )
        asked.widget_states.widgets.extend(self._states.values())
        if pressed is not None:
            asked.widget_states.widgets.append(pressed)
        asked.context_info.url = self.url
        asked.context_info.timezone = "UTC"
        await self._socket.send(BackMsg(rerun_script=asked).SerializeToString())
        if not fragment:
            await self.until(lambda: self._runs > before)

    async def _follow(self, socket: ClientConnection) -> None:
        async for data in socket:
            assert isinstance(data, bytes)
            message = ForwardMsg.FromString(data)
            if message.HasField("ref_hash"):
                self.problems.append("A message was not sent, as a browser may have forgotten that it was before.")
                continue
            self._heard.add(message.hash)
            self._take(message)
            self._news.set()

    def _take(self, message: ForwardMsg) -> None:
        """Do what Streamlit's script does with a message."""
        kind, is_part = message.WhichOneof("type"), bool(message.metadata.run.fragment_ids)
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
            if not is_part:
                self._fresh = {}
                self._stop(list(self._repeating))
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._draw(message, self.elements if is_part else self._fresh)
        elif kind == "auto_rerun":
            self._stop([message.auto_rerun.fragment_id])
            again = self._again(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            self._repeating[message.auto_rerun.fragment_id] = self._begin(again)
        elif kind == "stop_auto_rerun":
            self._stop(message.stop_auto_rerun.fragment_ids)
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self.elements, self._fresh = self._fresh, {}
            here = {widget.id for widget in map(widget_of, self.elements.values()) if widget is not None}
            self._states = {id: state for id, state in self._states.items() if id in here}
            self._runs += 1

    def _draw(self, message: ForwardMsg, page: dict[tuple[int, ...], Any]) -> None:
        element = message.delta.new_element
        page[tuple(message.metadata.delta_path)] = element
        kind, widget = element.WhichOneof("type"), widget_of(element)
        if kind == "exception":
            self.problems.append(element.exception.message)
        elif kind == "alert":
            self.problems.append(element.alert.body)
        elif kind == "bidi_component" and key_of(widget) == "stage_view":
            self._show(json.loads(widget.mixed.json or widget.json))
        elif (state := untouched(kind, widget)) and (widget.set_value or widget.id not in self._states):
            self._keep(state)

    def _keep(self, state: WidgetState) -> None:
        self._states[state.id] = state

    async def _again(self, fragment: str, seconds: float) -> None:
        """Have a fragment run again and again."""
        while True:
            await asyncio.sleep(seconds)
            await self._run(fragment=fragment)

    def _stop(self, fragments: Iterable[str]) -> None:
        """Have some fragments not run again."""
        for task in [self._repeating.pop(each) for each in fragments if each in self._repeating]:
            task.cancel()

    # The stage

    def _show(self, data: dict[str, Any]) -> None:
        """Follow the run on the stage, unless it is followed already."""
        if self.stage is None or self.stage.run != data["run"]:
            self.stage = Stage(data["run"], phase_of(data["drawn"]))
            self._begin(self._watch(self.stage))
        self.stage.told = phase_of(data["drawn"])

    async def _watch(self, stage: Stage) -> None:
        socket = await self._wire.connect(f"/live/{stage.run}")
        await socket.send(json.dumps({"rate": 4}))
        async for message in socket:
            stage.hear(message)
            self._news.set()
            if stage.phase != stage.told and self.stage is stage:
                stage.told = stage.phase
                await self._trigger("stage_view", "status", stage.phase)

    async def _trigger(self, key: str, event: str, value: str) -> None:
        """Have the page run because a component says something."""
        name = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{self.widget(key).id}__events"
        told = json.dumps([{"event": event, "value": value}])
        await self._run(WidgetState(id=name, json_trigger_value=told))

    # The wire

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something until this tab is closed; that the server does not answer any more is a problem."""

        async def attempt() -> None:
            try:
                await work
            except (ConnectionClosed, TimeoutError, OSError) as error:
                self.problems.append(f"{work.__name__}: {type(error).__name__} {error}")

        task = asyncio.create_task(attempt())
        self._tasks.append(task)
        return task
