"""The run store: what is written can be read back, whatever happened in between."""

import os

import pytest

from core import RunConfig
from core.engine import RunStore
from core.errors import CorruptRun, HomeInUse, UnknownRun
from core.uploads import shelf
from tests.making import bring

CONFIG = RunConfig(dataset="ring", model="vae", steps=100, hyperparameters={"hidden_sizes": (8,)})


@pytest.fixture
def store(tmp_path):
    store = RunStore(tmp_path)
    yield store
    store.close()


def reopened(store):
    store.close()
    return RunStore(store.home)


def test_a_run_is_read_back_after_a_restart(store):
    run = store.create(CONFIG, "first")
    store.save_state(run, b"weights")
    store.update(run, status="finished", step=100, seconds=1.5, metrics={"test_mse": 0.5})
    again = reopened(store)
    record = again.get(run)
    assert record.config == CONFIG
    assert (record.name, record.status, record.step, record.metrics) == ("first", "finished", 100, {"test_mse": 0.5})
    assert again.state(run) == b"weights"
    again.close()


def test_a_run_whose_data_are_gone_waits_for_them(store, tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_LAB_HOME", str(tmp_path / "home"))
    data = bring("vector", (3,), 30)
    run, other = store.create(RunConfig(dataset=data, model="vae"), "mine"), store.create(CONFIG, "other")
    shelf.delete(data)
    assert store.get(run).status == "quarantined"
    assert "restore it on the Data page" in store.get(run).reason
    assert {record.id for record in store.all()} == {run, other}
    assert store.get(other).status == "waiting"
    shelf.restore(data)
    assert store.get(run).config.dataset == data


def test_ids_are_long_and_different(store):
    runs = {store.create(CONFIG, "") for _ in range(50)}
    assert len(runs) == 50
    assert all(run.isalnum() and len(run) >= 16 for run in runs)


def test_a_run_that_was_moving_when_the_server_died_can_be_resumed(store):
    run = store.create(CONFIG, "")
    store.update(run, status="running", step=40)
    again = reopened(store)
    assert again.get(run).status == "interrupted"
    assert "Resume" in again.get(run).reason
    again.close()


def test_deleting_can_be_undone(store):
    run = store.create(CONFIG, "kept")
    store.delete(run)
    assert store.all() == []
    with pytest.raises(UnknownRun):
        store.get(run)
    store.restore(run)
    assert store.get(run).name == "kept"


def test_deleted_runs_leave_the_disk_after_a_day(store):
    run = store.create(CONFIG, "")
    store.update(run, deleted=1.0)
    again = reopened(store)
    assert not (again.home / "runs" / run).exists()
    again.restore(run)
    with pytest.raises(UnknownRun):
        again.get(run)
    again.close()


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"dataset": "ring", "model": "nope"}'])
def test_a_damaged_configuration_quarantines_its_run_only(store, damage):
    bad, good = store.create(CONFIG, "bad"), store.create(CONFIG, "good")
    (store.home / "runs" / bad / "config.json").write_bytes(damage)
    again = reopened(store)
    records = {record.id: record for record in again.all()}
    assert records[bad].status == "quarantined"
    assert "configuration" in records[bad].reason
    assert records[good].config == CONFIG
    again.close()


def test_a_damaged_index_is_set_aside_and_built_anew_from_the_folders(store):
    run = store.create(CONFIG, "lost name")
    store.close()
    for path in store.home.glob("runs.sqlite*"):
        path.write_bytes(b"not a database" * 100)
    again = RunStore(store.home)
    assert again.get(run).config == CONFIG
    assert list(store.home.glob("*.damaged-*"))
    again.close()


def test_a_half_written_file_is_never_seen(store, monkeypatch):
    run = store.create(CONFIG, "")
    store.save_state(run, b"old")

    def crash(descriptor):
        raise OSError("the disk went away")

    monkeypatch.setattr("core.files.os.fsync", crash)
    with pytest.raises(OSError, match="went away"):
        store.save_state(run, b"new")
    assert store.state(run) == b"old"


def test_the_film_is_thinned_but_keeps_first_and_last(store):
    run = store.create(CONFIG, "")
    for step in range(0, 1001, 5):
        store.add_frame(run, step, {"loss": float(step)}, b"frame %d" % step, last=step == 1000)
    film = store.film(run)
    assert film[0] == 0
    assert film[-1] == 1000
    assert len(film) < 70
    assert store.frame(run, 1000) == b"frame 1000"
    assert len(store.history(run)) == 201


def test_a_missing_frame_is_a_sentence(store):
    run = store.create(CONFIG, "")
    with pytest.raises(CorruptRun, match="step 7"):
        store.frame(run, 7)


def test_a_configuration_that_can_be_read_again_is_in_use_again(store):
    run = store.create(CONFIG, "")
    path = store.home / "runs" / run / "config.json"
    text = path.read_bytes()
    path.write_bytes(b"{")
    again = reopened(store)
    assert again.get(run).status == "quarantined"
    path.write_bytes(text)
    assert again.get(run).config == CONFIG
    assert again.get(run).status == "interrupted"
    again.close()


def test_two_servers_do_not_share_a_folder(store):
    with pytest.raises(HomeInUse, match="Another Latent Lab"):
        RunStore(store.home)
    store.close()
    RunStore(store.home).close()


def test_going_back_forgets_what_came_later(store):
    run = store.create(CONFIG, "")
    for step in (0, 10, 20, 30):
        store.add_frame(run, step, {"loss": 1.0}, b"", last=True)
    store.cut(run, 10)
    assert store.film(run) == [0, 10]
    assert [step for step, _ in store.history(run)] == [0, 10]


def test_a_result_is_forgotten_with_its_checkpoint(store):
    run = store.create(CONFIG, "")
    store.save_state(run, b"one")
    store.save_analysis(run, "pca", b"result", store.checkpoint(run))
    assert store.analysis(run, "pca") == b"result"
    path = store.state_path(run)
    os.utime(path, ns=(1, 1))
    assert store.analysis(run, "pca") is None


@pytest.mark.parametrize("run", ["../../etc", "", "a/b", "..", "a.b", "a\0b"])
def test_an_address_cannot_leave_the_folder(store, run):
    with pytest.raises(UnknownRun):
        store.state(run)
    with pytest.raises(UnknownRun):
        store.get(run)
