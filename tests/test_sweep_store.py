"""Sweeps on disks that are full, die or hold what nobody can read: each is whole or not there, and stops no other."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.engine.sweep_store import SweepStore
from core.errors import StoreUnwritable, UnknownSweep
from core.files import remove_half_written
from core.home import Home
from core.sweeps.declaration import Sweep
from tests.disks import unprivileged
from tests.stores import CONFIG

SWEEP = Sweep(base=CONFIG, axes={"latent_size": (1, 2)})
RUNS = ["a", "b"]
# A server that is killed while it writes a file of a new sweep, the first or the second.
KILLED = """
import os, signal, sys
from pathlib import Path
import core.files
from core.engine.sweep_store import SweepStore
from core.home import Home
from tests.test_sweep_store import RUNS, SWEEP

flushed = []

def flush(descriptor):
    flushed.append(descriptor)
    if len(flushed) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

core.files.os.fsync = flush
SweepStore(Home(Path(sys.argv[1]))).save("sweep", SWEEP, RUNS, owner="bob")
"""


@pytest.fixture
def store(tmp_path):
    return SweepStore(Home(tmp_path))


@pytest.fixture
def full_after(monkeypatch):
    """Lets so many files be written, and then no more."""

    def set_in(written):
        left = [None] * written

        def flush(descriptor):
            if not left:
                raise OSError(errno.ENOSPC, "No space left on device")
            left.pop()

        monkeypatch.setattr("core.files.os.fsync", flush)

    return set_in


@pytest.mark.parametrize("written", [0, 1])
def test_a_new_sweep_that_finds_no_room_is_not_there(store, tmp_path, full_after, written):
    full_after(written)
    with pytest.raises(StoreUnwritable, match="No space left on device"):
        store.save("sweep", SWEEP, RUNS, owner="bob")
    assert store.all() == []
    assert [*(tmp_path / "sweeps").iterdir()] == []


@pytest.mark.parametrize("written", [0, 1])
def test_a_kept_sweep_that_finds_no_room_is_as_it_was(store, full_after, written):
    id = store.save("sweep", SWEEP, RUNS, owner="bob")
    before = store.get(id)
    full_after(written)
    with pytest.raises(StoreUnwritable, match="No space left on device"):
        store.rename(id, "another")
    assert store.get(id) == before


@pytest.mark.parametrize("file", [1, 2])
def test_a_server_that_is_killed_leaves_a_whole_sweep_or_none(store, tmp_path, file):
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", KILLED, tmp_path, str(file)], check=False, cwd=root)
    assert [*(tmp_path / "sweeps").iterdir()] != []
    remove_half_written(tmp_path / "sweeps")
    found = [(record.name, record.sweep, record.owner) for record in store.all()]
    assert found == [("sweep", SWEEP, "bob")] * (file - 1)
    assert len([*(tmp_path / "sweeps").iterdir()]) == file - 1


def test_what_cannot_be_looked_at_stops_no_other_sweep():
    with unprivileged() as place:
        home = Home(place)
        id = SweepStore(home).save("sweep", SWEEP, RUNS)
        hidden = place / "hidden"
        (hidden / "sweep").mkdir(parents=True)
        (home.sweeps / "elsewhere").symlink_to(hidden / "sweep")
        hidden.chmod(0)
        again = SweepStore(home)
        assert [record.id for record in again.all()] == [id]
        with pytest.raises(UnknownSweep, match="not kept here any more"):
            again.get("elsewhere")
        os.chmod(hidden, 0o700)
