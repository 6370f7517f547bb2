"""A disk that is really full: runs end with a sentence that stays, and deleting makes room."""

import errno

import numpy as np
import pytest
from safetensors.numpy import save

from core import DATASETS
from core.engine import RunStore
from core.engine.room import RESERVED
from core.errors import StoreUnwritable
from core.home import Home
from core.protocol import Status
from core.training.tensors import pack
from tests.disks import disk, fill
from tests.making import config_of

CONFIG = config_of("autoencoder", "ring", steps=40, hidden_sizes=(4,))
FULL = "No space left on device. Make room, by deleting runs for instance"


@pytest.fixture
def small_disk(tmp_path):
    with disk(tmp_path):
        yield tmp_path


def checkpoint_of(size: int) -> bytes:
    head = {"step": 1, "seconds": 1.0, "metrics": {}}
    return pack(save, {"model.weights": np.ones(size // 4, np.float32)}, head)


def test_a_run_says_goodbye_on_a_full_disk_and_deleting_it_makes_room(small_disk):
    store = RunStore(Home(small_disk / "home"))
    run, other = (store.create(CONFIG, name, DATASETS["ring"].spec) for name in ("first", "second"))
    store.save_state(run, checkpoint_of(1 << 20))
    store.update(run, status=Status.RUNNING)
    fill(small_disk)
    with pytest.raises(StoreUnwritable, match=FULL) as problem:
        store.save_state(run, checkpoint_of(1 << 20))
    # Half of what could not be written is in nobody's way.
    assert list(small_disk.rglob("*.tmp")) == []
    assert store.state(run) == checkpoint_of(1 << 20)
    fill(small_disk)
    store.update(run, status=Status.FAILED, reason=str(problem.value))
    store.close()

    again = RunStore(Home(small_disk / "home"))
    assert (again.get(run).status, again.get(run).reason) == (Status.FAILED, str(problem.value))
    fill(small_disk)
    with pytest.raises(StoreUnwritable, match=FULL):
        again.create(CONFIG, "third", DATASETS["ring"].spec)
    assert {record.name for record in again.all()} == {"first", "second"}
    assert "is nearly full: 0.0 MB are left" in again.room.sentence
    again.delete(run)
    assert again.room.left > 1 << 20
    assert [record.id for record in [*again.all(), *again.deleted()]] == [other]
    again.save_state(other, checkpoint_of(1 << 19))
    again.close()


def test_what_finds_no_room_at_all_is_shown_as_it_is(tmp_path, monkeypatch):
    store = RunStore(Home(tmp_path))
    run = store.create(CONFIG, "run", DATASETS["ring"].spec)
    store.update(run, status=Status.RUNNING)

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.files.os.fsync", full)
    with pytest.raises(StoreUnwritable, match=FULL):
        store.update(run, status=Status.FAILED, reason="The disk is full.")
    assert store.get(run).status is Status.FAILED
    store.close()
    monkeypatch.undo()
    again = RunStore(Home(tmp_path))
    assert again.get(run).status is Status.INTERRUPTED
    assert (tmp_path / "reserve").stat().st_size == RESERVED
    again.close()
