"""A recording of a run: a few small snapshots in one file, played where nothing was trained yet."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.config import RunConfig
from core.training.loop import Training
from core.training.snapshot import Snapshot

FILE = Path(__file__).resolve().parents[1] / "assets" / "recording.gz"
# What of each view is kept, so that the whole is a small file.
KEPT = {
    "originals": 6,
    "reconstructions": 6,
    "samples": 12,
    "codes": 250,
    "plane": 250,
    "labels": 250,
    "spreads": 60,
    "frame": 2,
}


def record(config: RunConfig, pictures: int) -> Iterator[Snapshot]:
    """Train, looking at `pictures` steps from the first to the last, each further on by the same factor."""
    training = Training(config)
    for step in np.unique(np.geomspace(1, config.steps + 1, pictures).round().astype(int) - 1):
        training.advance(int(step) - training.step)
        yield _small(training.snapshot())


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


def _small(snapshot: Snapshot) -> Snapshot:
    """The first samples of what is kept, and nothing else."""
    views = {name: values[: KEPT[name]] if name in KEPT else None for name, values in snapshot.views.items()}
    return replace(snapshot, **views)  # type: ignore[arg-type]
