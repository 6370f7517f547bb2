"""The samples that analyses look at: always the same ones of a run's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.result import Counts, Report, Result, ignore_progress
from core.config import RunConfig
from core.dataset import Dataset, DataSpec, Split
from core.datasets import dataset_of
from core.errors import LatentLabError
from core.home import Home
from core.protocol import Array

# At most this many held-out samples are looked at, and training samples fitted where more would add only time.
SHOWN = 2000
# Points of a plot cost next to nothing: as many as this are drawn.
DRAWN = 100_000
FITTED = 5000
# Of samples with many values fewer, but at least these, so that they fit into memory and through a socket.
FEWEST_SHOWN = 200
VALUES_SHOWN = 4_000_000
FEWEST_FITTED = 500
VALUES_FITTED = 20_000_000
PICTURES = 64
# Samples that go through a model at once: bounds the memory that a convolution's features take.
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Preview(Result):
    """Validation `samples` (N, …) of a `spec` before there is a model, and their `labels` (N,), or None."""

    spec: DataSpec
    samples: Array
    labels: Array | None


def preview(config: RunConfig, home: Home | None = None) -> Preview:
    """64 validation samples of any shape, or 2,000 points of the plane.

    Raises:
        UnknownDataset: the data were deleted.
        DownloadFailed: they must be fetched, and could not be.
    """
    dataset = dataset_of(config.dataset, config.seed, config.data, home or Home())
    shown = dataset.validation.fixed(SHOWN if dataset.spec.is_plane else PICTURES)
    return Preview(counts=counts(dataset, shown), spec=dataset.spec, samples=shown.x.numpy(), labels=labels_of(shown))


def shown_of(dataset: Dataset) -> Split:
    """The held-out samples that are shown and measured: all, or a fixed part of many."""
    return dataset.test.fixed(min(SHOWN, fitting(dataset.test)))


def drawn_of(split: Split) -> Split:
    """The samples that plots draw: all, or a fixed part of very many; first of held-out ones those that are shown."""
    return split[order_drawn(split)]


def order_drawn(split: Split) -> Tensor:
    """The places in a split of the samples that plots draw, in their order."""
    return split.order(min(DRAWN, fitting(split)))


def places_drawn(split: Split, indices: Tensor) -> Array:
    """Where the samples with these `indices` (n,) stand among those of a split that plots draw; −1 for the others."""
    drawn = order_drawn(split)
    places = torch.full((len(split.x),), -1)
    places[drawn] = torch.arange(len(drawn))
    found: Array = places[indices].numpy()
    return found


def fitting(split: Split) -> int:
    """So many of its samples can be shown, the fewer the larger they are."""
    return max(FEWEST_SHOWN, VALUES_SHOWN // split.x[0].numel())


def like_training(dataset: Dataset) -> Split:
    """Those of the held-out samples that are shown that may be like training's: of no class that was left out there.

    Raises:
        LatentLabError: all are of classes that were left out.
    """
    return shown_of(dataset)[places_like_training(dataset)]


def places_like_training(dataset: Dataset) -> Tensor:
    """Where those stand among the held-out samples that plots draw.

    Raises:
        LatentLabError: all are of classes that were left out.
    """
    shown = shown_of(dataset)
    places = torch.arange(len(shown.x))
    if shown.y is None or dataset.train.y is None:
        return places
    alike = places[torch.isin(shown.y, dataset.train.y)]
    if not len(alike):
        raise LatentLabError(
            "New samples are judged by held-out ones of the classes that were trained on, and here are none: leave "
            "fewer classes out of training."
        )
    return alike


def fitted_of(dataset: Dataset) -> Split:
    """The training samples that a detector or a clustering is fitted to: all, or a fixed part of many."""
    return dataset.train.fixed(min(FITTED, max(FEWEST_FITTED, VALUES_FITTED // dataset.train.x[0].numel())))


def held_back(rows: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Rows (N, D) in two parts by chance: four fifths, two rows at least, to fit to, and the last to try that on."""
    fitted, tried = np.split(rng.permutation(rows), [max(2, len(rows) * 4 // 5)])
    return fitted, tried


def counts(dataset: Dataset, shown: Split, fitted: Split | None = None) -> Counts:
    """How many samples were `shown` and `fitted` of those that there are; all training samples, unless said."""
    held_out, training = len(dataset.test.x), len(dataset.train.x)
    fits = training if fitted is None else len(fitted.x)
    return Counts(shown=len(shown.x), held_out=held_out, fitted=fits, training=training)


def labels_of(split: Split) -> Array | None:
    """The labels (N,), where there are any."""
    return None if split.y is None else split.y.numpy()


def flat(x: Tensor) -> Array:
    """Samples (N, …) as rows of raw values (N, D)."""
    rows: Array = x.flatten(1).numpy()
    return rows


def outputs(
    function: Callable[[Tensor], Tensor], x: Tensor, report: Report = ignore_progress, batch: int = BATCH
) -> Tensor:
    """A model's method on samples (N, …), `batch` at once; `report` is called with the share done after each batch.

    Raises:
        LatentLabError: an output is not finite.
    """
    parts, seen = [], 0
    for part in x.split(batch):
        parts.append(function(part))
        seen += len(part)
        report(seen / len(x))
    return finite(torch.cat(parts))


def finite(values: Tensor) -> Tensor:
    """`values`, checked.

    Raises:
        LatentLabError: one of them is not finite.
    """
    if not torch.isfinite(values).all():
        raise LatentLabError("The model's outputs are not finite numbers; train again with a lower learning rate.")
    return values


def codes_of(encode: Callable[[Tensor], Tensor], x: Tensor) -> Array:
    """Codes (N, latent_size) of samples (N, …).

    Raises:
        LatentLabError: the codes are not finite, or all the same.
    """
    codes: Array = outputs(encode, x).numpy()
    if (codes == codes[0]).all():
        raise LatentLabError("All codes are the same: the encoder ignores its input, so there is nothing to look at.")
    return codes
