"""The route of thumbnails: a small picture of each run, drawn when a browser has it in sight and kept by both."""

from __future__ import annotations

import asyncio
from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.errors import LatentLabError
from pages.ui.laboratory import laboratory

# About a kilobyte each.
KEPT = 1000


def address(run: str, step: int) -> str:
    """Where the picture of a run at a step is served, seen from a page."""
    return f"thumbnails/{run}/{step}.png"


async def thumbnail(request: Request) -> Response:
    """The picture of a run: another step is another address, so that browsers may keep it."""
    engine = await asyncio.to_thread(lambda: laboratory.engine)
    try:
        await asyncio.to_thread(engine.store.get, request.path_params["run"])
        picture = await asyncio.to_thread(_drawn, request.path_params["run"], request.path_params["step"])
    except (LatentLabError, ValueError) as error:
        raise HTTPException(404) from error
    return Response(picture, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


@lru_cache(maxsize=KEPT)
def _drawn(run: str, step: int) -> bytes:
    """What the last kept snapshot of a run shows.

    Raises:
        LatentLabError: there is none, or it cannot be read.
        ValueError: it shows nothing, or is damaged.
    """
    from core.errors import CorruptRun
    from core.thumbnail import thumbnail
    from core.training.snapshot import Snapshot

    store = laboratory.engine.store
    record, kept = store.get(run), store.last_snapshot(run)
    if record.spec is None or kept is None:
        raise CorruptRun("There is nothing to draw.")
    picture = thumbnail(Snapshot.from_bytes(kept[1]), record.spec)
    if picture is None:
        raise CorruptRun("There is nothing to draw.")
    return picture


ROUTES = [Route("/thumbnails/{run}/{step:int}.png", thumbnail)]
