"""The samples that plots draw of a run's data, in their order there."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.data import counts, drawn_of, labels_of
from core.analysis.result import Result
from core.config import RunConfig
from core.datasets import dataset_of
from core.home import Home
from core.protocol import Array
from core.selection import Part
from core.training.observer import watched_of


@dataclass(frozen=True, kw_only=True)
class PlottedSamples(Result):
    """`samples` (N, …), their `labels` (N,), or None, and `ids` (N,): their places in the whole part.

    `places` (N,) are those among all samples that somebody brought, None of data that came along.
    """

    samples: Array
    labels: Array | None
    ids: Array
    places: Array | None


def plotted(config: RunConfig, part: Part, home: Home | None = None) -> PlottedSamples:
    """The samples of one part of a configuration's data that plots draw.

    Raises:
        UnknownDataset: the data were deleted.
        DownloadFailed: they must be fetched, and could not be.
    """
    dataset = dataset_of(config.dataset, config.seed, config.data, home or Home())
    whole, shown = {
        "validation": (dataset.validation, watched_of(dataset)),
        "held-out": (dataset.test, drawn_of(dataset.test)),
        "training": (dataset.train, drawn_of(dataset.train)),
    }[part]
    return PlottedSamples(
        counts=counts(dataset, shown),
        samples=shown.x.numpy(),
        labels=labels_of(shown),
        ids=whole.order(len(shown.x)).numpy(),
        places=None if shown.places is None else shown.places.numpy(),
    )
