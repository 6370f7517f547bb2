"""What version 0.3 left on disk, brought into today's form when the store opens.

It kept a run's snapshots in `film/` and no `spec.json`, and gave a deleted dataset's folder another name. Its index is
taken over by `core/engine/old_index.py`.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from core.dataset import DataSpec, Kind
from core.datasets import DATASETS
from core.engine.run_record import SPEC, read_config, write_spec
from core.errors import CorruptRun, UnknownDataset
from core.files import mark_deleted
from core.home import Home
from core.preprocessing import expected
from core.training.snapshot import Snapshot
from core.training.tensors import read_head

# The kind of samples by how many numbers their shape has.
KINDS: dict[int, Kind] = {1: "vector", 2: "sequence", 3: "image"}


def adopt(home: Home) -> None:
    """Bring everything in `home` into today's form; what is in it already stays as it is."""
    _mark_deleted_data(home.shelf.folder)
    for run in home.runs.iterdir():
        # A folder that cannot be written must not keep the others from opening: its run says what is wrong.
        with suppress(OSError):
            if (run / "film").is_dir():
                (run / "film").rename(run / "snapshots")
            spec = None if (run / SPEC).exists() else _spec_of(run, home)
            if spec is not None:
                write_spec(run, spec)


def current_snapshot(data: bytes) -> bytes:
    """A kept snapshot with its metrics by their present names.

    Raises:
        ValueError: these bytes hold no snapshot.
    """
    snapshot = Snapshot.from_bytes(data)
    return data if snapshot.metrics == read_head(data)["metrics"] else snapshot.to_bytes()


def _mark_deleted_data(shelf: Path) -> None:
    for folder in shelf.glob("upload_*.deleted"):
        # One that cannot be looked at stays as it is, and keeps no others from opening.
        with suppress(OSError):
            place, since = folder.with_suffix(""), folder.stat().st_mtime
            if place.exists():
                # The same file was brought again.
                shutil.rmtree(folder)
            else:
                folder.rename(place)
                mark_deleted(place, since)


def _spec_of(run: Path, home: Home) -> DataSpec | None:
    """What the samples of the run in folder `run` are, or None if nothing that would tell is left."""
    try:
        config = read_config(run)
    except CorruptRun:
        return None
    if config.dataset in DATASETS:
        return expected(DATASETS[config.dataset].spec, config.data)
    try:
        return home.shelf.spec(config.dataset)
    except UnknownDataset:
        return _spec_from_snapshots(run / "snapshots")


def _spec_from_snapshots(folder: Path) -> DataSpec | None:
    """What samples are, as far as the last snapshot that can be read shows it."""
    for path in sorted(folder.glob("*.safetensors"), reverse=True):
        with suppress(ValueError):
            return _spec_in(Snapshot.from_bytes(path.read_bytes()))
    return None


def _spec_in(snapshot: Snapshot) -> DataSpec | None:
    shown = (snapshot.originals, snapshot.reals, snapshot.samples)
    shapes = [samples.shape[1:] for samples in shown if samples is not None]
    if not shapes:
        return None
    labels = 0 if snapshot.labels is None else int(snapshot.labels.max()) + 1
    names = tuple(str(label) for label in range(labels))
    return DataSpec(KINDS[len(shapes[0])], shapes[0], snapshot.value_range, names)
