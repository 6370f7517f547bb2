"""The guard before everything: only whoever comes under a name that this server serves gets in.

A page of another site may not drive the laboratory, and another site's name may point here for a moment (DNS
rebinding). So both the name that was asked for and the site that asks must be ours: by default names of this machine.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from contextlib import suppress
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Within another site's page, people would press what they do not see.
FRAMING = "frame-ancestors 'self'"
REFUSAL = (
    "Latent Lab does not answer under this address. Open it under the address that it printed when it started, or let "
    "whoever runs it set LATENT_LAB_HOSTS to the host name in this address, and start it again.\n"
)


def hosts() -> frozenset[str]:
    """The host names that LATENT_LAB_HOSTS opens: a list with commas or blanks; addresses count by the name in them."""
    return frozenset(name for name in _listed().values() if name)


def is_for_others() -> bool:
    """Whether it opens more than names of this machine."""
    return not hosts() <= LOOPBACK


def not_hosts() -> tuple[str, ...]:
    """What stands in LATENT_LAB_HOSTS and is no host name."""
    return tuple(entry for entry, name in _listed().items() if name is None)


class Guard:
    """Lets requests and sockets of our own pages through to `app`, and answers all others itself.

    `served` are host names beside those of this machine. Listed or not, these let only our own pages in: of two pages
    on one machine the port tells whose they are.
    """

    def __init__(self, app: ASGIApp, served: Collection[str] = ()) -> None:
        self.app = app
        self.served = frozenset(served) - LOOPBACK

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in; another request or socket gets status 403 and a sentence."""

        async def unframed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("content-security-policy", FRAMING)
            await send(message)

        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif not self._is_ours(Headers(scope=scope), is_socket=scope["type"] == "websocket"):
            await _refuse(scope, receive, send)
        else:
            await self.app(_as_browsers_see_it(scope), receive, unframed)

    def _is_ours(self, headers: Headers, is_socket: bool) -> bool:
        asked, asking = headers.getlist("host"), headers.getlist("origin")
        if len(asked) != 1 or len(asking) > 1:
            return False
        host = _parsed(f"//{asked[0]}")
        if _name_of(host) not in LOOPBACK | self.served:
            return False
        # Browsers name the origin of every socket, but not of a page or a picture that is merely read.
        if not asking:
            return not is_socket
        origin = _parsed(asking[0])
        return _name_of(origin) in self.served or bool(host and origin and origin.netloc == host.netloc)


def _listed() -> dict[str, str | None]:
    """What LATENT_LAB_HOSTS lists, and the name of each as browsers send it; None for what is none."""
    entries = os.environ.get("LATENT_LAB_HOSTS", "").replace(",", " ").split()
    return {entry: _sent(_name_of(_parsed(_address(entry)))) for entry in entries}


def _address(entry: str) -> str:
    """An entry as an address, one of IPv6 in brackets and as short as browsers write it: a colon in it is no port's."""
    if "://" in entry:
        return entry
    with suppress(ValueError):
        return f"//[{IPv6Address(entry.strip('[]'))}]"
    # With several colons and no brackets it is one of IPv6 that is mistyped, and its first part no name.
    return f"//{entry}" if "[" in entry or entry.count(":") < 2 else ""


def _sent(name: str | None) -> str | None:
    """A host name as browsers send it: names in other letters in those of ASCII."""
    if name and not name.isascii():
        import idna

        with suppress(idna.IDNAError):
            return idna.encode(name, uts46=True).decode()
    return name if name and re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", name) else None


def _parsed(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _name_of(address: SplitResult | None) -> str | None:
    """The host's name, without its port."""
    name = address.hostname if address is not None and address.hostname else None
    return name.rstrip(".") if name else None


def _as_browsers_see_it(scope: Scope) -> Scope:
    """The request with the host that its page has, where a proxy asks under another.

    Streamlit would take the two for strangers, and ask the internet what this machine is called.
    """
    origin = _parsed(Headers(scope=scope).get("origin", ""))
    if origin is None or not origin.netloc:
        return scope
    headers = MutableHeaders(raw=list(scope["headers"]))
    headers["host"] = origin.netloc
    return {**scope, "headers": headers.raw}


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose(code=1008)(scope, receive, send)
    else:
        await PlainTextResponse(REFUSAL, status_code=403)(scope, receive, send)
