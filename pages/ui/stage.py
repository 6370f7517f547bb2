"""The components drawn by our own scripts: the live stage, the probe with its sliders, the cloud of codes."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core import DATASETS
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


_stage, _probe, _cloud = _component("stage"), _component("probe"), _component("cloud")


def stage(record: Record, live: LiveRun | None) -> None:
    """The live pictures of a run; the page is run again when the run starts or ends moving."""
    source = DATASETS[record.config.dataset] if record.config else None
    _stage(
        key="stage_view",
        data={
            "run": record.id,
            # What the buttons beside it were drawn for: a run may be over before its first message comes.
            "drawn": live.status if live else record.status,
            "colours": CLASS_COLOURS,
            "labels": list(source.label_names) if source else [],
            "range": source.value_range if source else (0, 1),
        },
        on_status_change=lambda: None,
    )


def probe(record: Record, kind: str, **data: Any) -> None:
    """Sliders that ask the run's model while they are dragged: `kind` is "decode" or "noise"."""
    _probe(key=f"probe_{kind}", data={"run": record.id, "kind": kind, "colours": CLASS_COLOURS, **data})


def cloud(points: np.ndarray, labels: np.ndarray | None, pictures: np.ndarray, names: list[str], key: str) -> None:
    """Points (N, 2 or 3) coloured by label; hovering one shows its picture (N, H, W) in 0…1, or its values (N, D)."""
    shown = np.rint(pictures.clip(0, 1) * 255).astype(np.uint8) if pictures.ndim > 2 else pictures.astype(np.float32)
    _cloud(
        key=key,
        data={
            "points": _pack(points.astype(np.float32)),
            "dimensions": points.shape[1],
            "labels": _pack((labels if labels is not None else np.zeros(len(points))).astype(np.uint8)),
            "pictures": _pack(shown),
            "shape": list(pictures.shape[1:]),
            "names": names,
            "colours": CLASS_COLOURS,
        },
    )


def _pack(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()
