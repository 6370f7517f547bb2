"""The noise that the probe of Reconstructions repairs, and which it begins with."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.engine import ReadableRecord
from core.models._knobs import Corruption
from pages.ui.choices import Between, chosen
from pages.ui.stage import probe

# Where a model has not learned to repair any noise.
FIRST_KIND = "gaussian"
FIRST_LEVEL = 0.3


def repair_live(record: ReadableRecord) -> None:
    """Damage samples and repair them while kind and level of the noise are turned."""
    first = first_noise(record)
    kind = chosen("repaired_noise", first["kinds"], first["noise"])
    level = chosen("repaired_level", Between(0, 1), first["level"])
    probe(record, "noise", _heed, kinds=first["kinds"], stands=[kind, level])


def _heed() -> None:
    kind, level = st.session_state["probe_noise"]["stands"]
    st.session_state.update(repaired_noise=kind, repaired_level=level)


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
