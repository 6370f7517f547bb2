"""What is known of a run at one step: all that the live views draw, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from safetensors.numpy import load, save

from core.aliases import current_metrics
from core.protocol import Array, Views
from core.training.tensors import check, pack, read_head

VIEWS = tuple(view.name for view in fields(Views))
# The views whose arrays are samples.
PICTURES = ("originals", "corrupted", "reconstructions", "decoded", "units", "samples", "fitted", "reals")


@dataclass(frozen=True, kw_only=True)
class Snapshot(Views):
    """Step, metrics by name (those of validation samples are called `test_…`), and the arrays of `Views`, as NumPy.

    `seconds` is the training time so far, the views not counted. Where not all views are of this step, the oldest
    is of the step `since`.
    """

    step: int
    steps: int
    seconds: float
    metrics: Mapping[str, float]
    value_range: tuple[float, float]
    since: int | None = None

    @property
    def views(self) -> dict[str, Array]:
        """The views that there are, by name."""
        return {name: getattr(self, name) for name in VIEWS if getattr(self, name) is not None}

    def to_bytes(self) -> bytes:
        """The snapshot as one safetensors file; pictures are rounded to 256 levels of the value range.

        The same bytes go from the worker to the server, into the run's folder and to the browser.
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
            "step": self.step,
            "since": self.since,
            "steps": self.steps,
            "seconds": self.seconds,
            "metrics": dict(self.metrics),
            "value_range": list(self.value_range),
        }
        return pack(save, arrays, numbers)

    @classmethod
    def from_bytes(cls, data: bytes) -> Snapshot:
        """Read a snapshot back.

        Raises:
            ValueError: these bytes hold no snapshot.
        """
        try:
            check(data)
            numbers, arrays = read_head(data), load(data)
            low, high = numbers["value_range"]
            views = {}
            for name in VIEWS:
                if name in arrays:
                    values = arrays[name]
                    if values.dtype == np.uint8:
                        values = values.astype(np.float32) * ((high - low) / 255) + low
                    views[name] = values
            return cls(
                step=numbers["step"],
                since=numbers.get("since"),
                steps=numbers["steps"],
                seconds=numbers["seconds"],
                metrics=current_metrics(numbers["metrics"]),
                value_range=(low, high),
                **views,
            )
        except Exception as error:
            raise ValueError(f"These {len(data)} bytes hold no snapshot: {error}") from error
