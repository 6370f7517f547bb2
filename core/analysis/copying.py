"""Whether new samples are copies of training data: by their values, and by what a classifier or an encoder sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.data import counts, like_training, outputs, places_drawn, shown_of
from core.analysis.generation import QUANTILE, copy_rate, nearest
from core.analysis.judge import features
from core.analysis.result import Context, Result, measured
from core.analysis.sampling import comparable
from core.protocol import Array

# At most so many new samples, held-out ones and training samples are looked at; of the new ones, those shown.
COMPARED = 500
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Copies(Result):
    """How far samples are from training data in each of the `spaces`: "values", and features if there are any.

    `distances` (spaces, n) are those of new samples to the nearest training sample, `held_out_distances` (spaces, m)
    those of real, unseen ones, `training_distances` (spaces, k) those of training samples to the nearest other one.
    `samples` (spaces, s, …) are the new ones that are nearest to training data, `nearest` (spaces, s, …) to which, at
    `nearest_places` (spaces, s) among those that plots draw. The features are those of a classifier ("classifier") or,
    where there are no labels, the model's own codes ("codes").
    """

    definition = 3
    spaces: tuple[str, ...]
    distances: Array
    held_out_distances: Array
    training_distances: Array
    samples: Array
    nearest: Array
    nearest_places: Array
    copy_rate: float = measured(
        "Copies by values",
        "%",
        ".1f",
        "lower",
        "Share of new samples nearer to a training sample than 99 % of held-out data are; 1 % is chance.",
    )
    feature_copy_rate: float | None = measured(
        "Copies by features",
        "%",
        ".1f",
        "lower",
        "The same by the hidden layer of a classifier, or where there are no labels by this model's codes: near in "
        "what matters there, not value by value. 1 % is chance.",
        default=None,
    )

    @property
    def by_chance(self) -> float:
        """The most copies, as a share, that a perfect model has in 49 of 50 draws: two standard errors above 1 %."""
        n, m = self.distances.shape[1], self.held_out_distances.shape[1]
        return QUANTILE + 2 * float(np.sqrt(QUANTILE * (1 - QUANTILE) * (1 / n + 1 / m)))


def find_copies(context: Context, prior: str = "", seed: int = 0) -> Copies:
    """Draw up to 500 samples, and look for the training sample nearest to each in each space.

    Raises:
        LatentLabError: a sample or a code is not finite, or there is no such prior for this model.
    """
    dataset, held_out = context.dataset, like_training(context.dataset)[:COMPARED]
    train, order = dataset.train.x, dataset.train.order(COMPARED)
    samples = comparable(context, prior, len(held_out.x), seed)
    spaces = _spaces(context)
    context.report(0.3)
    to_training, of_held_out, of_training, suspects, their_nearest = [], [], [], [], []
    for place, space in enumerate(spaces.values()):
        rows = space(train)
        distances, indices = nearest(space(samples), rows)
        first = distances.argsort()[:SHOWN]
        to_training.append(distances)
        of_held_out.append(nearest(space(held_out.x), rows)[0])
        of_training.append(nearest(rows[order], rows, itself=order)[0])
        suspects.append(samples[first])
        their_nearest.append(indices[first])
        context.report(0.3 + 0.7 * (place + 1) / len(spaces))
    rates = [copy_rate(of, yardstick) for of, yardstick in zip(to_training, of_held_out, strict=True)]
    return Copies(
        counts=counts(dataset, shown_of(dataset)),
        spaces=tuple(spaces),
        distances=torch.stack(to_training).numpy(),
        held_out_distances=torch.stack(of_held_out).numpy(),
        training_distances=torch.stack(of_training).numpy(),
        samples=torch.stack(suspects).numpy(),
        nearest=train[torch.stack(their_nearest)].numpy(),
        nearest_places=places_drawn(dataset.train, torch.stack(their_nearest)),
        copy_rate=rates[0],
        feature_copy_rate=rates[1] if len(rates) > 1 else None,
    )


def _spaces(context: Context) -> dict[str, Callable[[Tensor], Tensor]]:
    """What samples (N, …) are compared by, as rows (N, D): their values, and features where there are any."""
    spaces: dict[str, Callable[[Tensor], Tensor]] = {"values": lambda x: x.flatten(1)}
    y = context.dataset.train.y
    # A point of the plane is its two values: there is nothing to see in it.
    if context.dataset.spec.is_plane:
        return spaces
    if y is not None and len(torch.unique(y)) > 1:
        spaces["classifier"] = features(context.dataset.train)
    elif "encode" in context.model.capabilities:
        spaces["codes"] = lambda x: outputs(context.model.encode, x)
    return spaces
