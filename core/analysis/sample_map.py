"""Real and generated samples on one map: where one kind is and the other is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from core.analysis.data import counts, flat, places_like_training, shown_of
from core.analysis.embedding import METHODS, STANDARD
from core.analysis.result import Context, Result, choose
from core.analysis.two_sample import side_by_side
from core.protocol import Array


@dataclass(frozen=True, kw_only=True)
class SampleMap(Result):
    """`points` (N, 2) on a map of `samples` (N, …): n real, held-out ones, then as many generated ones.

    The real ones stand at `places` (n,) among the held-out samples that plots draw.
    """

    points: Array
    samples: Array
    places: Array


def map_samples(context: Context, method: str = "pca", prior: str = "", seed: int = 0) -> SampleMap:
    """All values of real and of generated samples, embedded together in the plane.

    Raises:
        LatentLabError: there are too few held-out samples, one generated is not finite, or there is no such method or
            prior.
    """
    embed = choose("method", method, METHODS).embed
    real, generated = side_by_side(context, prior, seed)
    samples = torch.cat([real.x, generated])

    def follow(points: Array, share: float) -> bool:
        context.report(share)
        return False

    return SampleMap(
        counts=counts(context.dataset, shown_of(context.dataset)),
        points=embed(flat(samples), 2, STANDARD, follow).points.astype(np.float32),
        samples=samples.numpy(),
        places=places_like_training(context.dataset)[: len(real.x)].numpy(),
    )
