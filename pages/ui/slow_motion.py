"""Slow motion: the next step of the run on screen, scene by scene, over the page."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis import name_of
from core.analysis.slow_motion import Played, SlowMotion, slow_motion
from core.analysis.slow_pictures import Picture
from core.dataset import DataSpec
from core.engine import ReadableRecord, Record
from core.looks import ROLES, Role
from core.training.scenes import Kind
from pages.ui.analyses import result_of
from pages.ui.component import component
from pages.ui.component_data.slow import Changed, SceneData, Shown, SlowData, Term
from pages.ui.encoding import drawn, levels, pack, reduced
from pages.ui.formula import draw_formula
from pages.ui.laboratory import laboratory
from pages.ui.session import memory

_slow = component("slow", "slow")
# As wide as a dialog may be, in CSS pixels.
WIDTH = 1000

# What points are to the model, by what the code and the model call them; codes and noise are nothing of it.
COLOURED: dict[str, Role] = {
    "x": "real",
    "real": "real",
    "seen": "corrupted",
    "fake": "generated",
    "generator": "generated",
    "decoder": "reconstructed",
}

SAYS: dict[Kind, str] = {
    "batch": "The step after the run's newest checkpoint begins with the next samples; the first of them are drawn.",
    "corruption": "Random numbers change the input, and the network sees only what comes of that.",
    "noise": "Random numbers are drawn, and what is made of them goes on.",
    "answer": "What a network is given, and what it answers.",
    "loss": "The one number that this step makes smaller, and what the line puts it together from.",
    "gradient": "Each answer is pulled the way that would lower the loss; ‖∇‖ is how much that hangs on each layer.",
    "update": "The optimiser moves each layer: ‖Δθ‖, and its share of the size of the layer's weights, ‖θ‖.",
}


def open_slow_motion(record: ReadableRecord) -> None:
    """Play the step that would come after the run's newest checkpoint; a run that moves goes on meanwhile."""
    memory().slow = record.id, str(laboratory.engine.store.checkpoint(record.id))


def play_slowly(record: Record | None) -> None:
    """What was opened on this run plays until it is closed."""
    opened = memory().slow
    if isinstance(record, ReadableRecord) and opened is not None and opened[0] == record.id:
        _play(record)


def _close() -> None:
    memory().slow = None


@st.dialog("Slow motion", width=WIDTH, on_dismiss=_close)
def _play(record: ReadableRecord) -> None:
    """The scenes of the step: the formula with its term lit, and below it the numbers, the pictures and the code.

    The formula is drawn once for each term, and the script shows the one of its scene.
    """
    engine, opened = laboratory.engine, memory().slow
    found: SlowMotion | None = result_of(
        f"{opened} slow motion", lambda: engine.analyse(record.id, name_of(slow_motion), {}), "Taking one step slowly"
    )
    if found is None:
        return
    formulas = list(dict.fromkeys(scene.formula for scene in found.scenes))
    with st.container(key="slow_formulas", gap=None):
        for i, formula in enumerate(formulas):
            draw_formula(formula, f"slow_formula_{i}")
    data: SlowData = {
        "scenes": [_scene(found, scene, record, formulas.index(scene.formula)) for scene in found.scenes],
        "step": found.steps + 1,
        "look": drawn(record.spec),
    }
    _slow(key="slow_view", data=data)


def _scene(found: SlowMotion, scene: Played, record: ReadableRecord, formula: int) -> SceneData:
    titles = {metric.name: metric.title for metric in MODELS[record.config.model].metrics}
    terms: list[Term] = [
        {"name": titles.get(name, name) or "minimised", "value": value} for name, value in scene.numbers.items()
    ]
    line = scene.line
    changed: list[Changed] = [{"layer": each.layer, "size": each.size, "weights": each.weights} for each in scene.moved]
    return {
        "title": scene.title,
        "formula": formula,
        "says": SAYS[scene.kind] + (f" The last of {scene.times} turns in a row." if scene.times > 1 else ""),
        "moved": scene.kind == "update",
        "place": f"{line.file}, line {line.number}, in {line.function}",
        "before": line.before,
        "line": line.text,
        "after": line.after,
        "terms": terms,
        "layers": changed,
        "pictures": [_shown(found, picture, record.spec) for picture in scene.pictures],
    }


def _shown(found: SlowMotion, picture: Picture, spec: DataSpec) -> Shown:
    values, arrows = found.numbers(picture)
    if picture.form == "samples":
        values = levels(reduced(values, spec), spec)
    return {
        "name": picture.name,
        "form": picture.form,
        "values": pack(values),
        "shape": list(values.shape),
        "arrows": "" if arrows is None else pack(arrows.astype(np.float32)),
        "frame": [list(edge) for edge in picture.frame],
        "colour": ROLES[COLOURED[picture.name]] if picture.name in COLOURED else "",
    }
