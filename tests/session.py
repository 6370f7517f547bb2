"""A session without a browser or a socket: what a page draws is noted, and what a browser would send is sent at will.

A browser cannot be made to send two messages within a millisecond, or to lose its connection between two of them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import SessionClient

T = TypeVar("T")
PATIENCE = 120.0


class Host:
    """Streamlit's half of a server, with one script, in a thread of its own; one at a time in a process."""

    def __init__(self, script: Path) -> None:
        files = MemoryMediaFileStorage("/media"), MemoryUploadedFileManager("/upload")
        self._script, self._files = script, files
        self.loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._ready.wait(PATIENCE)

    def close(self) -> None:
        """End all sessions."""
        self.loop.call_soon_threadsafe(self.runtime.stop)
        self._thread.join(PATIENCE)
        Runtime._instance = None

    def do(self, what: Awaitable[T]) -> T:
        """Do something in the host's thread, and wait for it."""

        async def act() -> T:
            return await what

        return asyncio.run_coroutine_threadsafe(act(), self.loop).result(PATIENCE)

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._run())

    async def _run(self) -> None:
        media, uploads = self._files
        self.runtime = Runtime(RuntimeConfig(str(self._script), media, uploads))
        await self.runtime.start()
        self._ready.set()
        await self.runtime.stopped


class Session(SessionClient):
    """One tab on a `host`: its `widgets` by their keys and their `places` on the page, the `query` of its address, the
    `fragments` that run again.

    What is `shown` is what was chosen, or what the server sent after that; of what was `sent` the keys are noted.
    `errors` is what the script stumbled over, `cookies` is what the browser has.
    """

    def __init__(self, host: Host, **query: Any) -> None:
        self._host = host
        self.query = urlencode(query)
        self.page = ""
        self.widgets: dict[str, Any] = {}
        self.places: dict[str, tuple[int, ...]] = {}
        self.shown: dict[str, str] = {}
        self.sent: list[str] = []
        self.fragments: list[str] = []
        self.errors: list[str] = []
        self.cookies: dict[str, str] = {}
        self._said: list[WidgetState] = []
        self._on_the_way: list[ForwardMsg] | None = None
        self._awaited: dict[str, threading.Event] = {}
        self.id = host.do(self._connect(None))

    # What a browser does

    def ask(self, *pressed: str, page: str | None = None, fragment: str = "", by_itself: bool = True) -> None:
        """Send what a browser sends when buttons are pressed, or when none is, and wait for nothing.

        A `fragment` runs again `by_itself`, or for what is pressed in it.
        """
        is_auto = bool(fragment) and by_itself
        asked = ClientState(
            query_string=self.query, page_script_hash=self.page, fragment_id=fragment, is_auto_rerun=is_auto
        )
        if page is not None:
            asked.page_script_hash, asked.page_name = "", page
        presses = [WidgetState(id=self.widgets[key].id, trigger_value=True) for key in pressed]
        asked.widget_states.widgets.extend([*self._said, *presses])
        self._host.do(self._send(BackMsg(rerun_script=asked)))

    def choose(self, key: str, index: int) -> None:
        """Choose one of a few, which each message says from now on, and wait for nothing."""
        self.show(key, index)
        self.ask()

    def show(self, key: str, index: int) -> None:
        """Stand at one of a few, which the next message says."""
        widget = self.widgets[key]
        self.shown[key] = widget.options[index]
        self._said = [*self._said, WidgetState(id=widget.id, string_value=widget.options[index])]

    def settle(self) -> None:
        """Wait until nothing runs any more and all that was drawn is here."""
        self._host.do(self._settled())

    def press(self, *keys: str) -> None:
        """Press buttons and wait until the page has been drawn."""
        self.ask(*keys)
        self.settle()

    def visit(self, page: str) -> None:
        """Open another page by its address."""
        self.ask(page=page)
        self.settle()

    def disconnect(self) -> None:
        """Lose the connection."""
        self._host.do(self._disconnect())

    def reconnect(self) -> None:
        """Lose the connection, unless it is lost, and find the session again."""
        self._host.do(self._reconnect())

    def leave(self) -> None:
        """Close the tab."""
        self._host.do(self._close())

    # What a server sends

    @contextmanager
    def delayed(self) -> Iterator[None]:
        """Have what the server sends arrive only afterwards."""
        self._on_the_way = []
        yield
        messages, self._on_the_way = self._on_the_way, None
        for message in messages:
            self.write_forward_msg(message)

    def arrives(self, key: str) -> Callable[[], None]:
        """What waits until the widget has arrived once more from now on."""
        arrived = self._awaited.setdefault(key, threading.Event())

        def wait() -> None:
            assert arrived.wait(PATIENCE), f"{key} did not arrive"

        return wait

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Take a message."""
        if self._on_the_way is not None:
            self._on_the_way.append(msg)
            return
        kind = msg.WhichOneof("type")
        if kind == "new_session":
            self.page = msg.new_session.page_script_hash
            if not msg.metadata.run.fragment_ids:
                self.fragments = []
        elif kind == "page_info_changed":
            self.query = msg.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.fragments.append(msg.auto_rerun.fragment_id)
        elif kind == "delta" and msg.delta.WhichOneof("type") == "new_element":
            element = msg.delta.new_element
            if element.WhichOneof("type") == "exception":
                self.errors.append(element.exception.message)
            widget = getattr(element, element.WhichOneof("type") or "", None)
            # The key stands behind the two parts of an id.
            if getattr(widget, "id", ""):
                key = widget.id.split("-", 2)[-1]
                self.widgets[key], self.places[key] = widget, tuple(msg.metadata.delta_path)
                self._awaited.pop(key, threading.Event()).set()
                if getattr(widget, "set_value", False):
                    self.sent.append(key)
                    # Only what is chosen among a few is sent as its title.
                    if hasattr(widget, "raw_value"):
                        self.shown[key] = widget.raw_value

    @property
    def client_context(self) -> Any:
        """What the browser sent when it connected."""
        return SimpleNamespace(cookies=self.cookies, headers=[], remote_ip=None)

    async def _connect(self, known: str | None) -> str:
        id = self._host.runtime.connect_session(self, {}, existing_session_id=known)
        self._host.runtime.get_app_session(id).track_settling()
        return id

    async def _disconnect(self) -> None:
        self._host.runtime.disconnect_session(self.id)

    async def _reconnect(self) -> None:
        await self._disconnect()
        self.id = await self._connect(self.id)

    async def _send(self, message: BackMsg) -> None:
        self._host.runtime.handle_backmsg(self.id, message)

    async def _settled(self) -> None:
        await self._host.runtime.get_app_session(self.id).wait_until_settled()

    async def _close(self) -> None:
        self._host.runtime.close_session(self.id)
