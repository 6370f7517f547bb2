"""Other runs of the same settings but one, to stand beside a run."""

from __future__ import annotations

from typing import Any

from core.engine import ReadableRecord
from core.protocol import Status
from pages.ui.laboratory import laboratory
from pages.ui.owners import mine


def siblings(record: ReadableRecord, knob: str) -> dict[Any, ReadableRecord]:
    """Finished runs that differ from this one in this knob alone, one for each of its values."""
    found: dict[Any, ReadableRecord] = {}
    for other in mine(laboratory.engine.store.all()):
        if isinstance(other, ReadableRecord) and other.status is Status.FINISHED:
            apart = record.config.differences(other.config)
            if apart.keys() == {knob}:
                found.setdefault(apart[knob][1], other)
    return found
