"""What runs are called where one of many is picked: by what sets each apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core import RunConfig
from core.engine import ReadableRecord, Record
from pages.ui.differences import called, own_settings

# A picker says how far a run is in its own words.
UNSAID = ("steps",)


def given_name(record: Record) -> str:
    """What is special about a run's name: nothing where it only says the model and the data."""
    made = called(record.config) if record.config else ""
    return record.name.removeprefix(made).removeprefix(" · ")


def names(records: Sequence[ReadableRecord], on_screen: ReadableRecord | None = None) -> dict[str, str]:
    """A line for each run by its id, no two alike; those of the data and model on screen come first.

    Each says how its settings differ from those on screen, or from the defaults where model or data are others.
    """
    beside = on_screen.config if on_screen else None
    lines = {
        record.id: _line(record, None if on_screen and record.id == on_screen.id else beside) for record in records
    }
    often = Counter(lines.values())
    first = sorted(records, key=lambda record: _distance(record.config, beside))
    return {
        record.id: lines[record.id] if often[lines[record.id]] == 1 else f"{lines[record.id]} · {record.id[-4:]}"
        for record in first
    }


def _line(record: ReadableRecord, beside: RunConfig | None) -> str:
    steps = f"{record.config.steps:,} steps"
    if record.step < record.config.steps:
        steps = f"{record.step:,} of {steps}"
    name = given_name(record)
    what = f"{name} ({called(record.config)})" if name else called(record.config)
    settings = own_settings(record, beside, UNSAID)
    # A run of a sweep is called by what it varies: "Latent size: 4, seed 1".
    if {*name.replace(": ", " ").split(", ")} != {*settings.split(", ")}:
        what += f": {settings}"
    return f"{what} · {steps} · {record.status}"


def _distance(config: RunConfig, beside: RunConfig | None) -> tuple[bool, bool]:
    """How far a run is from the one on screen: other data are farther than another model."""
    return beside is not None and config.dataset != beside.dataset, beside is not None and config.model != beside.model
