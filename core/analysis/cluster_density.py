"""How dense codes lie: the curve from which DBSCAN's radius is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.cluster_methods import METHODS
from core.analysis.cluster_neighbours import core_distances, radius_of
from core.analysis.data import codes_of, counts, fitted_of, shown_of
from core.analysis.result import Context, Result, measured
from core.protocol import Array


@dataclass(frozen=True, kw_only=True)
class CoreDistances(Result):
    """How far each training code reaches for its neighbours: `distances` (N,) in order, the sorted k-distance graph."""

    distances: Array
    radius: float = measured("ε", "", ".3g", None, "The radius of a neighbourhood, in the units of the codes.")


def density(context: Context, **parameters: Any) -> CoreDistances:
    """The distance of each training code to its `min_samples`-th nearest, itself included (Ester et al. 1996, 4.2).

    `parameters` are those of DBSCAN.

    Raises:
        LatentLabError: codes all the same, or not finite; parameters outside of their limits.
    """
    values, fitted = METHODS["dbscan"].parameters(parameters), fitted_of(context.dataset)
    distances = core_distances(codes_of(context.model.encode, fitted.x), values.min_samples)
    return CoreDistances(
        counts=counts(context.dataset, shown_of(context.dataset), fitted),
        distances=np.sort(distances),
        radius=radius_of(distances, values.dense_share),
    )
