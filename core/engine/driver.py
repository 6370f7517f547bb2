"""Seeing one run through: a turn, slice after slice on whichever worker is there, and what is left on disk."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial
from typing import Any

from core.engine.fleet import SLICE_WITHIN, Worker
from core.engine.live import LiveRun, LiveRuns
from core.engine.record import INTERRUPTED
from core.engine.store import RunStore
from core.engine.thread import EngineThread
from core.engine.trainer import Slice
from core.engine.writer import Writer
from core.errors import CorruptRun, EngineUnavailable, LatentLabError, StoreUnwritable
from core.files import lack_of_files, why
from core.protocol import Status

# Seconds: the first slice that trains, and of training between two checkpoints.
FIRST_SLICE = 0.03
CHECKPOINT_EVERY = 3.0
# A run whose worker died this often in a row is given up.
ATTEMPTS = 3


class Driver:
    """Trains runs in the engine's `thread`, each a task of its own, and writes what comes of them to `store`."""

    def __init__(self, store: RunStore, thread: EngineThread, runs: LiveRuns) -> None:
        self._store = store
        self._thread = thread
        self._runs = runs
        self._tasks: set[asyncio.Task[None]] = set()

    def launch(self, live: LiveRun, steps: int | None) -> None:
        """Let a run move as soon as it gets a turn, unless it does; with `steps` it pauses after that many."""
        if not self._runs.add(live):
            return

        def begin() -> None:
            task = asyncio.create_task(self._drive(live, steps))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        self._thread.loop.call_soon_threadsafe(begin)

    async def interrupt(self) -> None:
        """Write a checkpoint of every run and end it."""
        for live in self._runs.all():
            self._runs.stop(live, Status.INTERRUPTED)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _drive(self, live: LiveRun, steps: int | None) -> None:
        """See one run through: wait for a turn, train slice by slice, leave a checkpoint."""
        goal = None if steps is None else min(live.config.steps, live.step + steps)
        status = Status.FAILED
        try:
            # Whoever waits for a worker is told if none will ever come.
            await self._thread.client()
            ended = None
            while ended is None:
                async with self._runs.turn(live), live.share.places:
                    if live.stopping is not None:
                        ended = await asyncio.to_thread(self._end_waiting, live, live.stopping)
                    elif not live.share.is_leaving:
                        ended = await self._train_on_any_worker(live, goal)
            status = ended
        except CorruptRun as error:
            status, live.reason = Status.QUARANTINED, str(error)
        except LatentLabError as error:
            live.reason = str(error)
        except Exception as error:
            if live.stopping is Status.INTERRUPTED:
                # The workers ended before it did: its last checkpoint is there.
                status = Status.INTERRUPTED
            else:
                live.reason = f"Training stopped on an error of ours: {type(error).__name__}: {error}"
        if status is Status.INTERRUPTED:
            live.reason = INTERRUPTED
        try:
            # Where even this finds no room, it is shown as it is until the server ends, and then as interrupted.
            with suppress(StoreUnwritable):
                if live.is_unwanted:
                    await asyncio.to_thread(self._store.remove, live.id)
                else:
                    await asyncio.to_thread(self._store.update, live.id, status=status, reason=live.reason)
        finally:
            self._runs.end(live, status)

    async def _train_on_any_worker(self, live: LiveRun, goal: int | None) -> Status | None:
        """Train; when the worker goes away, go on from the last checkpoint on another."""
        from distributed import KilledWorker

        while True:
            try:
                async with self._thread.fleet.room() as worker:
                    return await self._train(live, goal, worker)
            except (OSError, RuntimeError, KilledWorker) as error:
                if (lack := lack_of_files(error)) is not None:
                    # Its worker is not lost, and no other could be asked, either.
                    raise EngineUnavailable(f"Its worker could not be asked: {why(lack)}") from error
                live.attempts += 1
                if live.attempts >= ATTEMPTS:
                    raise EngineUnavailable(
                        f"Its worker was lost {ATTEMPTS} times in a row ({error}). Resume to try again."
                    ) from error

    async def _train(self, live: LiveRun, goal: int | None, worker: Worker) -> Status | None:
        """Train on a worker; how the run ended, or None where it hands over to others, its checkpoint written."""
        state = await asyncio.to_thread(self._store.state, live.id)
        live.reason = self._store.stepped_back.pop(live.id, live.reason)
        # One that is being made is not given up where this run is.
        bench = await worker.answer(asyncio.shield(worker.bench))
        # A run that comes back may still be let go of from before.
        key = f"{live.id}-{time.monotonic_ns()}"
        writer = Writer()
        try:
            return await self._train_on(bench, key, live, state, goal, worker, writer)
        finally:
            # Not waited for, and not to be had where the worker is lost.
            with suppress(RuntimeError):
                bench.end(key)
            await writer.done()

    async def _train_on(
        self, bench: Any, key: str, live: LiveRun, state: bytes | None, goal: int | None, worker: Worker, writer: Writer
    ) -> Status | None:
        """Train slice after slice on a worker's bench, where the run is called `key`."""
        live.status = Status.RUNNING
        writer.write(self._store.update, live.id, status=Status.RUNNING, reason=live.reason)
        # At first it is only looked at: where the checkpoint is, and how things stood before the first step.
        pause = 0.0
        saved = live.seconds
        answer = partial(worker.answer, within=SLICE_WITHIN)
        piece: Slice
        while True:
            step, seconds = live.step, live.seconds
            left = None if goal is None else goal - live.step
            panels = self._runs.panels_of(live)
            if pause and panels is None:
                # It is looked at for its film alone, which the last picture has to be in by then.
                await writer.done()
            async with live.share.slices, worker.slices:
                # One that was asked to end or to hand over while it waited stands where it stood.
                if pause == 0:
                    config = live.config.model_dump_json()
                    spec, piece = await answer(bench.begin(key, config, state, self._store.home))
                    writer.write(self._store.save_spec, live.id, spec)
                elif not (live.stopping or live.share.is_leaving):
                    kept_from = self._store.next_kept(live.id)
                    piece = await answer(bench.advance(key, pause, left, kept_from, panels))
            now = time.monotonic()
            if live.moved is not None and piece.diverged is None:
                live.pace.count(max(0, piece.step - step), now - live.moved)
            ended = self._ended(live, piece, goal)
            leaves = ended is not None or live.share.is_leaving
            is_whole = piece.done or piece.diverged is not None or (ended is None and bool(piece.snapshot))
            checkpoint = None
            if leaves and not (is_whole or live.is_unwanted):
                # What it ends with is known in full; others may look at one that waits.
                piece, checkpoint = await answer(bench.leave(key, piece.diverged))
            live.step, live.seconds, live.piece, live.moved = piece.step, piece.seconds, piece, now
            live.snapshot = piece.snapshot or live.snapshot
            self._runs.spend(live, max(0.0, piece.seconds - seconds) + piece.observing + piece.measuring)
            self._runs.notify(live.id)
            # One that a slow disk leaves behind waits, and one whose disk is full ends.
            await writer.done()
            back = pause == 0 or piece.diverged is not None
            writer.write(self._keep, live, piece, ended is not None, back)
            if leaves or live.seconds - saved > CHECKPOINT_EVERY:
                writer.write(self._save, live, checkpoint or await answer(bench.state(key)))
                saved = live.seconds
            if leaves:
                return ended
            # Short slices first: the first moving picture should not wait for a whole one.
            pause = min(self._runs.slice_of(live), max(FIRST_SLICE, 2 * pause))

    def _ended(self, live: LiveRun, piece: Slice, goal: int | None) -> Status | None:
        if piece.diverged is not None:
            live.reason = piece.diverged
            return Status.DIVERGED
        if piece.done:
            return Status.FINISHED
        return live.stopping or (Status.PAUSED if goal is not None and piece.step >= goal else None)

    def _end_waiting(self, live: LiveRun, status: Status) -> Status:
        """End a run that was asked to while it waited: where it handed over, its checkpoint is written already."""
        if live.piece is not None:
            self._keep(live, live.piece, last=True, back=False)
        return status

    def _keep(self, live: LiveRun, piece: Slice, last: bool, back: bool) -> None:
        """Write down what came of a slice; `back`: the run stands where it once stood before."""
        if back:
            self._store.truncate_after(live.id, piece.step)
        if piece.snapshot:
            self._store.add_snapshot(live.id, piece.step, piece.seconds, piece.metrics, piece.snapshot, last)
        else:
            self._store.note(live.id, piece.step, piece.seconds, piece.metrics)

    def _save(self, live: LiveRun, state: bytes) -> None:
        self._store.save_state(live.id, state)
        live.attempts = 0
