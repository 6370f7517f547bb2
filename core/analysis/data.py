"""The samples that analyses look at: always the same ones of a run's data."""

from collections.abc import Callable

import torch
from torch import Tensor

from core.analysis.result import Report, Result, unheard
from core.config import RunConfig
from core.dataset import Dataset, Split
from core.datasets import dataset_of
from core.errors import LatentLabError
from core.home import Home
from core.protocol import Array

# At most this many held-out samples are shown, and training samples fitted where more would add only time.
SHOWN, FITTED = 2000, 5000
# Of samples with many values fewer, but at least these, so that they fit into memory and through a socket.
FEWEST_SHOWN, VALUES_SHOWN = 200, 4_000_000
FEWEST_FITTED, VALUES_FITTED = 500, 20_000_000
PICTURES = 64
# Samples that go through a model at once: bounds the memory that a convolution's features take.
BATCH = 500


def preview(config: RunConfig, home: Home | None = None) -> Result:
    """Held-out samples before there is a model: 64 of any shape, or 2,000 points of the plane, with their labels."""
    dataset = dataset_of(config.dataset, config.seed, config.data, home or Home())
    shown = dataset.test.fixed(SHOWN if dataset.spec.is_plane else PICTURES)
    sizes = {"train_size": len(dataset.train.x), "test_size": len(dataset.test.x)}
    return Result(sizes, {"samples": shown.x.numpy(), **labels_of(shown)})


def shown_of(dataset: Dataset) -> Split:
    """The held-out samples that are shown and measured: all, or a fixed part of many."""
    return dataset.test.fixed(min(SHOWN, max(FEWEST_SHOWN, VALUES_SHOWN // dataset.test.x[0].numel())))


def fitted_of(dataset: Dataset) -> Split:
    """The training samples that a detector or a clustering is fitted to: all, or a fixed part of many."""
    return dataset.train.fixed(min(FITTED, max(FEWEST_FITTED, VALUES_FITTED // dataset.train.x[0].numel())))


def counted(dataset: Dataset, result: Result) -> Result:
    """A result with how many held-out samples were `shown` of all `held_out`, so that a view can say so.

    An analysis that looks at fewer than the others says `shown` itself.
    """
    return Result({"shown": len(shown_of(dataset).x), "held_out": len(dataset.test.x), **result.numbers}, result.arrays)


def labels_of(split: Split) -> dict[str, Array]:
    """The labels (N,) as the array "labels", where there are any."""
    return {} if split.y is None else {"labels": split.y.numpy()}


def flat(x: Tensor) -> Array:
    """Samples (N, …) as rows of raw values (N, D)."""
    rows: Array = x.flatten(1).numpy()
    return rows


def outputs(function: Callable[[Tensor], Tensor], x: Tensor, report: Report = unheard, batch: int = BATCH) -> Tensor:
    """A model's method on samples (N, …), `batch` at once; `report` hears the share done after each batch.

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
