"""What the numbers of a code are called."""

from __future__ import annotations

from core import MODELS
from core.engine import ReadableRecord
from pages.ui.probe import model_of_run


def mark_names(record: ReadableRecord) -> list[str]:
    """What the first numbers of a code name, where one of them is set and the others are 0: classes, or components."""
    model = MODELS[record.config.model]
    named = list(model.conditions(record.config.hyperparameters, record.spec))
    return named or [f"{k + 1}" for k in range(model_of_run(record.id).marks)]


def mark_title(record: ReadableRecord) -> str:
    """What those are."""
    if MODELS[record.config.model].needs_labels:
        return "Class"
    conditions = MODELS[record.config.model].conditions(record.config.hyperparameters, record.spec)
    return "Category" if conditions else "Component of the noise"


def latent_names(record: ReadableRecord) -> list[str]:
    """Those of all numbers that the run's model decodes: what is no mark is a latent, and these are counted from 1."""
    marks, model = mark_names(record), model_of_run(record.id)
    title = mark_title(record).lower()
    return [f"{title} {name}" for name in marks] + [f"latent {k + 1}" for k in range(model.latents - len(marks))]
