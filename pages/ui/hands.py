"""What hands can do among the codes of a run: decode places, go from one sample to another, draw one of their own."""

from __future__ import annotations

import math

import numpy as np

from core import MODELS
from core.analysis.projection import Projection
from core.engine import ReadableRecord
from core.inference import decodes_its_codes
from core.selection import Part
from pages.ui.component_data.cloud import Hands
from pages.ui.encoding import pack, reduced
from pages.ui.questions import MOST_PLACES, codes_that_fit

# Codes of a path, and of two ways beside each other, at least.
FEWEST = 4
NO_AXES = np.zeros((0, 2), np.float32)


def hands_of(record: ReadableRecord, projected: Projection, part: Part) -> Hands:
    """The tools that a run's model and its samples, a `part` of the data, allow in a picture of two dimensions."""
    model, spec = MODELS[record.config.model], record.spec
    decodes, most = decodes_its_codes(model), codes_that_fit(projected.codes.shape[1])
    # A pad has no colours, and a picture that is shown smaller than it is cannot be drawn as it is.
    is_whole = reduced(projected.samples, spec).shape == projected.samples.shape
    is_whole = is_whole and math.prod(spec.shape) <= MOST_PLACES
    is_drawn = spec.rendering != "dot" and is_whole and (spec.kind != "image" or spec.shape[0] == 1)
    return {
        "run": record.id,
        "codes": pack(projected.codes.astype(np.float32)),
        "axes": pack(NO_AXES if projected.axes is None else projected.axes),
        "prior": model.code_prior(record.config.hyperparameters) is not None,
        "decodes": decodes,
        "part": part,
        "most": most,
        "tools": [*(("walk", "between") if decodes and most >= FEWEST else ()), *(("draw",) if is_drawn else ())],
    }
