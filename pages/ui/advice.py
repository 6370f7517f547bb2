"""What to turn on Train to see the number of a use change: settings that the run on screen has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.engine import ReadableRecord
from pages.ui.differences import TITLES


def always(record: ReadableRecord) -> bool:
    """For every run."""
    return True


@dataclass(frozen=True)
class Advice:
    """`settings` by name, and what a sentence that begins with those of a run goes on with.

    It `holds` for some runs only, and for none that has none of these settings.
    """

    settings: tuple[str, ...]
    goes_on: str
    holds: Callable[[ReadableRecord], bool] = always

    def sentence(self, record: ReadableRecord) -> str:
        """What a run's settings are called, and what turning them does; nothing where that is not so of it."""
        called = [title for name in self.settings if (title := _title(record, name))]
        if not called or not self.holds(record):
            return ""
        first, *others = called
        *middle, last = first, *(f"{other[0].lower()}{other[1:]}" for other in others)
        return f"{' and '.join(filter(None, (', '.join(middle), last)))} on Train{self.goes_on}."


def what_to_turn(record: ReadableRecord, advice: Iterable[Advice]) -> str:
    """All sentences that are true of a run."""
    return " ".join(filter(None, (each.sentence(record) for each in advice)))


def _title(record: ReadableRecord, name: str) -> str:
    """What a setting is called, if the run has it and it changes anything there."""
    config = record.config
    knob = next((each for each in config.knobs() if each.name == name), None)
    if knob is None:
        return TITLES.get(name, "")
    return knob.label if knob.matters(config.settings()) else ""
