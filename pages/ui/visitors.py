"""Who a visitor is: a random id in a signed cookie, which comes with each page and which no script can read."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.files import write

# What the cookie is called; after this comes what tells this laboratory from others under the same host name.
COOKIE = "latent_lab_visitor"
YEAR = 365 * 24 * 3600
# Of the key that cookies are signed with.
BYTES = 32


@cache
def _key() -> bytes:
    """What cookies are signed with: a file beside the runs, so that visitors stay who they are across restarts."""
    # As `core.home` has it, which is not imported before the first page.
    path = Path(os.path.expanduser(os.environ.get("LATENT_LAB_HOME") or "~/.latent-lab")) / "cookie-key"
    fresh = secrets.token_bytes(BYTES)
    try:
        kept = path.read_bytes() if path.is_file() else b""
        # With a key that was cut short, anybody could sign.
        if len(kept) == BYTES:
            return kept
        # The first page comes before all that is kept.
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, fresh)
        path.chmod(0o600)
    except OSError:
        # Nothing can be written there, which the pages say; visitors are known until this server ends.
        pass
    return fresh


def signed(visitor: str) -> str:
    """The cookie of a visitor."""
    return f"{visitor}.{signature(visitor)}"


def visitor_of(cookies: Mapping[str, str]) -> str | None:
    """The visitor that a browser's cookies name, or None where they name nobody whom this server knows."""
    # The second as it was called at first.
    for name in (cookie_name(), COOKIE):
        visitor, _, shown = str(cookies.get(name, "")).partition(".")
        if visitor.isalnum() and hmac.compare_digest(shown.encode(), signature(visitor).encode()):
            return visitor
    return None


def cookie_name() -> str:
    """What this laboratory calls its cookie: ports and paths do not part the cookies of one host name."""
    return f"{COOKIE}_{signature(COOKIE)[:8]}"


def signature(text: str) -> str:
    """What nobody but this server can know of a text."""
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()


class Visitors:
    """Gives every browser that opens a page its cookie, whose year begins anew, or that of somebody new."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the cookie where a page is the answer."""

        async def introduce(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # Pages only: what they fetch next comes all at once, and would get as many cookies.
                if headers.get("content-type", "").startswith("text/html"):
                    visitor = visitor_of(HTTPConnection(scope).cookies) or secrets.token_hex(16)
                    secure = "; Secure" if _is_secure(scope) else ""
                    cookie = f"{cookie_name()}={signed(visitor)}; Path=/; Max-Age={YEAR}"
                    headers.append("set-cookie", f"{cookie}; HttpOnly; SameSite=Lax{secure}")
            await send(message)

        if scope["type"] == "http":
            await self.app(_asked_anew(scope), receive, introduce)
        else:
            await self.app(scope, receive, send)


def _asked_anew(scope: Scope) -> Scope:
    """A request that the page itself answers, with its cookie, though the browser has that page from before."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    if "text/html" in headers.get("accept", ""):
        del headers["if-none-match"], headers["if-modified-since"]
    return {**scope, "headers": headers.raw}


def _is_secure(scope: Scope) -> bool:
    return "https" in (scope["scheme"], Headers(scope=scope).get("x-forwarded-proto", ""))
