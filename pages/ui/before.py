"""The run before: it steps back when another one comes on screen, and stays as its ghost, to be compared with."""

from __future__ import annotations

from core import RunConfig
from core.engine import ReadableRecord, Record
from core.errors import UnknownRun
from core.protocol import Status
from pages.ui.laboratory import laboratory
from pages.ui.owners import is_own
from pages.ui.session import memory


def put_on_screen(run: str) -> None:
    """Show a run; it is its own ghost only where it is pinned to be that of the next ones."""
    remembered = memory()
    remembered.run = run
    if remembered.before == run and not remembered.pinned:
        remembered.before = None
    remembered.has_seen_one = True


def step_back() -> None:
    """Take the run on screen away for another one, whose ghost it becomes unless one is pinned.

    It does not go on behind the scenes, but ends when the page has been drawn without it; somebody else's that is only
    watched here goes on.
    """
    remembered = memory()
    if remembered.run is None:
        return
    if not remembered.pinned:
        _halt(remembered.before)
        remembered.before = remembered.run
    remembered.leaving.add(remembered.run)
    remembered.run = None


def give_way() -> None:
    """Take the run on screen away for one that follows the knobs; it ends when the page has been drawn without it.

    If it followed them itself it ends at once and is not kept, unless it has ended, and the ghost stays: what is
    dragged is compared with what was there before.
    """
    remembered = memory()
    if remembered.run is None:
        return
    if remembered.run == remembered.follower and remembered.run != remembered.before:
        laboratory.engine.discard(remembered.run)
    else:
        if not remembered.pinned:
            remembered.before = remembered.run
        remembered.leaving.add(remembered.run)
    remembered.run = None


def end_left() -> None:
    """End the runs that left the screen.

    Sooner, their end would be news for a page that still shows them: it would come back with knobs as they were.
    """
    remembered = memory()
    while remembered.leaving:
        run = remembered.leaving.pop()
        if run != remembered.run:
            _halt(run)


def _halt(run: str | None) -> None:
    if run in memory().started and laboratory.engine.live(run) is not None:
        # Nobody waits for its end: the next run begins beside its last slice.
        laboratory.engine.stop(run, patience=0)


def ghost_of(record: Record) -> ReadableRecord | None:
    """The ghost of the run on screen, if there is one that learned from the same dataset."""
    run = memory().before
    if run in (None, record.id) or record.config is None:
        return None
    try:
        before = laboratory.engine.store.get(run)
    except UnknownRun:
        forget_ghost()
        memory().say("The run before, which this one was compared with, is not stored here any more.")
        return None
    if not isinstance(before, ReadableRecord) or before.config.dataset != record.config.dataset:
        return None
    return before


def forget_ghost() -> None:
    """Compare the run on screen with none."""
    memory().before, memory().pinned = None, False


def seen_before(config: RunConfig) -> Record | None:
    """The own run that one of this configuration would repeat bit for bit: one that is over, moves, or is farthest."""
    seen = [
        record
        for record in laboratory.engine.store.all()
        if record.config == config and record.status is not Status.QUARANTINED and is_own(record) and _stays(record)
    ]
    return max(seen, key=lambda record: (record.status.is_over, record.status.is_moving, record.step), default=None)


def _stays(record: Record) -> bool:
    """Whether a run is kept: one that followed the knobs and was cut short is not."""
    live = laboratory.engine.live(record.id)
    return live is None or not live.is_unwanted
