"""A picture of a run at one step: all that the live views draw, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from core.training.tensors import head, read_head

Array = NDArray[Any]

# One field name a view; what a model cannot do is absent.
VIEWS = (
    "originals", "corrupted", "reconstructions",  # (n, …) fixed held-out samples, what the encoder saw, what came out
    "codes", "plane", "labels",  # (N, latent_size), the same seen in two dimensions (N, 2), and (N,)
    "assignments",  # (N,) the cluster that each of those samples is most likely in
    "trajectory",  # (n, T, 2) the hidden state after each step of the first of them, in two dimensions
    "samples", "scores", "reals",  # (n, …) from fixed noise, the critic's scores (n,), real ones beside them
    "landscape", "warp",  # (side, side) critic's scores over the plane; (side, side, 2) where G sends a square grid
)  # fmt: skip
PICTURES = ("originals", "corrupted", "reconstructions", "samples", "reals")


@dataclass(frozen=True)
class Snapshot:
    """Step, metrics by name (held-out ones are called `test_…`) and the arrays of `VIEWS`, as NumPy.

    `seconds` is the training time so far, the views not counted.
    """

    step: int
    steps: int
    seconds: float
    metrics: Mapping[str, float]
    value_range: tuple[float, float]
    views: Mapping[str, Array] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Array | None:
        """The view called `name`, or None where the model cannot give it."""
        if name in VIEWS:
            return self.views.get(name)
        raise AttributeError(name)

    def to_bytes(self) -> bytes:
        """The snapshot as one safetensors file; pictures are rounded to 256 levels of the value range.

        The same bytes go from the worker to the server, into the run's film and to the browser.
        """
        low, high = self.value_range
        arrays = {}
        for name, values in self.views.items():
            if name in PICTURES and values.ndim > 2:
                values = np.rint((values.clip(low, high) - low) * (255 / (high - low))).astype(np.uint8)
            arrays[name] = np.ascontiguousarray(values)
        # A run without views still needs a tensor: safetensors reads no empty file back.
        arrays = arrays or {"step": np.array([self.step])}
        numbers = {
            "step": self.step, "steps": self.steps, "seconds": self.seconds,
            "metrics": dict(self.metrics), "value_range": list(self.value_range),
        }  # fmt: skip
        return save(arrays, metadata=head(numbers))

    @classmethod
    def from_bytes(cls, data: bytes) -> Snapshot:
        """Read a snapshot back.

        Raises:
            ValueError: these bytes hold no snapshot.
        """
        try:
            numbers, arrays = read_head(data), load(data)
            low, high = numbers["value_range"]
            views = {}
            for name in VIEWS:
                if name in arrays:
                    values = arrays[name]
                    if values.dtype == np.uint8:
                        values = values.astype(np.float32) * ((high - low) / 255) + low
                    views[name] = values
            return cls(numbers["step"], numbers["steps"], numbers["seconds"], numbers["metrics"], (low, high), views)
        except Exception as error:
            raise ValueError(f"These {len(data)} bytes hold no snapshot: {error}") from error
