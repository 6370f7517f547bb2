"""A browser's cookies, requests and sockets, without the browser."""

from __future__ import annotations

from http.cookiejar import CookieJar
from urllib.request import HTTPCookieProcessor, build_opener

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 60.0
XSRF = "_streamlit_xsrf"


class Wire:
    """The connections of one visitor to the server at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies = CookieJar()
        self._sockets: list[ClientConnection] = []

    def fetch(self, *addresses: str) -> None:
        """Ask for pages, one after the other, and keep the cookies that come with them."""
        browser = build_opener(HTTPCookieProcessor(self._cookies))
        for address in addresses:
            browser.open(f"{self.url}{address}", timeout=PATIENCE).read()

    async def connect(self, address: str, *protocols: str) -> ClientConnection:
        """A socket with the cookies; beside a protocol of its own Streamlit wants to see its token."""
        token = [cookie.value or "" for cookie in self._cookies if cookie.name == XSRF]
        socket = await connect(
            self.url.replace("http", "ws", 1) + address,
            origin=Origin(self.url),
            subprotocols=[Subprotocol(each) for each in (*protocols, *token)] if protocols else None,
            additional_headers={"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)},
            open_timeout=PATIENCE,
            max_size=None,
            proxy=None,
        )
        self._sockets.append(socket)
        return socket

    async def close(self) -> None:
        """Close all sockets."""
        for socket in self._sockets:
            await socket.close()
