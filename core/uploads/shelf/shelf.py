"""Datasets that were brought to this machine, each a folder named after its content.

<shelf>/<id>/source.json         what is known of it before it is read
<shelf>/<id>/data.safetensors    the samples, their labels if there are any, and which are held out if that is settled
<shelf>/<id>/places.json         where in the file each sample stood
<shelf>/<id>/owners/<owner>      an empty file for each of those who brought it
<shelf>/<id>/deleted             there while it is deleted and can still be restored, for a day
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from filelock import FileLock
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from core.dataset import Card, DataSpec, Source, Split
from core.errors import LatentLabError, UnknownDataset
from core.files import delete, deleted_at, remove_deleted, remove_half_written, restore, write, writing
from core.hyperparameters import Hyperparameters
from core.uploads.shelf.splits import sizes_in, splits

# The folder of those who brought a dataset.
OWNERS = "owners"
OTHERS = "Others brought the same data, too, and know them by this name: it stays."


@dataclass(frozen=True)
class Kept:
    """A dataset on the shelf: its source, and the sentences about what was decided when it was read."""

    id: str
    source: Source
    notices: tuple[str, ...]


def is_upload(name: str) -> bool:
    """Whether `name` is of the form that ids on a shelf have."""
    return re.fullmatch(r"upload_[0-9a-f]{16}", name) is not None


class Shelf:
    """The datasets in `folder`, for all threads and processes that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(
        self,
        spec: DataSpec,
        card: Card,
        x: Tensor,
        y: Tensor | None = None,
        notices: tuple[str, ...] = (),
        parts: Tensor | None = None,
        owner: str = "",
        sources: tuple[str, ...] = (),
    ) -> str:
        """Put samples `x` (N, …) with labels `y` (N,) on the shelf and return their id: the same for the same content.

        `parts` (N,) say which are held out; without them each seed draws others. `sources` (N,) name where in the file
        each sample stands. What is there already keeps its title, and has one more `owner`.

        Raises:
            StoreUnwritable: the disk is full, or gone.
        """
        known = {"x": x, "y": y, "parts": parts}
        data = save({name: tensor.contiguous() for name, tensor in known.items() if tensor is not None})
        sizes = sizes_in(len(x), parts)
        id = _id_of(data, spec, card, sizes)
        with self._writing():
            folder = self._folder(id)
            place = folder / "data.safetensors"
            # Damaged files are made good.
            if not place.is_file() or place.read_bytes() != data:
                write(place, data)
            if sources:
                write(folder / "places.json", json.dumps(sources).encode())
            restore(folder)
            if owner:
                (folder / OWNERS).mkdir(exist_ok=True)
                (folder / OWNERS / owner).touch()
            # The file that makes it known comes last.
            if id not in {kept.id for kept in self.everything()}:
                _state(folder, Source(spec, card, sizes, unread), notices)
        return id

    def source(self, id: str) -> Source:
        """What is known of the dataset called `id`.

        Raises:
            UnknownDataset: it is not here (any more), or its files are damaged.
        """
        return self.get(id).source

    def get(self, id: str) -> Kept:
        """The dataset called `id`.

        Raises:
            UnknownDataset: it is not here (any more), or its files are damaged.
        """
        folder = self._folder(id)
        if deleted_at(folder) is not None:
            raise UnknownDataset(
                "The data of this were deleted: restore them on the Data page, or bring the same file again."
            )
        return _kept(folder)

    def spec(self, id: str) -> DataSpec:
        """What the samples of a dataset are, also of one that was deleted and can still be restored.

        Raises:
            UnknownDataset: it is not here any more, or its files are damaged.
        """
        return _kept(self._folder(id)).source.spec

    def sources(self, id: str) -> tuple[str, ...]:
        """Where in the file each sample of a dataset stood; nothing where that was not kept, or the file is damaged."""
        try:
            return tuple(json.loads((self._folder(id) / "places.json").read_bytes()))
        except (OSError, ValueError):
            return ()

    def everything(self) -> list[Kept]:
        """All datasets on the shelf that can be read, the last brought first."""
        return _readable(folder for folder in self._folders() if deleted_at(folder) is None)

    def deleted(self) -> list[Kept]:
        """The datasets that `restore` can still bring back."""
        return _readable(folder for folder in self._folders() if deleted_at(folder) is not None)

    def rename(self, id: str, title: str, owner: str = "") -> None:
        """Give a dataset another title; with an `owner` only where nobody else brought it.

        Raises:
            LatentLabError: others know it by its title.
        """
        folder = self._folder(id)
        with self._writing():
            kept = self.get(id)
            if owner and self.owners(id) - {owner}:
                raise LatentLabError(OTHERS)
            source = replace(kept.source, card=replace(kept.source.card, title=title))
            _state(folder, source, kept.notices)

    def owners(self, id: str) -> frozenset[str]:
        """Those who brought a dataset."""
        return frozenset(path.name for path in (self._folder(id) / OWNERS).glob("*"))

    def delete(self, id: str, owner: str = "") -> None:
        """Take a dataset off the shelf; `restore` brings it back within a day, unless the disk is nearly full.

        With an `owner` it only goes for this one where others brought it, too.
        """
        folder = self._folder(id)
        with self._writing():
            self.get(id)
            if owner and self.owners(id) - {owner}:
                (folder / OWNERS / owner).unlink(missing_ok=True)
            else:
                delete(folder)

    def restore(self, id: str) -> None:
        """Undo `delete`."""
        folder = self._folder(id)
        with self._writing():
            restore(folder)

    def clear(self) -> None:
        """Remove for good what was deleted more than a day ago, and what was half written by a process that is gone."""
        if self.folder.is_dir():
            with self._writing():
                remove_half_written(self.folder)
        remove_deleted(self._folders())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One change at a time, in all processes; a full disk is said in a sentence."""
        with writing("The data"):
            self.folder.mkdir(exist_ok=True)
            with FileLock(self.folder / "lock"):
                yield

    def _folders(self) -> list[Path]:
        return [folder for folder in self.folder.glob("upload_*") if is_upload(folder.name)]

    def _folder(self, id: str) -> Path:
        # Ids come from page addresses: nothing else may reach the file system.
        if not is_upload(id):
            raise UnknownDataset(f"There is no dataset called {id!r}.")
        return self.folder / id


def _id_of(data: bytes, spec: DataSpec, card: Card, sizes: tuple[int, int]) -> str:
    """A hash of the samples and of all that is known of them but their names."""
    # The keys and their order are those of version 0.3, so that the same file is still the same dataset.
    known = {"licence": card.licence, **asdict(spec), "sizes": sizes}
    del known["factor_names"], known["label_factor"], known["scaling"]
    return "upload_" + hashlib.sha256(data + json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]


def _kept(folder: Path) -> Kept:
    path = folder / "source.json"
    try:
        state = path.stat()
        return _read(path, (state.st_ino, state.st_size, state.st_mtime_ns))
    except OSError as error:
        raise UnknownDataset(
            "The data that were brought for this are not here any more: bring the same file again."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from error


def _state(folder: Path, source: Source, notices: tuple[str, ...]) -> None:
    stated = {**asdict(source.card), **asdict(source.spec), "sizes": source.sizes, "notices": notices}
    write(folder / "source.json", json.dumps(stated, indent=2).encode())


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
    stated = dict(json.loads(path.read_text(encoding="utf-8")))
    card = Card(**{name: stated.pop(name) for name in ("title", "summary", "origin", "licence")})
    sizes, notices = tuple(stated.pop("sizes")), tuple(stated.pop("notices"))

    def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split, Split]:
        try:
            tensors = load_file(path.parent / "data.safetensors")
            return splits(tensors["x"], tensors.get("y"), tensors.get("parts"), seed)
        except (OSError, SafetensorError, KeyError) as error:
            raise _unreadable(path, error) from error

    return Kept(path.parent.name, Source(DataSpec.from_json(json.dumps(stated)), card, sizes, read), notices)


def unread(seed: int, parameters: Hyperparameters) -> tuple[Split, Split, Split]:
    """How a source is read that is not on the shelf yet: not at all.

    Raises:
        UnknownDataset: always.
    """
    raise UnknownDataset("These data were not kept yet.")


def _unreadable(path: Path, error: Exception) -> UnknownDataset:
    return UnknownDataset(f"The data in {path.parent} cannot be read: {str(error).rstrip('.')}. Bring the file again.")
