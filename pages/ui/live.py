"""The live routes: pictures of a run as it trains, and a decoder that answers while a slider is dragged."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from urllib.parse import urlsplit

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from pages.ui.laboratory import laboratory

HISTORY_POINTS = 600
# Seconds without news after which the status is sent anyway, so that a view never shows an old one.
HEARTBEAT = 2.0


async def live(socket: WebSocket) -> None:
    """Send a run's history, then each new snapshot and status; the viewer may ask for a frame rate or an old frame."""
    if not _same_origin(socket):
        await socket.close(code=4403)
        return
    await socket.accept()
    run, news, loop = socket.path_params["run"], asyncio.Event(), asyncio.get_running_loop()
    engine = await asyncio.to_thread(lambda: laboratory.engine)
    from core.errors import UnknownRun  # brings torch along, so not before the engine is there

    leave = engine.listen(run, lambda: loop.call_soon_threadsafe(news.set))
    listener = asyncio.create_task(_obey(socket, run))
    # A viewer that went away ends the conversation, whichever side notices first.
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        try:
            await asyncio.to_thread(engine.store.get, run)
            await socket.send_text(await asyncio.to_thread(_history, run))
            sent = b""
            while not listener.done():
                news.clear()
                status, frame = await asyncio.to_thread(_now, run)
                if frame is not None and frame is not sent and len(frame):
                    await socket.send_bytes(frame)
                    sent = frame
                await socket.send_text(status)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), HEARTBEAT)
        except UnknownRun as error:
            await socket.send_text(json.dumps({"type": "gone", "reason": str(error)}))
        finally:
            leave()
            listener.cancel()


async def _obey(socket: WebSocket, run: str) -> None:
    """Do what the viewer asks until it leaves."""
    engine = laboratory.engine
    while True:
        message = await socket.receive_json()
        if "rate" in message:
            engine.set_frame_rate(run, float(message["rate"]))
        if "frame" in message:
            await socket.send_bytes(await asyncio.to_thread(engine.store.frame, run, int(message["frame"])))


async def probe(socket: WebSocket) -> None:
    """Answer questions about a run's model, one at a time, with pictures; each question is numbered by the asker."""
    if not _same_origin(socket):
        await socket.close(code=4403)
        return
    await socket.accept()
    await asyncio.to_thread(lambda: laboratory.engine)
    from core.errors import LatentLabError
    from pages.ui.probe import answer

    run = socket.path_params["run"]
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            question = await socket.receive_json()
            try:
                await socket.send_bytes(await asyncio.to_thread(answer, run, question))
            except LatentLabError as error:
                await socket.send_text(json.dumps({"type": "problem", "reason": str(error)}))


def _history(run: str) -> str:
    """Metrics so far, thinned, as the message that a view begins with."""
    history = laboratory.engine.store.history(run)
    stride = max(1, len(history) // HISTORY_POINTS)
    return json.dumps({"type": "history", "points": history[::stride]})


_LAST: dict[str, tuple[int, bytes]] = {}


def _now(run: str) -> tuple[str, bytes | None]:
    """The run's status as a message, and its latest picture if there is one."""
    engine = laboratory.engine
    moving = engine.live(run)
    record = engine.store.get(run)
    film = [] if moving else engine.store.film(run)
    step = moving.step if moving else record.step
    seconds = moving.seconds if moving else record.seconds
    rate = moving.rate if moving else 0.0
    steps = record.config.steps if record.config else step
    status = {
        "type": "status",
        "status": moving.status if moving else record.status,
        "reason": record.reason,
        "step": step,
        "steps": steps,
        "seconds": seconds,
        "rate": rate,
        "film": film,
        "left": (steps - step) / rate if rate else None,
        "place": engine.place(run),
        "at": time.time(),
    }
    if moving and moving.frame:
        return json.dumps(status), moving.frame
    if not film:
        return json.dumps(status), None
    if _LAST.get(run, (None, b""))[0] != film[-1]:
        _LAST.clear()
        _LAST[run] = film[-1], engine.store.frame(run, film[-1])
    return json.dumps(status), _LAST[run][1]


def _same_origin(socket: WebSocket) -> bool:
    """Whether the page that opened this socket came from this server: other sites' pages may not listen in."""
    origin = socket.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == socket.headers.get("host")


ROUTES = [WebSocketRoute("/live/{run}", live), WebSocketRoute("/probe/{run}", probe)]
