"""A recording of a run, played where nothing was trained yet: a few small snapshots, and a walk through its codes.

The last of its snapshots is the walk: `codes` (n, 2) along a path, and the `samples` (n, …) that they decode to.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from core.config import RunConfig
from core.inference import decode
from core.model import Model
from core.protocol import Array
from core.training.loop import Training
from core.training.snapshot import Snapshot

FILE = Path(__file__).resolve().parents[1] / "assets" / "recording.gz"
# What of each view is kept, so that the whole is a small file.
KEPT = {
    "originals": 13,
    "reconstructions": 13,
    "samples": 12,
    "codes": 250,
    "plane": 250,
    "labels": 250,
    "spreads": 60,
    "frame": 2,
}
# A walk's codes, and the standard deviations of the prior that it goes to and fro between.
WALKED = 40
REACH = (0.5, 1.5)


def record(config: RunConfig, pictures: int) -> Iterator[Snapshot]:
    """Train, looking at `pictures` steps from the first to the last, each further on by the same factor; then walk."""
    training = Training(config)
    for step in np.unique(np.geomspace(1, config.steps + 1, pictures).round().astype(int) - 1):
        training.advance(int(step) - training.step)
        snapshot = _small(training.snapshot())
        yield snapshot
    yield _walk(training.model, snapshot)


def to_bytes(snapshots: Iterator[Snapshot]) -> bytes:
    """Snapshots as one compressed file: before each its length in bytes, a little-endian 32-bit integer."""
    parts = [snapshot.to_bytes() for snapshot in snapshots]
    whole = b"".join(struct.pack("<I", len(part)) + part for part in parts)
    # No time of writing: the same run gives the same file.
    return gzip.compress(whole, compresslevel=9, mtime=0)


def from_bytes(data: bytes) -> list[Snapshot]:
    """The snapshots of a recording, in order."""
    whole, found = gzip.decompress(data), []
    while whole:
        (length,) = struct.unpack_from("<I", whole)
        found.append(Snapshot.from_bytes(whole[4 : 4 + length]))
        whole = whole[4 + length :]
    return found


def _walk(model: Model, last: Snapshot) -> Snapshot:
    """A way around the prior's middle, farther and nearer, that ends where it began; decoded on the way."""
    angles = np.linspace(0, 2 * np.pi, WALKED, endpoint=False)
    near, far = REACH
    radii = near + (far - near) * (1 - np.cos(3 * angles)) / 2
    codes = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1).astype(np.float32)
    model.eval()
    views: dict[str, Array | None] = dict.fromkeys(last.views)
    views |= {"codes": codes, "samples": decode(model, torch.from_numpy(codes))}
    return replace(last, **views)  # type: ignore[arg-type]


def _small(snapshot: Snapshot) -> Snapshot:
    """The first samples of what is kept, and nothing else."""
    views = {name: values[: KEPT[name]] if name in KEPT else None for name, values in snapshot.views.items()}
    return replace(snapshot, **views)  # type: ignore[arg-type]
