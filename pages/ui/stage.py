"""The components drawn by our own scripts: the live stage, the probe and its sliders, the cloud of codes, galleries."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from core import MODELS, RunConfig
from core.dataset import DataSpec
from core.engine import LiveRun, Record
from pages.ui.component import component

CLASS_COLOURS = [
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#B5A300",
    "#8C6BB1",
    "#7F7F7F",
    "#8B5A2B",
]
# From little to much, told apart in grey too.
SHADES = ["#482475", "#414487", "#355F8D", "#2A788E", "#21918C", "#22A884", "#44BF70", "#7AD151"]

# What is said beside samples that do not explain themselves, by their look.
HINTS = {
    "text": "The paler a letter, the less sure it is.",
    "sound": "Click a waveform to hear it; or choose with the arrow keys, and play with Enter.",
}

_stage, _probe, _cloud, _gallery = (component(name) for name in ("stage", "probe", "cloud", "gallery"))


def stage(record: Record, live: LiveRun | None) -> None:
    """The live pictures of a run; the page is run again when the run starts or ends moving."""
    _stage(
        key="stage_view",
        data={
            "run": record.id,
            # What the buttons beside it were drawn for: a run may be over before its first message comes.
            "drawn": live.status if live else record.status,
            "colours": CLASS_COLOURS,
            **(_described(record.config, record.spec) if record.config and record.spec else UNREADABLE),
        },
        on_status_change=lambda: None,
    )


# What the stage is told of a run whose configuration cannot be read; it shows the reason and no panel.
UNREADABLE: dict[str, Any] = {
    "labels": [],
    "look": {"kind": "none", "hint": ""},
    "codes": "",
    "reading": {"curves": [], "text": ""},
}


def _described(config: RunConfig, spec: DataSpec) -> dict[str, Any]:
    """What the stage must know of samples and a model to draw them."""
    model = MODELS[config.model]
    curves = model.curves(config.hyperparameters)
    return {
        "labels": list(spec.label_names),
        "look": _look(spec),
        "codes": "Codes" if model.autoencodes else "Discriminator's features",
        "reading": {"curves": list(curves.metrics), "text": curves.text},
    }


def probe(record: Record, kind: str, **data: Any) -> None:
    """Sliders that ask the run's model while they are dragged: `kind` is "decode" or "noise"."""
    look = _look(record.spec)
    _probe(key=f"probe_{kind}", data={"run": record.id, "kind": kind, "look": look, "colours": CLASS_COLOURS, **data})


# The most pixels a side of a picture that stands still, and the most bytes of a cloud's samples.
PICTURE_SIDE, CLOUD_BYTES = 64, 10_000_000


@dataclass(frozen=True)
class Groups:
    """What points are coloured by: each one's group (N,), the groups' names and colours."""

    members: np.ndarray
    names: Sequence[str]
    colours: Sequence[str]


def by_class(labels: np.ndarray | None, points: int, spec: DataSpec) -> Groups:
    """Points coloured by label; all alike where there are none."""
    return Groups(labels if labels is not None else np.zeros(points), spec.label_names, CLASS_COLOURS)


def by_factor(values: np.ndarray) -> Groups:
    """Points coloured by a number (N,) that samples were made from, in steps of equal width from dark to light."""
    edges = np.linspace(values.min(), values.max(), len(SHADES) + 1)
    names = [f"{low:.3g} … {high:.3g}".replace("-", "−") for low, high in pairwise(edges)]
    return Groups(np.searchsorted(edges[1:-1], values, side="right"), names, SHADES)


def cloud(points: np.ndarray, groups: Groups, samples: np.ndarray, spec: DataSpec, key: str) -> None:
    """Points (N, 2 or 3) coloured by group; hovering one shows its sample (N, …), of very large ones the first."""
    samples = _reduced(samples, spec)
    samples = samples[: CLOUD_BYTES // samples[0].size]
    _cloud(
        key=key,
        data={
            "points": _pack(points.astype(np.float32)),
            "dimensions": points.shape[1],
            "labels": _pack(groups.members.astype(np.uint8)),
            "samples": _pack(samples.astype(np.float32) if spec.rendering == "dot" else _levels(samples, spec)),
            "shape": list(samples.shape),
            "look": _look(spec),
            "names": list(groups.names),
            "colours": list(groups.colours),
        },
    )


def rows(named: dict[str, np.ndarray], spec: DataSpec, key: str, size: int = 44) -> None:
    """Samples (N, …) in named rows below each other, as many as fit the width, about `size` pixels high."""
    _show_gallery(named, spec, key, size, None, ())


def wall(
    samples: np.ndarray, spec: DataSpec, key: str, columns: int, size: int = 96, notes: Sequence[str] = ()
) -> None:
    """Samples (N, …) in a grid, at most `size` pixels high each, a note below each where there are any."""
    _show_gallery({"": samples}, spec, key, size, columns, notes)


def _show_gallery(
    named: dict[str, np.ndarray], spec: DataSpec, key: str, size: int, columns: int | None, notes: Sequence[str]
) -> None:
    reduced = {name: _reduced(values, spec) for name, values in named.items()}
    drawn = [
        {"name": name, "values": _pack(_levels(values, spec)), "shape": list(values.shape)}
        for name, values in reduced.items()
    ]
    data = {"rows": drawn, "look": _look(spec), "size": size, "columns": columns, "notes": list(notes)}
    _gallery(key=f"gallery_{key}", data=data)


def _look(spec: DataSpec) -> dict[str, Any]:
    """How samples are drawn, with the characters of words, the rate of sounds in Hz, and what to know of them."""
    return {
        "kind": spec.rendering,
        "alphabet": spec.alphabet,
        "rate": spec.sample_rate,
        "hint": HINTS.get(spec.rendering, ""),
    }


def _reduced(samples: np.ndarray, spec: DataSpec) -> np.ndarray:
    """Images (N, C, H, W) averaged down to at most `PICTURE_SIDE` pixels a side; samples of other kinds as they are."""
    step = -(-max(samples.shape[-2:]) // PICTURE_SIDE) if spec.kind == "image" else 1
    if step == 1:
        return samples
    n, channels, height, width = (*samples.shape[:2], *(length // step for length in samples.shape[2:]))
    whole = samples[:, :, : height * step, : width * step]
    reduced: np.ndarray = whole.reshape(n, channels, height, step, width, step).mean(axis=(3, 5))
    return reduced


def _levels(samples: np.ndarray, spec: DataSpec) -> np.ndarray:
    """Values as 256 levels of the dataset's range, as the socket sends pictures, too."""
    low, high = spec.value_range
    return np.rint((samples.clip(low, high) - low) * (255 / (high - low))).astype(np.uint8)


def _pack(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()
