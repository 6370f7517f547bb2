"""The route that serves what browsers fetch of `assets/`: ES modules, which import each other by name, and data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.looks import (
    CURVE_COLOURS,
    FAINT,
    GHOST,
    LANDSCAPE,
    LOOKS,
    PALEST,
    ROLES,
    class_mark,
    cluster_mark,
    cluster_name,
)
from core.protocol import Message, Status
from pages.ui.navigation import ANSWER, PAGES

ASSETS = Path(__file__).resolve().parents[2] / "assets"
# What the scripts take from `core.protocol` and `core.looks`, by the names that `protocol.js` exports.
SHARED = {
    "STATUS": {status.name: status for status in Status},
    "MESSAGE": {message.name: message for message in Message},
    "LOOKS": {rendering: {"hint": look.hint, "size": look.stage_size} for rendering, look in LOOKS.items()},
    "ROLES": ROLES,
    "GHOST": GHOST,
    "LANDSCAPE": LANDSCAPE,
    "FAINT": FAINT,
    "PALEST": PALEST,
    # Marks come over again after fifty classes; no model has more than a hundred clusters.
    "CLASS_MARKS": [asdict(class_mark(i)) for i in range(50)],
    "CLUSTERS": [{"name": cluster_name(i), **asdict(cluster_mark(i))} for i in range(100)],
    "CURVE_COLOURS": CURVE_COLOURS,
    "ANSWER": ANSWER,
    # The titles of pages by the last word of their addresses; the first page's is empty.
    "TITLES": {name if k else "": title for k, (name, (title, _)) in enumerate(PAGES.items())},
}
PROTOCOL = "".join(f"export const {name} = {json.dumps(value, indent=2)};\n" for name, value in SHARED.items())
# Every script by its name, read once: nothing else can be asked for, and what is served is what `VERSION` stands for.
SCRIPTS = {path.name: path.read_bytes() for path in sorted(ASSETS.glob("*.js"))} | {"protocol.js": PROTOCOL.encode()}
# What others wrote, as npm has it, for films that are saved.
VENDORED = {f"vendor/{path.name}": path.read_bytes() for path in sorted((ASSETS / "vendor").glob("*js"))}
# What components look like, what `recording.js` plays, and a picture of each dataset.
FOUND = (ASSETS / "lab.css", *ASSETS.glob("*.gz"), *ASSETS.glob("samples/*"))
DATA = {f"{path.relative_to(ASSETS)}": path.read_bytes() for path in FOUND}
SERVED = SCRIPTS | VENDORED | DATA
KINDS = {".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".png": "image/png"}


def _version(scripts: dict[str, bytes]) -> str:
    """A hash of all scripts, so that another version is another address, of each script and of all that it imports."""
    digests = [hashlib.sha256(content).hexdigest() for content in scripts.values()]
    return hashlib.sha256(" ".join([*scripts, *digests]).encode()).hexdigest()[:16]


VERSION = _version(SERVED)


def address(name: str) -> str:
    """Where a script is served, below the address of the application itself."""
    return f"/assets/{VERSION}/{name}"


async def script(request: Request) -> Response:
    """A script of this version. Browsers may keep it for ever: what stands at its address never changes."""
    content = SERVED.get(request.path_params["name"])
    if content is None or request.path_params["version"] != VERSION:
        raise HTTPException(404)
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}
    kind = KINDS.get(Path(request.path_params["name"]).suffix, "application/octet-stream")
    return Response(content, media_type=kind, headers=forever)


# All that stands below a version is answered here: for what it does not know, Streamlit would send its page.
ROUTES = [Route("/assets/{version}/{name:path}", script)]
