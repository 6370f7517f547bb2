"""The routes of thumbnails: a small picture of each run or dataset, drawn when it comes into sight, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.errors import LatentLabError
from pages.ui.laboratory import laboratory

# About a kilobyte each.
KEPT = 1000
# Seconds that a worker has to load samples.
PATIENCE = 60.0

_alone = asyncio.Lock()


def address(run: str, step: int) -> str:
    """Where the picture of a run at a step is served, seen from a page."""
    return f"thumbnails/{run}/{step}.png"


def address_of_data(dataset: str) -> str:
    """Where the picture of a dataset that we bring is served, seen from a page."""
    return f"samples/{dataset}.png"


async def thumbnail(request: Request) -> Response:
    """The picture of a run: another step is another address, so that browsers may keep it."""
    engine = await asyncio.to_thread(lambda: laboratory.engine)
    run, step = request.path_params["run"], request.path_params["step"]

    def draw() -> bytes:
        engine.store.get(run)
        return _drawn(run, step)

    return await _picture(draw)


async def samples(request: Request) -> Response:
    """The picture of a dataset; only one at a time is on a worker, so that nothing else waits for many of them."""
    async with _alone:
        return await _picture(lambda: drawn_data(request.path_params["dataset"]))


async def _picture(draw: Callable[[], bytes]) -> Response:
    try:
        picture = await asyncio.to_thread(draw)
    except (LatentLabError, ValueError, TimeoutError) as error:
        raise HTTPException(404) from error
    return Response(picture, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


@lru_cache(maxsize=KEPT)
def drawn_data(dataset: str) -> bytes:
    """Some of a dataset's validation samples, from a worker.

    Raises:
        LatentLabError: it must be fetched first.
        ValueError: we bring none of that name.
        TimeoutError: the workers have other things to do.
    """
    from core import DATASETS, RunConfig
    from core.query import first_model
    from core.thumbnail import thumbnail_of_data

    if dataset not in DATASETS:
        raise ValueError(f"There is no dataset {dataset!r}.")
    spec = DATASETS[dataset].spec
    found = laboratory.engine.preview(RunConfig(dataset=dataset, model=first_model(spec))).future.result(PATIENCE)
    return thumbnail_of_data(found.samples, spec)


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


ROUTES = [Route("/thumbnails/{run}/{step:int}.png", thumbnail), Route("/samples/{dataset}.png", samples)]
