"""Noise on its way to samples: what it is at each time, and on the plane which way it is pushed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch

from core.analysis.data import counts, finite, shown_of
from core.analysis.result import Context, Result
from core.models.flow_matching import FlowMatching
from core.plane import lattice
from core.protocol import Array

# Draws that are followed, on the plane and elsewhere; arrows along a side of the plane.
POINTS = 500
PICTURES = 32
SIDE = 15


@dataclass(frozen=True, kw_only=True)
class Flowing(Result):
    """What draws of the prior are at each of the `times` (T,), from 0 to 1: `samples` (T, n, …), and `reals` (n, …).

    Where points of the plane flow themselves, `velocities` (T, m, 2) are those at fixed `places` (m, 2), in units of
    the data; elsewhere m is 0.
    """

    times: Array
    samples: Array
    reals: Array
    places: Array
    velocities: Array


def flow(context: Context, seed: int = 0) -> Flowing:
    """Follow draws of the prior through the steps of the model's solver.

    Raises:
        LatentLabError: where a draw comes, or a velocity, is not finite.
    """
    model, dataset = cast(FlowMatching, context.model), context.dataset
    n = POINTS if dataset.spec.is_plane else PICTURES
    # Codes go where no arrow of the plane leads.
    side = SIDE if dataset.spec.is_plane and model.moves_samples else 0
    samples = finite(model.flow(model.prior(n, torch.Generator().manual_seed(seed))))
    times, shown = torch.linspace(0, 1, len(samples)), shown_of(dataset)
    low, high = (np.full(2, edge) for edge in dataset.value_range)
    places = torch.from_numpy(lattice(low, high, side, side)).float()
    velocities = [model.drift(places, float(t)) if side else places for t in times]
    return Flowing(
        counts=counts(dataset, shown),
        times=times.numpy(),
        samples=samples.numpy(),
        reals=shown.x[:n].numpy(),
        places=places.numpy(),
        velocities=finite(torch.stack(velocities)).numpy(),
    )
