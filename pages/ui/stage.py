"""The components drawn by our own scripts: the live stage, the probe and its sliders, the cloud of codes, galleries."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core import MODELS, RunConfig
from core.dataset import Source
from core.datasets import find
from core.engine import LiveRun, Record

ASSETS = Path(__file__).resolve().parents[2] / "assets"
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


def _component(name: str) -> Any:
    """A component from `assets/<name>.js`, which may use everything in `frame.js` and `draw.js`."""
    script = "\n".join((ASSETS / f"{part}.js").read_text() for part in ("frame", "draw", name))
    return st.components.v2.component(
        f"latent_lab_{name}", html="<div class='lab'></div>", css=(ASSETS / "lab.css").read_text(), js=script
    )


_stage, _probe, _cloud, _gallery = (_component(name) for name in ("stage", "probe", "cloud", "gallery"))


def stage(record: Record, live: LiveRun | None) -> None:
    """The live pictures of a run; the page is run again when the run starts or ends moving."""
    _stage(
        key="stage_view",
        data={
            "run": record.id,
            # What the buttons beside it were drawn for: a run may be over before its first message comes.
            "drawn": live.status if live else record.status,
            "colours": CLASS_COLOURS,
            **(_described(record.config) if record.config else UNREADABLE),
        },
        on_status_change=lambda: None,
    )


# What the stage is told of a run whose configuration cannot be read; it shows the reason and no panel.
UNREADABLE: dict[str, Any] = {"labels": [], "look": "picture", "codes": "", "reading": {"curves": [], "text": ""}}


def _described(config: RunConfig) -> dict[str, Any]:
    """What the stage must know of a dataset and a model to draw them."""
    source, model = find(config.dataset), MODELS[config.model]
    reading = model.reading(config.hyperparameters)
    return {
        "labels": list(source.label_names),
        "look": source.look,
        "codes": "Codes" if model.autoencodes else "Critic's features",
        "reading": {"curves": list(reading.curves), "text": reading.text},
    }


def probe(record: Record, kind: str, **data: Any) -> None:
    """Sliders that ask the run's model while they are dragged: `kind` is "decode" or "noise"."""
    look = find(record.config.dataset).look
    _probe(key=f"probe_{kind}", data={"run": record.id, "kind": kind, "look": look, "colours": CLASS_COLOURS, **data})


def cloud(points: np.ndarray, labels: np.ndarray | None, samples: np.ndarray, source: Source, key: str) -> None:
    """Points (N, 2 or 3) coloured by label; hovering one shows its sample (N, …)."""
    _cloud(
        key=key,
        data={
            "points": _pack(points.astype(np.float32)),
            "dimensions": points.shape[1],
            "labels": _pack((labels if labels is not None else np.zeros(len(points))).astype(np.uint8)),
            "samples": _pack(samples.astype(np.float32) if source.look == "dot" else _levels(samples, source)),
            "shape": list(samples.shape),
            "look": source.look,
            "names": list(source.label_names),
            "colours": CLASS_COLOURS,
        },
    )


def rows(named: dict[str, np.ndarray], source: Source, key: str, size: int = 44) -> None:
    """Samples (N, …) in named rows below each other, as many as fit the width, about `size` pixels high."""
    _show_gallery(named, source, key, size, None, ())


def wall(
    samples: np.ndarray, source: Source, key: str, columns: int, size: int = 96, notes: Sequence[str] = ()
) -> None:
    """Samples (N, …) in a grid, at most `size` pixels high each, a note below each where there are any."""
    _show_gallery({"": samples}, source, key, size, columns, notes)


def _show_gallery(
    named: dict[str, np.ndarray], source: Source, key: str, size: int, columns: int | None, notes: Sequence[str]
) -> None:
    drawn = [
        {"name": name, "values": _pack(_levels(values, source)), "shape": list(values.shape)}
        for name, values in named.items()
    ]
    data = {"rows": drawn, "look": source.look, "size": size, "columns": columns, "notes": list(notes)}
    _gallery(key=f"gallery_{key}", data=data)


def _levels(samples: np.ndarray, source: Source) -> np.ndarray:
    """Values as 256 levels of the dataset's range, as the socket sends pictures, too."""
    low, high = source.value_range
    return np.rint((samples.clip(low, high) - low) * (255 / (high - low))).astype(np.uint8)


def _pack(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()
