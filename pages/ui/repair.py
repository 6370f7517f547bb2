"""The noise that the probe of Reconstructions begins with."""

from __future__ import annotations

from typing import Any

from core.engine import ReadableRecord
from core.models._knobs import Corruption

# Where a model has not learned to repair any noise.
FIRST_KIND = "gaussian"
FIRST_LEVEL = 0.3


def first_noise(record: ReadableRecord) -> dict[str, Any]:
    """The kinds of noise to choose from, and the kind and level that the run's model repairs at the record's step."""
    in_force = record.config.at(record.step)
    noise = next(knob for knob in Corruption.knobs() if knob.name == "noise")
    kind = getattr(in_force, "noise", "none")
    return {
        "kinds": {kind: noise.text(kind) for kind in noise.choices},
        "noise": FIRST_KIND if kind == "none" else kind,
        "level": getattr(in_force, "noise_level", FIRST_LEVEL),
    }
