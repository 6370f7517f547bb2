"""What is looked at while a model trains: always the same held-out samples, points and noise."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from core.dataset import Dataset
from core.model import Model
from core.protocol import Array

PICTURES = 32
SAMPLES = 64
PLANE_SAMPLES = 1000
# Points along a side of the grids over the plane.
SIDE = 48
# Of large pictures fewer, so that four frames a second fit through a socket.
FEWEST_PICTURES = 8
FEWEST_SAMPLES = 16
PIXELS = 150_000
# Held-out samples that are looked at: fewer of large ones, which take longer, but enough to measure by.
MOST = 2000
FEWEST = 500
VALUES = 40_000
# Sequences whose way through the hidden space is drawn: more would hide each other.
PATHS = 16


class Observer:
    """Looks at a model without changing it or the run's random numbers."""

    def __init__(self, dataset: Dataset) -> None:
        spec = dataset.spec
        shown = dataset.test.fixed(min(MOST, max(FEWEST, VALUES // math.prod(spec.shape))))
        self.x = shown.x
        self.labels = None if shown.y is None else shown.y.numpy()
        self.plane_range = dataset.value_range if spec.is_plane else None
        # Points and sequences are judged beside real ones; a picture speaks for itself.
        self.shows_reals = spec.kind != "image"
        size = math.prod(spec.shape)
        self.pictures = min(PICTURES, max(FEWEST_PICTURES, PIXELS // size))
        self.samples = PLANE_SAMPLES if spec.is_plane else min(SAMPLES, max(FEWEST_SAMPLES, 2 * PIXELS // size))
        self.codes_plane, self.path_plane = Plane(), Plane()

    def observe(self, model: Model, seed: int) -> tuple[dict[str, float], dict[str, Array]]:
        """Held-out metrics, named `test_…`, and the views that the model's capabilities allow."""
        rng = torch.Generator().manual_seed(seed)
        metrics = {f"test_{name}": float(value) for name, value in model.evaluate(self.x, rng).items()}
        views: dict[str, Tensor | Array] = {}
        shown = self.x[: SAMPLES * 8 if self.plane_range else self.pictures]
        seen = model.corrupt(shown, torch.Generator().manual_seed(seed))
        if not torch.equal(seen, shown):
            views |= {"originals": shown, "corrupted": seen}
        # A GAN reconstructs by searching, which takes too long to be watched.
        if "reconstruct" in model.capabilities and model.autoencodes:
            views |= {"originals": shown, "reconstructions": model.reconstruct(seen)}
        if "encode" in model.capabilities:
            codes = model.encode(self.x).numpy()
            views |= {"codes": codes, "plane": self.codes_plane.flatten(codes)}
            if self.labels is not None:
                views["labels"] = self.labels
        if "assign" in model.capabilities:
            views["assignments"] = model.assign(self.x).argmax(dim=1)
        path = model.trajectory(self.x[:PATHS])
        if path is not None:
            flat = self.path_plane.flatten(path.flatten(0, 1).numpy())
            views["trajectory"] = flat.reshape(*path.shape[:2], 2)
        if "sample" in model.capabilities:
            views["samples"] = model.sample(self.samples, seed)
        if self.shows_reals:
            views["reals"] = self.x[: self.samples]
        if self.plane_range:
            if "criticise" in model.capabilities:
                views["landscape"] = model.criticise(_square(*self.plane_range)).reshape(SIDE, SIDE)
            if "decode" in model.capabilities and model.latents == 2:
                # To the edges of a uniform prior, or two standard deviations.
                half = 1 if getattr(model.hyperparameters, "prior", "normal") == "uniform" else 2
                views["warp"] = model.decode(_square(-half, half)).reshape(SIDE, SIDE, 2)[::3, ::3]
        return metrics, {name: np.asarray(value) for name, value in views.items()}


class Plane:
    """Points in two dimensions: themselves, or their principal plane, turned to lie as it lay before."""

    def __init__(self) -> None:
        self.before: Array | None = None

    def flatten(self, points: Array) -> Array:
        """Points (N, D) → (N, 2)."""
        if points.shape[1] <= 2 or not np.isfinite(points).all():
            return np.pad(points, ((0, 0), (0, max(0, 2 - points.shape[1]))))[:, :2]
        # In float64: the squares of a run about to diverge overflow float32.
        centred = points.astype(np.float64) - points.mean(axis=0, dtype=np.float64)
        _, axes = np.linalg.eigh(centred.T @ centred)
        plane: Array = centred @ axes[:, :-3:-1]
        if self.before is not None:
            # Orthogonal Procrustes (Schönemann 1966): the rotation that moves the points least between two pictures.
            u, _, vt = np.linalg.svd(plane.T @ self.before)
            plane = plane @ (u @ vt)
        self.before = plane
        return plane


def _square(low: float, high: float) -> Tensor:
    """A square grid of points (SIDE², 2), row by row from the lowest y."""
    axis = torch.linspace(low, high, SIDE)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x, y], dim=-1).reshape(-1, 2)
