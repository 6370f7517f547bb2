"""What a run's model answers while somebody drags a slider: decode this code, repair this noise.

Runs in the server, which has torch: these networks answer in a millisecond, and only stored weights are used.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core import RunConfig, Snapshot
from core.dataset import DataSpec
from core.engine import Record
from core.errors import LatentLabError
from core.model import Model
from core.nn.corruption import corrupt
from core.training.checkpoint import model_of
from core.training.loop import one_thread
from pages.ui.laboratory import laboratory

SHOWN, SHOWN_POINTS = 12, 200


def answer(run: str, question: dict[str, Any]) -> bytes:
    """A snapshot's bytes with the pictures asked for: `{"decode": [codes]}` or `{"noise": …, "level": …}`.

    Raises:
        LatentLabError: the run is gone, has no weights yet, or the question does not fit the model.
    """
    record, model = laboratory.engine.store.get(run), _stored_model(run)
    ask = _decode if "decode" in question else _repair
    with torch.no_grad(), one_thread():
        try:
            views = ask(run, model, question)
        except (RuntimeError, LookupError, ValueError, TypeError) as error:
            raise LatentLabError(f"The model cannot answer this: {error}") from error
    return _pack(record, model, {name: np.asarray(value) for name, value in views.items()})


def prior(run: str, n: int = 1000) -> Any:
    """Codes (n, latents) that the run's model would decode for samples, always the same."""
    return _stored_model(run).prior(n, torch.Generator().manual_seed(0)).numpy()


def decode_grid(run: str, low: Any, high: Any, side: int = 15) -> Any:
    """The plane of two latents between the corners `low` and `high`, decoded on a square grid, top row first."""
    x, y = np.linspace(low[0], high[0], side), np.linspace(high[1], low[1], side)
    codes = np.stack([np.tile(x, side), np.repeat(y, side)], axis=1)
    with torch.no_grad():
        return _decode(run, _stored_model(run), {"decode": codes.tolist()})["samples"].numpy()


def _stored_model(run: str) -> Model:
    """The model of a run's last checkpoint."""
    store = laboratory.engine.store
    record, path = store.get(run), store.state_path(run)
    if record.config is None or record.spec is None or not path.is_file():
        raise LatentLabError("This run has no weights yet. Let it train for a moment.")
    return _model(record.config.model_dump_json(), record.spec, path, path.stat().st_mtime_ns)


def _decode(run: str, model: Model, question: dict[str, Any]) -> dict[str, Any]:
    codes = torch.tensor(question["decode"], dtype=torch.float32).reshape(-1, model.latents)
    views = {"samples": model.decode(codes)}
    reals = _last_frame(run).reals
    return views if reals is None else {**views, "reals": reals}


def _repair(run: str, model: Model, question: dict[str, Any]) -> dict[str, Any]:
    """The first fixed held-out samples, corrupted with always the same draws, and what the model makes of them."""
    originals = torch.from_numpy(_last_frame(run).views["originals"])
    originals = originals[: SHOWN if originals.ndim > 2 else SHOWN_POINTS]
    rng = torch.Generator().manual_seed(0)
    corrupted = corrupt(originals, question["noise"], float(question["level"]), model.value_range, rng)
    return {"originals": originals, "corrupted": corrupted, "reconstructions": model.reconstruct(corrupted)}


def _pack(record: Record, model: Model, views: dict[str, Any]) -> bytes:
    numbers = {}
    if "reconstructions" in views:
        clean = views["originals"]
        for name in ("corrupted", "reconstructions"):
            numbers[f"{name}_mse"] = float(np.square(views[name] - clean).mean())
    return Snapshot(
        step=record.step,
        steps=record.config.steps,
        seconds=record.seconds,
        metrics=numbers,
        value_range=model.value_range,
        **views,
    ).to_bytes()


@lru_cache(maxsize=16)
def _model(config: str, spec: DataSpec, path: Path, changed: int) -> Model:
    """The model of a checkpoint, kept until the checkpoint changes."""
    return model_of(RunConfig.model_validate_json(config), spec, path.read_bytes())


def _last_frame(run: str) -> Snapshot:
    store = laboratory.engine.store
    return _frame(run, store.film(run)[-1])


@lru_cache(maxsize=16)
def _frame(run: str, step: int) -> Snapshot:
    return Snapshot.from_bytes(laboratory.engine.store.frame(run, step))
