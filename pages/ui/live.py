"""The live routes: pictures of a run as it trains, and a decoder that answers while a slider is dragged."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from core.errors import LatentLabError, UnknownRun
from core.protocol import PANELS, RATE, Gone, History, Message, Next, Panel, Refusal, RunStatus, Status
from pages.ui import successors
from pages.ui.laboratory import laboratory

HISTORY_POINTS = 600
# Pictures a second, the fewest and the most.
LEAST_RATE, MOST_RATE = 1.0, 20.0
# Seconds without news after which the status is sent anyway, so that a view never shows an old one.
HEARTBEAT = 2.0
# What goes wrong on a socket because of the client: it left, or sent what cannot be understood.
CLIENT_ERRORS = (WebSocketDisconnect, RuntimeError, ValueError, TypeError, KeyError)
# Threads of their own: a question that waits for samples to be loaded keeps no live picture waiting.
ANSWERING = ThreadPoolExecutor(6, "probe")


@dataclass
class Viewer:
    """Who follows a run, and wants so many pictures a second of these panels."""

    run: str
    rate: float = RATE
    panels: Sequence[Panel] = PANELS
    # The runs that take its place, in turn.
    next: list[str] = field(default_factory=list)


async def live(socket: WebSocket) -> None:
    """Send a run's history, then each new snapshot and status, at the viewer's own rate while the run moves.

    The viewer may ask for another rate, for other panels, or for an earlier snapshot. A run that takes the place of
    this one on its page is followed on the same socket.
    """
    await _accept(socket)
    news, loop, viewer = asyncio.Event(), asyncio.get_running_loop(), Viewer(socket.path_params["run"])

    def replaced(other: str) -> None:
        viewer.next.append(other)
        loop.call_soon_threadsafe(news.set)

    leave_page = successors.listen(socket.query_params.get("page", ""), replaced)
    listener = asyncio.create_task(_receive(socket, viewer))
    with contextlib.suppress(*CLIENT_ERRORS):
        try:
            await _follow(socket, viewer, news, listener)
            while viewer.next:
                viewer.run = viewer.next.pop(0)
                following: Next = {"type": Message.NEXT, "run": viewer.run}
                await socket.send_text(json.dumps(following))
                await _follow(socket, viewer, news, listener)
        except LatentLabError as error:
            gone: Gone = {"type": Message.GONE, "reason": str(error)}
            await socket.send_text(json.dumps(gone))
        finally:
            leave_page()
            listener.cancel()


async def _follow(socket: WebSocket, viewer: Viewer, news: asyncio.Event, listener: asyncio.Task[None]) -> None:
    """Send what is to be seen of the viewer's run until the viewer leaves or another run takes its place."""
    run, engine, loop = viewer.run, laboratory.engine, asyncio.get_running_loop()

    def moved() -> None:
        loop.call_soon_threadsafe(news.set)

    def is_over() -> bool:
        return listener.done() or bool(viewer.next)

    leave = engine.listen(run, moved, lambda: viewer.rate, lambda: viewer.panels)
    try:
        await asyncio.to_thread(engine.store.get, run)
        await socket.send_text(await asyncio.to_thread(_history, run))
        seen = -1
        while not is_over():
            news.clear()
            status, step, snapshot = await asyncio.to_thread(_now, run, seen)
            # How things stood before the first step is followed at once by the first picture that moves.
            is_first = seen < 0
            if snapshot:
                await socket.send_bytes(snapshot)
                seen = step
            await socket.send_text(status)
            sent = loop.time()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), HEARTBEAT)
            # Another viewer may want more pictures of it than this one. That it has ended is news at once.
            while not is_first and not is_over() and engine.live(run) and loop.time() < sent + 1 / viewer.rate:
                news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), sent + 1 / viewer.rate - loop.time())
    except UnknownRun:
        # One that a turned knob cuts short is not kept.
        if not viewer.next:
            raise
    finally:
        leave()


async def _receive(socket: WebSocket, viewer: Viewer) -> None:
    """Do what the viewer asks until it leaves or sends what cannot be understood."""
    from pages.ui.questions import WATCHING, read

    store = laboratory.engine.store
    with contextlib.suppress(*CLIENT_ERRORS, LatentLabError):
        while True:
            asked = read(await socket.receive_text(), WATCHING)
            if asked.rate is not None:
                viewer.rate = min(MOST_RATE, max(LEAST_RATE, asked.rate))
            viewer.panels = viewer.panels if asked.panels is None else asked.panels
            if asked.snapshot is not None:
                # A snapshot that is gone, or cannot be read now, is not shown; the one on screen stays.
                with contextlib.suppress(LatentLabError):
                    await socket.send_bytes(await asyncio.to_thread(store.snapshot, viewer.run, asked.snapshot))


async def probe(socket: WebSocket) -> None:
    """Answer questions about a run's model, one at a time, with pictures."""
    await _accept(socket)
    from pages.ui.probe import answer
    from pages.ui.questions import PROBING, read

    run = socket.path_params["run"]
    with contextlib.suppress(*CLIENT_ERRORS):
        while True:
            text = await socket.receive_text()
            try:
                answered = asyncio.get_running_loop().run_in_executor(ANSWERING, answer, run, read(text, PROBING))
                await socket.send_bytes(await answered)
            except LatentLabError as error:
                refusal: Refusal = {"reason": str(error)}
                await socket.send_text(json.dumps(refusal))


async def _accept(socket: WebSocket) -> None:
    """Accept a socket, which the guard let in, and wait for the engine."""
    await socket.accept()
    await asyncio.to_thread(lambda: laboratory.engine)


def _history(run: str) -> str:
    """Metrics so far, thinned, as the message that a view begins with."""
    history = laboratory.engine.store.history(run)
    stride = max(1, len(history) // HISTORY_POINTS)
    # Of each stride the point at which most was measured.
    strides = (history[i : i + stride] for i in range(0, len(history), stride))
    message: History = {
        "type": Message.HISTORY,
        "points": [max(each, key=lambda point: len(point[1])) for each in strides],
    }
    return json.dumps(message)


def _now(run: str, seen: int) -> tuple[str, int, bytes]:
    """The run's status as a message, the step of its last snapshot, and that snapshot unless it was `seen`."""
    engine = laboratory.engine
    moving, record = engine.live(run), engine.store.get(run)
    snapshots = engine.store.snapshots(run)
    now = moving or record
    rate = moving.rate if moving else 0.0
    steps = record.config.steps if record.config else now.step
    status: RunStatus = {
        "type": Message.STATUS,
        "status": Status(now.status),
        "reason": record.reason or (engine.problem if moving else ""),
        "step": now.step,
        "steps": steps,
        "seconds": now.seconds,
        "rate": rate,
        "snapshots": snapshots,
        "left": (steps - now.step) / rate if rate else None,
        "place": engine.place(run),
        "others": engine.others(run),
    }
    if moving:
        return json.dumps(status), moving.step, moving.snapshot if moving.step != seen else b""
    try:
        last = None if snapshots and snapshots[-1] == seen else engine.store.last_snapshot(run)
    except LatentLabError as error:
        last, status["reason"] = None, f"{record.reason} {error}".strip()
    if last is None or last[0] == seen:
        return json.dumps(status), seen, b""
    return json.dumps(status), *last


ROUTES = [WebSocketRoute("/live/{run}", live), WebSocketRoute("/probe/{run}", probe)]
