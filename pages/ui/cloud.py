"""The cloud: points in two or three dimensions, coloured by group, each with the sample behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.dataset import DataSpec
from core.looks import CLASS_COLOURS
from core.protocol import CloudData
from pages.ui.component import component
from pages.ui.encoding import drawn, levels, pack, reduced

# From little to much, told apart in grey too.
SHADES = ("#482475", "#414487", "#355F8D", "#2A788E", "#21918C", "#22A884", "#44BF70", "#7AD151")
# The most bytes of a cloud's samples.
BYTES = 10_000_000

_cloud = component("cloud")


@dataclass(frozen=True)
class Groups:
    """What points are coloured by: each one's group (N,), the groups' names and colours."""

    members: np.ndarray
    names: Sequence[str]
    colours: Sequence[str]


def by_class(labels: np.ndarray | None, points: int, spec: DataSpec) -> Groups:
    """Points coloured by label; all alike where there are none."""
    return Groups(labels if labels is not None else np.zeros(points), spec.label_names, CLASS_COLOURS)


def by_factor(values: np.ndarray) -> Groups:
    """Points coloured by a number (N,) that samples were made from, in steps of equal width from dark to light."""
    edges = np.linspace(values.min(), values.max(), len(SHADES) + 1)
    names = [f"{low:.3g} … {high:.3g}".replace("-", "−") for low, high in pairwise(edges)]
    return Groups(np.searchsorted(edges[1:-1], values, side="right"), names, SHADES)


def cloud(points: np.ndarray, groups: Groups, samples: np.ndarray, spec: DataSpec, key: str) -> None:
    """Points (N, 2 or 3) coloured by group; hovering one shows its sample (N, …), of very large ones the first."""
    samples = reduced(samples, spec)
    samples = samples[: BYTES // samples[0].size]
    data: CloudData = {
        "points": pack(points.astype(np.float32)),
        "dimensions": points.shape[1],
        "groups": pack(groups.members.astype(np.uint8)),
        "samples": pack(samples.astype(np.float32) if spec.rendering == "dot" else levels(samples, spec)),
        "shape": list(samples.shape),
        "look": drawn(spec),
        "names": list(groups.names),
        "colours": list(groups.colours),
    }
    _cloud(key=key, data=data)
