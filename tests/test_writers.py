"""Whatever writes into a home, on a full disk and on one that is read-only: a sentence, or it makes room."""

import errno
import inspect
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from core import DATASETS
from core.dataset import Card
from core.engine import RunStore
from core.engine.reader import Reader
from core.engine.sweep_store import SweepStore
from core.engine.sweeps import Sweeps
from core.errors import StoreUnwritable
from core.home import Home
from core.sweeps.declaration import Sweep
from core.uploads.shelf import Shelf
from tests.disks import disk, fill, read_only
from tests.making import config_of
from tests.test_full_disk import checkpoint_of

CONFIG = config_of("autoencoder", "ring", steps=40, hidden_sizes=(4,))
SPEC = DATASETS["ring"].spec
SWEEP = Sweep(base=CONFIG, axes={"latent_size": (1, 2)})
# More than a page: a full disk has no room for less only by chance.
LARGE = 1 << 18
FULL = "could not be written to disk: No space left on device. Make room, by deleting runs for instance, then try"
READ_ONLY = "could not be written to disk: Read-only file system. Make the laboratory's folder writable, then try"


def stocked(folder) -> SimpleNamespace:
    """A home with a run, a sweep and a dataset, each also deleted, and all that writes there."""
    home = Home(folder / "home")
    lab = SimpleNamespace(store=RunStore(home), sweeps=SweepStore(home), shelf=home.shelf, reader=Reader(home.incoming))
    lab.runs = [lab.store.create(CONFIG, name, SPEC) for name in ("kept", "deleted")]
    lab.kept = [lab.sweeps.save(name, SWEEP, lab.runs) for name in ("kept", "deleted")]
    lab.data = [keep(lab, seed) for seed in range(2)]
    lab.brought = lab.reader.keep(b"a,b\n" + b"1,2\n3,4\n" * 20)
    lab.read = lab.reader.read("a.csv", lab.brought)
    for run in lab.runs:
        lab.store.save_state(run, checkpoint_of(1 << 16))
        lab.store.add_snapshot(run, 20, 1.0, {}, b"a picture", last=True)
    for kept, gone in ((lab.store, lab.runs[1]), (lab.sweeps, lab.kept[1]), (lab.shelf, lab.data[1])):
        kept.delete(gone)
    return lab


def keep(lab, seed: int, samples: int = 40) -> str:
    x = torch.rand(samples, *SPEC.shape) + seed
    return lab.shelf.keep(SPEC, Card(f"Points {seed}", "", "", ""), x, owner="ann")


# What writes, by what it is a method of; the first of each is there, the second deleted.
WRITERS = {
    "store": {
        "create": lambda lab: lab.store.create(CONFIG, "x" * LARGE, SPEC),
        "save_config": lambda lab: lab.store.save_config(lab.runs[0], CONFIG),
        "save_spec": lambda lab: lab.store.save_spec(lab.runs[0], replace(SPEC, label_names=("x" * LARGE,))),
        "update": lambda lab: lab.store.update(lab.runs[0], reason="x" * LARGE),
        "rename": lambda lab: lab.store.rename(lab.runs[0], "x" * LARGE),
        "delete": lambda lab: lab.store.delete(lab.runs[0]),
        "restore": lambda lab: lab.store.restore(lab.runs[1]),
        "remove": lambda lab: lab.store.remove(lab.runs[0]),
        "add_snapshot": lambda lab: lab.store.add_snapshot(lab.runs[0], 30, 2.0, {}, bytes(LARGE), last=True),
        "note": lambda lab: lab.store.note(lab.runs[0], 30, 2.0, {"x" * LARGE: 1.0}),
        "truncate_after": lambda lab: lab.store.truncate_after(lab.runs[0], 10),
        "save_state": lambda lab: lab.store.save_state(lab.runs[0], checkpoint_of(LARGE)),
        "save_snapshot": lambda lab: lab.store.save_snapshot(lab.runs[0], 30, bytes(LARGE), last=True),
        "add_to_history": lambda lab: lab.store.add_to_history(lab.runs[0], 30, 2.0, {"x" * LARGE: 1.0}),
        "cut_history": lambda lab: lab.store.cut_history(lab.runs[0], 10),
        "remove_snapshots_after": lambda lab: lab.store.remove_snapshots_after(lab.runs[0], 10),
        "save_analysis": lambda lab: lab.store.save_analysis(lab.runs[0], "pca", bytes(LARGE), 1),
    },
    "sweeps": {
        "save": lambda lab: lab.sweeps.save("x" * LARGE, SWEEP, lab.runs),
        "rename": lambda lab: lab.sweeps.rename(lab.kept[0], "x" * LARGE),
        "delete": lambda lab: lab.sweeps.delete(lab.kept[0]),
        "restore": lambda lab: lab.sweeps.restore(lab.kept[1]),
    },
    "shelf": {
        "keep": lambda lab: keep(lab, 2, samples=LARGE),
        "rename": lambda lab: lab.shelf.rename(lab.data[0], "x" * LARGE),
        "delete": lambda lab: lab.shelf.delete(lab.data[0]),
        "restore": lambda lab: lab.shelf.restore(lab.data[1]),
    },
    "reader": {
        "read": lambda lab: lab.reader.read("b.csv", lab.brought),
        "label": lambda lab: lab.reader.label("a.csv", lab.read, lab.brought),
        "keep": lambda lab: lab.reader.keep(bytes(LARGE)),
    },
}
READERS = {
    "store": {
        *("all", "get", "deleted", "close", "state", "whole_state", "step_back", "state_path", "checkpoint", "history"),
        *("snapshots", "snapshot", "last_snapshot", "clock", "analysis", "has_analysis", "next_kept"),
    },
    "sweeps": {"all", "get", "deleted"},
    "shelf": {"source", "sources", "get", "spec", "everything", "deleted", "owners", "clear"},
    "reader": {"raw", "make", "has"},
}
MAKE_ROOM = {"delete", "remove"}
# Nothing has to be written for these here.
TAKE_AWAY = {"restore", "truncate_after", "cut_history", "remove_snapshots_after"}


@pytest.mark.parametrize(
    ("part", "kind"), [("store", RunStore), ("sweeps", SweepStore), ("shelf", Shelf), ("reader", Reader)]
)
def test_all_that_writes_is_tried_here(part, kind):
    public = {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
    assert public == WRITERS[part].keys() | READERS[part]


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """Home after home, each on a disk of its own and with all there is in it."""
    # A small disk is no full one.
    monkeypatch.setattr("core.files.SHORT", 1 << 18)

    @contextmanager
    def opened():
        with disk(tmp_path):
            lab = stocked(tmp_path)
            yield lab
            lab.store.close()

    return opened


def attempts():
    return ((part, name, write) for part, writers in WRITERS.items() for name, write in writers.items())


def test_on_a_full_disk_everything_is_a_sentence_or_makes_room(lab, tmp_path):
    for part, name, write in attempts():
        with lab() as there:
            fill(tmp_path)
            is_fine = name in MAKE_ROOM | TAKE_AWAY
            with nullcontext() if is_fine else pytest.raises(StoreUnwritable, match=FULL):
                write(there)
            assert there.store.room.left > 0 or name not in MAKE_ROOM, (part, name)
            assert list(tmp_path.rglob("*.tmp")) == [], (part, name)
            assert {record.name for record in there.store.all()} <= {"kept", "deleted"}, (part, name)


@pytest.mark.parametrize("is_full", [False, True])
def test_on_a_read_only_disk_everything_is_a_sentence(lab, tmp_path, is_full):
    with lab() as there:
        if is_full:
            # What is deleted would be gone at once.
            fill(tmp_path)
        with read_only(tmp_path):
            for _, _, write in attempts():
                with pytest.raises(StoreUnwritable, match=READ_ONLY):
                    write(there)
            assert [record.name for record in there.store.all()] == ["kept"]
            assert [record.name for record in there.sweeps.all()] == ["kept"]
            assert [kept.id for kept in there.shelf.everything()] == there.data[:1]


def test_where_the_disk_has_room_for_no_mark_what_is_deleted_is_gone(tmp_path, monkeypatch):
    def over_quota(*args):
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    lab = stocked(tmp_path)
    monkeypatch.setattr("core.files.mark_deleted", over_quota)
    lab.sweeps.delete(lab.kept[0])
    lab.store.delete(lab.runs[0])
    assert lab.sweeps.all() == lab.store.all() == []
    assert [record.name for record in lab.store.deleted()] == ["deleted"]
    lab.store.close()


def test_a_sweep_that_cannot_be_kept_leaves_no_runs(tmp_path):
    store = RunStore(Home(tmp_path))
    store.home.sweeps.write_text("a file where the folder should be")
    sweeps = Sweeps(store, SimpleNamespace(admit=lambda session: None), None, lambda: None)
    with pytest.raises(StoreUnwritable, match="Not a directory"):
        sweeps.start(SWEEP, "ann", "Autoencoder")
    assert store.all() == []
    store.close()
