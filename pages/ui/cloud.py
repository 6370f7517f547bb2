"""The cloud: points in two or three dimensions, coloured by group, each with the sample behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.dataset import DataSpec
from core.looks import ROLES, Mark, Role, class_mark, cluster_mark, cluster_name
from core.metrics import rounded
from core.selection import Samples
from pages.ui.component import component
from pages.ui.component_data.cloud import CloudData, Hands
from pages.ui.component_data.shared import Ground
from pages.ui.encoding import drawn, levels, pack, reduced
from pages.ui.galleries import Places
from pages.ui.selecting import select, selected_of

# From little to much. It is the hue that says so: all are seen on light and on dark ground, and so about as light.
SHADES = ("#794CCD", "#4466E0", "#0C80BD", "#158DA2", "#0E988E", "#15A26A", "#63A404", "#A0960B")
# The most bytes of a cloud's samples.
BYTES = 10_000_000

_cloud = component("cloud", "cloud")


@dataclass(frozen=True)
class Groups:
    """What points are marked by: each one's group (N,), the groups' names and marks, full or hollow."""

    members: np.ndarray
    names: Sequence[str]
    marks: Sequence[Mark]
    are_hollow: bool = False


def by_class(labels: np.ndarray | None, points: int, spec: DataSpec) -> Groups:
    """Points marked by label; all alike where there are none."""
    if labels is None:
        return Groups(np.zeros(points), (), (Mark(ROLES["real"], "circle"),))
    return Groups(labels, spec.label_names, [class_mark(i) for i in range(len(spec.label_names))])


def by_factor(values: np.ndarray) -> Groups:
    """Points coloured by a number (N,) that samples were made from, in steps of equal width."""
    edges = np.linspace(values.min(), values.max(), len(SHADES) + 1)
    names = [f"{rounded(low, 3)} … {rounded(high, 3)}" for low, high in pairwise(edges)]
    return Groups(
        np.searchsorted(edges[1:-1], values, side="right"), names, [Mark(shade, "circle") for shade in SHADES]
    )


def by_role(roles: Mapping[Role, int]) -> Groups:
    """So many points each, marked by what they are to the model."""
    marks = [Mark(ROLES[role], shape) for role, shape in zip(roles, ("circle", "diamond"), strict=True)]
    return Groups(np.repeat(np.arange(len(roles)), list(roles.values())), list(roles), marks)


def by_cluster(assignments: np.ndarray) -> Groups:
    """Points marked by the cluster (N,) they are in, or by noise; clusters without any have no mark."""
    clusters, members = np.unique(assignments, return_inverse=True)
    names, marks = zip(*((cluster_name(k), cluster_mark(k)) for k in clusters.tolist()), strict=True)
    return Groups(members, names, marks, are_hollow=True)


def cloud(
    points: np.ndarray,
    groups: Groups,
    samples: np.ndarray,
    spec: DataSpec,
    key: str,
    ground: Ground | None,
    of: Samples | Places | None,
    hands: Hands | None = None,
    way: tuple[np.ndarray, Sequence[int]] | None = None,
    is_moving: bool = False,
) -> None:
    """Points (N, 2 or 3) by group, on the `ground` where their coordinates are codes; hovering one shows its sample.

    The samples (N, …), of very large ones only the first of them, are those that plots draw `of` a part of the data, or
    have places among them; points of nothing have none. The `way` is where points were (T, N, 2 or 3) after so many
    steps (T,) each; where they are still `is_moving` there is none yet.
    """
    samples = reduced(samples, spec)
    samples = samples[: BYTES // math.prod(samples.shape[1:])]
    frames, steps = way or (np.zeros(0), ())
    places, plot = (of.indices, of.of) if isinstance(of, Places) else ((), of)
    plots = [] if plot is None else [plot]
    data: CloudData = {
        "points": pack(points.astype(np.float32)),
        "dimensions": points.shape[1],
        "groups": pack(groups.members.astype(np.uint16)),
        "samples": pack(samples.astype(np.float32) if spec.rendering == "dot" else levels(samples, spec)),
        "shape": list(samples.shape),
        "look": drawn(spec),
        "names": list(groups.names),
        "marks": [{"colour": mark.colour, "shape": mark.shape} for mark in groups.marks],
        "hollow": groups.are_hollow,
        "ground": ground,
        "selected": selected_of(plot),
        "places": pack(np.asarray(places, dtype=np.int32)),
        "hands": hands,
        "frames": pack(frames.astype(np.float32)),
        "steps": list(steps),
        "moving": is_moving,
    }
    _cloud(key=key, data=data, on_selected_change=lambda: select(key, *plots))
