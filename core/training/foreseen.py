"""Which views the pictures of a run will have, as far as its configuration tells: room is kept for them."""

from __future__ import annotations

from core.config import RunConfig
from core.dataset import DataSpec
from core.models import MODELS


def foreseen(config: RunConfig, spec: DataSpec) -> list[str]:
    """The names of the views that say which panels are shown, and where; a model may yet show less than it can."""
    model, hyperparameters = MODELS[config.model], config.hyperparameters
    able, corrupts = model.capabilities, model.corrupts(hyperparameters)
    rebuilds = model.autoencodes and "reconstruct" in able
    decodes = model.autoencodes and {"encode", "decode"} <= able
    known = {
        "originals": rebuilds or corrupts,
        "corrupted": corrupts,
        "reconstructions": rebuilds,
        "plane": "encode" in able,
        "assignments": "assign" in able,
        "decoded": decodes,
        "fitted": decodes and "sample" not in able,
        "units": decodes and spec.kind == "image" and model.squashes(hyperparameters),
        "trajectory": "trajectory" in able,
        "samples": "sample" in able,
        "reals": spec.kind != "image",
    }
    return [name for name, is_known in known.items() if is_known]
