"""The data before anything is trained: validation samples, which can be selected."""

from __future__ import annotations

import streamlit as st

from core import RunConfig
from core.engine import ReadableRecord
from core.looks import LOOKS
from core.selection import Samples
from pages.ui.analyses import result_of
from pages.ui.cloud import by_class, cloud
from pages.ui.galleries import Places, wall
from pages.ui.ground import ground_of_data
from pages.ui.laboratory import laboratory
from pages.ui.selection_panel import DRAG, PICK, selection_panel


def preview(config: RunConfig, invitation: str = "") -> None:
    """Some of the dataset's validation samples, and what to do next."""
    key = f"preview {config.dataset} {config.seed} {config.data.model_dump_json()}"
    result = result_of(key, lambda: laboratory.engine.preview(config), "Loading the data")
    if result is None:
        return
    spec, samples, of = result.spec, result.samples, Samples(config, "validation")
    is_plane, is_sound = spec.rendering == "dot", spec.rendering == "sound"
    if is_plane:
        groups = by_class(result.labels, len(samples), spec)
        cloud(samples, groups, samples, spec, "preview", ground_of_data(spec), of)
    else:
        columns = LOOKS[spec.rendering].preview_columns
        # A click on a sound plays it.
        places = None if is_sound else Places(of, range(len(samples)))
        wall(samples, spec, "preview", columns=columns, size=64, places=places)
    hint = LOOKS["sound"].hint if is_sound else ""
    st.caption(f"{len(samples):,} validation samples. {hint} {invitation}")
    if is_sound:
        return
    selection_panel([ReadableRecord.unbegun(config, spec)], ["validation"], DRAG if is_plane else PICK, lines=1)
