"""What is looked at while a model trains: always the same validation samples, points and noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.dataset import Dataset, Split
from core.looks import LOOKS
from core.metrics import ACCURACY
from core.model import Model
from core.modes import DRAWN, coverage
from core.plane import Plane, frame_of, lattice
from core.protocol import Array, Panel
from core.training.attention import Attention
from core.units import added, by_movement, turned

# Arrays or tensors by the names of the snapshot's views.
Views = dict[str, Any]

PICTURES = 32
SAMPLES = 64
PLANE_SAMPLES = 1000
PLANE_FITTED = 250
# Points along a side of the landscape over the plane, and of the grid that is bent.
SIDE, WARPED = 48, 16
# Of large pictures fewer, so that four frames a second fit through a socket.
FEWEST_PICTURES = 8
FEWEST_SAMPLES = 16
SMALLEST_LATTICE = 4
PIXELS = 150_000
# Validation samples that are looked at: fewer of large ones, which take longer, but enough to measure by.
MOST = 2000
FEWEST = 250
VALUES = 16_000
# Of the noise that samples are drawn from: the same in all runs, which are held beside each other.
NOISE_SEED = 0
# Validation samples whose posterior is drawn: more would hide each other.
POSTERIORS = 60
# Sequences whose way through the hidden space is drawn: more would hide each other.
PATHS = 16


def watched_of(dataset: Dataset) -> Split:
    """The validation samples that are looked at while a model trains."""
    return dataset.validation.fixed(min(MOST, max(FEWEST, VALUES // math.prod(dataset.spec.shape))))


class Observer:
    """Looks at a model without changing it or the run's random numbers."""

    def __init__(self, dataset: Dataset) -> None:
        spec = dataset.spec
        shown = watched_of(dataset)
        self.shown, self.training = shown, dataset.train.fixed(len(shown.x))
        self.x = shown.x
        self.labels = None if shown.y is None else shown.y.numpy()
        self.plane_range = dataset.value_range if spec.is_plane else None
        self.is_picture = spec.kind == "image"
        self.value_range = spec.value_range
        # Points and sequences are judged beside real ones; a picture speaks for itself.
        self.shows_reals = not self.is_picture
        self.modes = dataset.modes
        size = math.prod(spec.shape)
        self.pictures = min(PICTURES, max(FEWEST_PICTURES, PIXELS // size))
        self.samples = PLANE_SAMPLES if spec.is_plane else min(SAMPLES, max(FEWEST_SAMPLES, 2 * PIXELS // size))
        self.fitted = PLANE_FITTED if spec.is_plane else self.pictures
        widest = max(SMALLEST_LATTICE, math.isqrt(PIXELS // size))
        self.lattice_side = min(LOOKS[spec.rendering].lattice_side, widest)
        # The planes of codes and of hidden states, which a checkpoint keeps: a run that goes on is not turned round.
        self.planes = {"codes": Plane(), "trajectory": Plane()}
        # What was seen last, by sight, and at which step.
        self.seen: dict[str, dict[str, Array]] = {}
        self.steps: dict[str, int] = {}

    def measure(self, model: Model, seed: int) -> dict[str, float]:
        """Metrics of validation or new samples, named `test_…`.

        Where a training step measures otherwise, there are metrics of training samples, too, found in the same way.
        """
        metrics = {f"test_{name}": value for name, value in _evaluated(model, self.shown, seed).items()}
        if model.measures_training_data:
            metrics |= _evaluated(model, self.training, seed)
        if self.modes is not None and "sample" in model.capabilities:
            found = coverage(model.sample(DRAWN, seed), self.modes)
            values = {metric.name: getattr(found, metric.name) for metric in self.modes.metrics}
            metrics |= {f"test_{name}": float(value) for name, value in values.items() if value is not None}
        return metrics

    def since(self, step: int, panels: Collection[Panel] | None = None) -> int | None:
        """The step of the oldest view of these panels that was seen, or of all, if that is before `step`."""
        sights = sights_of(panels)
        oldest = min((at for sight, at in self.steps.items() if sight in sights and self.seen[sight]), default=step)
        return oldest if oldest < step else None

    def look(
        self,
        model: Model,
        seed: int,
        step: int,
        attention: Attention | None = None,
        panels: Collection[Panel] | None = None,
    ) -> dict[str, Array]:
        """The views that the model's capabilities allow; what only other `panels` show than these is older.

        With `attention`, so are those that it cannot pay for now.
        """
        sights = sights_of(panels)
        for sight in sights if attention is None else attention.affordable(sights):
            found = SIGHTS[sight](self, model, seed)
            self.seen[sight] = {name: np.asarray(value) for name, value in found.items()}
            self.steps[sight] = step
        return {name: view for views in self.seen.values() for name, view in views.items()}

    def _pictures(self, model: Model, seed: int) -> Views:
        """The first samples, as the network sees them in training, and reconstructed."""
        shown = self.x[: SAMPLES * 8 if self.plane_range else self.pictures]
        seen = model.corrupt(shown, torch.Generator().manual_seed(seed))
        views = {} if torch.equal(seen, shown) else {"originals": shown, "corrupted": seen}
        # A GAN reconstructs by searching, which takes too long to be watched.
        if "reconstruct" in model.capabilities and model.autoencodes:
            views |= {"originals": shown, "reconstructions": model.reconstruct(seen)}
        return views

    def _codes(self, model: Model, seed: int) -> Views:
        """Codes, where they lie in the plane, and how far their posteriors reach."""
        if "encode" not in model.capabilities:
            return {}
        codes = model.encode(self.x).numpy()
        plane = self.planes["codes"].flatten(codes)
        frame = frame_of(plane, model.code_prior(model.hyperparameters))
        views: Views = {"codes": codes, "plane": plane, "frame": frame}
        spreads = model.spreads(self.x[:POSTERIORS]) if codes.shape[1] == 2 else None
        if spreads is not None:
            views["spreads"] = spreads
        if self.labels is not None:
            views["labels"] = self.labels
        return views

    def _clusters(self, model: Model, seed: int) -> Views:
        """The cluster that each sample is most likely in."""
        return {"assignments": model.assign(self.x).argmax(dim=1)} if "assign" in model.capabilities else {}

    def _decoded(self, model: Model, seed: int) -> Views:
        """The plane of codes, decoded place by place, and its corners."""
        codes = self._decodable(model)
        if codes is None:
            return {}
        low, high = self.seen["codes"]["frame"]
        rows = columns = self.lattice_side
        if codes.shape[1] == 1:
            # A line on the plane. What it is bent to is a curve, which takes more points than a row of pictures.
            rows, columns = 1, columns**2 if self.plane_range else columns
            low, high = low * (1, 0), high * (1, 0)
        places = lattice(low, high, rows, columns)
        lifted = torch.from_numpy(self.planes["codes"].lift(places, codes))
        return {"decoded": model.decode(lifted), "lattice": np.stack([low, high]).astype(np.float32)}

    def _fitted(self, model: Model, seed: int) -> Views:
        """Of models without a prior, samples whose codes are drawn from a Gaussian fitted to all codes."""
        codes = self._decodable(model)
        if codes is None or "sample" in model.capabilities:
            return {}
        return {"fitted": model.decode(fitted(codes, self.fitted, NOISE_SEED))}

    def _units(self, model: Model, seed: int) -> Views:
        """What each of the units that move most adds to a picture: from its least to its largest activation."""
        codes = self._decodable(model)
        if codes is None or not (model.has_sigmoid_codes and self.is_picture):
            return {}
        units = by_movement(codes)[: self.samples]
        quiet, loud = (model.decode(turned(codes, units, ends(axis=0))).numpy() for ends in (codes.min, codes.max))
        return {"units": added(quiet, loud, self.value_range)}

    def _trajectory(self, model: Model, seed: int) -> Views:
        """The hidden state after each step of the first sequences, in two dimensions."""
        if "trajectory" not in model.capabilities:
            return {}
        path = model.trajectory(self.x[:PATHS])
        flat = self.planes["trajectory"].flatten(path.flatten(0, 1).numpy())
        return {"trajectory": flat.reshape(*path.shape[:2], 2)}

    def _samples(self, model: Model, seed: int) -> Views:
        """Samples from fixed noise, and real ones to hold beside them."""
        views: Views = {"samples": model.sample(self.samples, NOISE_SEED)} if "sample" in model.capabilities else {}
        return views | ({"reals": self.x[: self.samples]} if self.shows_reals else {})

    def _landscape(self, model: Model, seed: int) -> Views:
        """The scores of the discriminator or critic over the plane, 0 where its verdict changes."""
        if not (self.plane_range and "criticise" in model.capabilities):
            return {}
        reals, sampled = (torch.from_numpy(self.seen["samples"][name]) for name in ("reals", "samples"))
        boundary = model.boundary(model.criticise(reals), model.criticise(sampled))
        return {"landscape": (model.criticise(_square(*self.plane_range, SIDE)) - boundary).reshape(SIDE, SIDE)}

    def _warp(self, model: Model, seed: int) -> Views:
        """Where a square grid of codes is sent in the plane."""
        if not (self.plane_range and "decode" in model.capabilities and model.latents == 2):
            return {}
        # To the edges of a uniform prior, or two standard deviations.
        half = 1 if getattr(model.hyperparameters, "prior", "normal") == "uniform" else 2
        return {"warp": model.decode(_square(-half, half, WARPED)).reshape(WARPED, WARPED, 2)}

    def _decodable(self, model: Model) -> Array | None:
        """The codes (N, D) that were seen, where `decode` undoes `encode` and they are finite; else None."""
        codes: Array | None = self.seen["codes"].get("codes")
        if codes is None or not ("decode" in model.capabilities and model.autoencodes and np.isfinite(codes).all()):
            return None
        return codes


# What is renewed together, in this order at first: later ones are made of what earlier ones found.
SIGHTS: dict[str, Callable[[Observer, Model, int], Views]] = {
    "pictures": Observer._pictures,
    "codes": Observer._codes,
    "clusters": Observer._clusters,
    "decoded": Observer._decoded,
    "fitted": Observer._fitted,
    "units": Observer._units,
    "trajectory": Observer._trajectory,
    "samples": Observer._samples,
    "landscape": Observer._landscape,
    "warp": Observer._warp,
}


# What each panel is drawn from. Labels and real samples, which others found, stay.
DRAWN_FROM: dict[Panel, tuple[str, ...]] = {
    "plane": ("pictures", "samples", "landscape", "warp"),
    "trajectory": ("trajectory",),
    "codes": ("codes",),
    "clusters": ("codes", "clusters"),
    "decoded": ("codes", "decoded"),
    "units": ("codes", "units"),
    "samples": ("samples",),
    "fitted": ("codes", "fitted"),
    "strip": ("pictures",),
    "curves": (),
}


def sights_of(panels: Collection[Panel] | None) -> list[str]:
    """The sights that some panels are drawn from, or all, in their order."""
    wanted = SIGHTS if panels is None else {sight for panel in panels for sight in DRAWN_FROM[panel]}
    return [sight for sight in SIGHTS if sight in wanted]


def fitted(codes: Array, n: int, seed: int) -> Tensor:
    """Draws (n, D) from the Gaussian with the mean and the covariance of codes (N, D).

    Each is the mean and a sum of all codes' distances from it, with the same normal weights for the same `seed`: so it
    stays the same draw while codes move or turn, and in another model's codes of the same samples.
    """
    weights = torch.randn(n, len(codes), generator=torch.Generator().manual_seed(seed)) / math.sqrt(len(codes))
    all_codes = torch.from_numpy(codes)
    mean = all_codes.mean(dim=0)
    return mean + weights @ (all_codes - mean)


def _evaluated(model: Model, split: Split, seed: int) -> dict[str, float]:
    """The model's measures of samples, with the same noise for the same number of them, and what it makes of classes.

    Its measures are of the samples alone; their labels say afterwards how often it was right.
    """
    measured = model.evaluate(split.x, torch.Generator().manual_seed(seed))
    if "classify" in model.capabilities and split.y is not None:
        measured[ACCURACY.name] = (model.classify(split.x).argmax(dim=1) == split.y).float().mean()
    return {name: float(value) for name, value in measured.items()}


def _square(low: float, high: float, side: int) -> Tensor:
    """A square grid of points (side², 2), row by row from the lowest y."""
    axis = torch.linspace(low, high, side)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x, y], dim=-1).reshape(-1, 2)
