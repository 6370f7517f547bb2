"""Samples and arrays as the data of a component: reduced, in 256 levels, as base64 text."""

from __future__ import annotations

import base64

import numpy as np

from core.dataset import DataSpec
from pages.ui.component_data.shared import Drawn

# The most pixels a side of a picture that stands still.
PICTURE_SIDE = 64


def drawn(spec: DataSpec) -> Drawn:
    """How a component draws samples of this kind."""
    return {"kind": spec.rendering, "alphabet": spec.alphabet, "rate": spec.sample_rate}


def reduced(samples: np.ndarray, spec: DataSpec) -> np.ndarray:
    """Images (N, C, H, W) averaged down to at most `PICTURE_SIDE` pixels a side; samples of other kinds as they are."""
    step = -(-max(samples.shape[-2:]) // PICTURE_SIDE) if spec.kind == "image" else 1
    if step == 1:
        return samples
    n, channels, height, width = (*samples.shape[:2], *(length // step for length in samples.shape[2:]))
    whole = samples[:, :, : height * step, : width * step]
    smaller: np.ndarray = whole.reshape(n, channels, height, step, width, step).mean(axis=(3, 5))
    return smaller


def levels(samples: np.ndarray, spec: DataSpec) -> np.ndarray:
    """Values as 256 levels of the dataset's range, as the socket sends pictures, too."""
    low, high = spec.value_range
    return np.rint((samples.clip(low, high) - low) * (255 / (high - low))).astype(np.uint8)


def pack(values: np.ndarray) -> str:
    """An array's bytes as base64 text."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()
