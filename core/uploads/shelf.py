"""Datasets that were brought to this machine, each a folder named after its content.

    datasets/<id>/source.json         what is known of it before it is read
    datasets/<id>/data.safetensors    the samples, and their labels if there are any

A deleted one stands beside the others as <id>.deleted for a day, so that it can be restored.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from core.dataset import Source, Split
from core.errors import StoreUnwritable, UnknownDataset
from core.files import home, write
from core.hyperparameters import Hyperparameters

HELD_OUT = 0.2
LOCK = threading.RLock()
KEEP_DELETED_SECONDS = 24 * 3600
# What a source.json holds of a `Source`: everything but how to read it.
STATED = ("title", "summary", "origin", "licence", "kind", "shape", "value_range", "label_names", "sizes",
          "alphabet", "sample_rate")  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A dataset on the shelf: its source, and the sentences about what was decided when it was read."""

    id: str
    source: Source
    notices: tuple[str, ...]


def is_id(name: str) -> bool:
    """Whether `name` is of the form that ids on the shelf have."""
    return re.fullmatch(r"upload_[0-9a-f]{16}", name) is not None


def keep(source: Source, x: Tensor, y: Tensor | None, notices: tuple[str, ...] = ()) -> str:
    """Put samples `x` (N, …) with labels `y` (N,) on the shelf and return their id: the same for the same content.

    What is there already keeps its title.

    Raises:
        StoreUnwritable: the disk is full, or gone.
    """
    data = save({"x": x.contiguous()} | ({} if y is None else {"y": y.contiguous()}))
    known = {name: getattr(source, name) for name in STATED if name not in ("title", "summary", "origin")}
    id = "upload_" + hashlib.sha256(data + json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]
    restore(id)
    with _writing():
        place = _folder(id) / "data.safetensors"
        # Damaged files are made good.
        if not place.is_file() or place.read_bytes() != data:
            write(place, data)
        # The file that makes it known comes last.
        if id not in {kept.id for kept in everything()}:
            _state(_folder(id), source, notices)
    return id


def unread(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """How a source is read that is not on the shelf yet: not at all.

    Raises:
        UnknownDataset: always.
    """
    raise UnknownDataset("These data were not kept yet.")


def source(id: str) -> Source:
    """What is known of the dataset called `id`.

    Raises:
        UnknownDataset: it is not here (any more), or its files are damaged.
    """
    return get(id).source


def get(id: str) -> Kept:
    """The dataset called `id`.

    Raises:
        UnknownDataset: it is not here (any more), or its files are damaged.
    """
    return _kept(_folder(id))


def _kept(folder: Path) -> Kept:
    path = folder / "source.json"
    try:
        state = path.stat()
        return _read(path, (state.st_ino, state.st_size, state.st_mtime_ns))
    except OSError as error:
        raise UnknownDataset(
            "The data that were brought for this are not here any more: bring the same file again, or restore it on "
            "the Data page."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from error


def everything() -> list[Kept]:
    """All datasets on the shelf that can be read, the last brought first."""
    return _readable(path for path in _shelf().glob("upload_*") if is_id(path.name))


def deleted() -> list[Kept]:
    """The datasets that `restore` can still bring back."""
    return _readable(_shelf().glob("upload_*.deleted"))


def rename(id: str, title: str) -> None:
    """Give a dataset another title."""
    with _writing():
        kept = get(id)
        _state(_folder(id), replace(kept.source, title=title), kept.notices)


def delete(id: str) -> None:
    """Take a dataset off the shelf; `restore` brings it back within a day."""
    with _writing():
        get(id)
        shutil.rmtree(_deleted(id), ignore_errors=True)
        _folder(id).rename(_deleted(id))
        os.utime(_deleted(id))


def restore(id: str) -> None:
    """Undo `delete`."""
    with _writing():
        if _deleted(id).is_dir() and not _folder(id).exists():
            _deleted(id).rename(_folder(id))


def clear() -> None:
    """Remove for good what was deleted more than a day ago."""
    for folder in _shelf().glob("upload_*.deleted"):
        if time.time() - folder.stat().st_mtime > KEEP_DELETED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _writing() -> Iterator[None]:
    """One change at a time; a full disk is said in a sentence."""
    with LOCK:
        try:
            yield
        except OSError as error:
            raise StoreUnwritable(
                f"The data could not be written to disk: {error}. Make room, then try again."
            ) from error


def _state(folder: Path, source: Source, notices: tuple[str, ...]) -> None:
    stated = {name: getattr(source, name) for name in STATED}
    write(folder / "source.json", json.dumps({**stated, "notices": notices}, indent=2).encode())


def _readable(folders: Iterable[Path]) -> list[Kept]:
    """Those that can be read, the last brought first; a damaged one is left to whoever asks for it by name."""
    found = []
    for folder in folders:
        with suppress(UnknownDataset, OSError):
            found.append(((folder / "data.safetensors").stat().st_mtime_ns, _kept(folder)))
    return [kept for _, kept in sorted(found, key=lambda pair: -pair[0])]


@lru_cache(maxsize=256)
def _read(path: Path, changed: tuple[int, ...]) -> Kept:
    """A stored source, read again whenever its file `changed`."""
    stated = json.loads(path.read_text(encoding="utf-8"))
    for name in ("shape", "value_range", "label_names", "sizes"):
        stated[name] = tuple(stated[name])
    id, notices = path.parent.stem, tuple(stated.pop("notices"))

    def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
        try:
            tensors = load_file(path.parent / "data.safetensors")
            return split(Split(tensors["x"], tensors.get("y")), seed)
        except (OSError, SafetensorError, KeyError) as error:
            raise _unreadable(path, error) from error

    return Kept(id, Source(**stated, read=read), notices)


def held_out_of(samples: int) -> int:
    """How many of so many samples are held out."""
    return max(1, round(HELD_OUT * samples))


def split(whole: Split, seed: int) -> tuple[Split, Split]:
    """Training and held-out samples, a fifth of all, drawn by `seed`."""
    order = torch.randperm(len(whole.x), generator=torch.Generator().manual_seed(seed))
    held_out = held_out_of(len(order))
    return whole[order[held_out:]], whole[order[:held_out]]


def _unreadable(path: Path, error: Exception) -> UnknownDataset:
    return UnknownDataset(f"The data in {path.parent} cannot be read: {error}. Bring the file again.")


def _shelf() -> Path:
    return home() / "datasets"


def _folder(id: str) -> Path:
    # Ids come from page addresses: nothing else may reach the file system.
    if not is_id(id):
        raise UnknownDataset(f"There is no dataset called {id!r}.")
    return _shelf() / id


def _deleted(id: str) -> Path:
    return _folder(id).with_suffix(".deleted")
