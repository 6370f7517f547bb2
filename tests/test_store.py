"""The run store: what is known of a run can be read back, whatever happened in between."""

import json
import os
import shutil
import time

import pytest

from core import DATASETS, RunConfig
from core.engine import RunStore
from core.errors import HomeInUse, UnknownRun
from core.files import KEEP_DELETED_SECONDS, MARK
from core.home import Home
from core.protocol import Status
from core.sealed import seal, unseal
from tests.disks import unprivileged
from tests.making import bring
from tests.stores import CONFIG, checkpoint_at, create, flipped, folder, reopened, snapshot_at, trained_to


def test_a_run_is_read_back_after_a_restart(store):
    run = create(store, "first")
    store.save_state(run, checkpoint_at(100))
    store.update(run, status=Status.FINISHED, step=100, seconds=1.5, metrics={"test_mse": 0.5})
    again = reopened(store)
    record = again.get(run)
    assert record.config == CONFIG
    assert (record.name, record.status, record.step, record.metrics) == (
        "first",
        Status.FINISHED,
        100,
        {"test_mse": 0.5},
    )
    assert again.state(run) == checkpoint_at(100)
    again.close()


def test_a_run_is_what_it_was_when_its_data_are_gone(store):
    data = bring("vector", (3,), 30, store.home, label_names=("oak", "ash"))
    spec = store.home.shelf.source(data).spec
    run = store.create(RunConfig.for_data(spec, dataset=data, model="vae"), "mine", spec)
    before = store.get(run)
    store.home.shelf.delete(data)
    again = reopened(store)
    assert (again.get(run).config, again.get(run).spec) == (before.config, spec)
    shutil.rmtree(again.home.path / "datasets")
    last = reopened(again)
    assert (last.get(run).config, last.get(run).spec) == (before.config, spec)
    assert last.get(run).status is Status.INTERRUPTED
    last.close()


def test_ids_are_long_and_different(store):
    runs = {create(store) for _ in range(50)}
    assert len(runs) == 50
    assert all(run.isalnum() and len(run) >= 16 for run in runs)


def test_a_run_that_was_moving_when_the_server_died_can_be_resumed(store):
    run = create(store)
    store.update(run, status=Status.RUNNING, step=40)
    again = reopened(store)
    assert again.get(run).status is Status.INTERRUPTED
    assert "Resume" in again.get(run).reason
    again.close()


def test_deleting_can_be_undone(store):
    run = create(store, "kept")
    store.delete(run)
    assert store.all() == []
    with pytest.raises(UnknownRun):
        store.get(run)
    again = reopened(store)
    assert [record.name for record in again.deleted()] == ["kept"]
    again.restore(run)
    assert (again.get(run).name, again.deleted()) == ("kept", [])
    again.close()


def test_the_last_deleted_comes_first(store):
    runs = [create(store) for _ in range(3)]
    for age, run in enumerate(runs):
        store.delete(run)
        os.utime(folder(store, run) / MARK, (time.time() - age, time.time() - age))
    assert [record.id for record in store.deleted()] == runs


def test_deleted_runs_leave_the_disk_after_a_day(store):
    old, fresh = create(store), create(store)
    store.add_snapshot(old, 0, 0.0, {"loss": 1.0}, b"", last=True)
    for run in (old, fresh):
        store.delete(run)
    long_ago = time.time() - KEEP_DELETED_SECONDS - 1
    os.utime(folder(store, old) / MARK, (long_ago, long_ago))
    again = reopened(store)
    assert [path.name for path in again.home.runs.iterdir()] == [fresh]
    again.restore(old)
    with pytest.raises(UnknownRun):
        again.get(old)
    assert again.history(old) == []
    again.close()


def test_a_run_whose_folder_somebody_took_away_is_gone(store):
    run, other = create(store), create(store)
    shutil.rmtree(folder(store, run))
    again = reopened(store)
    assert [record.id for record in again.all()] == [other]
    again.close()


def test_a_status_that_nobody_knows_is_a_sentence(store):
    run = create(store, "of another version")
    store.close()
    path = folder(store, run) / "run.json"
    path.write_bytes(seal({**unseal(path.read_bytes()), "status": "dreaming"}))
    again = RunStore(store.home)
    assert again.get(run).status is Status.QUARANTINED
    assert "'dreaming'" in again.get(run).reason
    assert again.get(run).config == CONFIG
    again.close()


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", b'{"kind": "vector"}'])
def test_a_damaged_specification_quarantines_its_run_only(store, damage):
    bad, good = create(store, "bad"), create(store, "good")
    (folder(store, bad) / "spec.json").write_bytes(damage)
    again = reopened(store)
    records = {record.id: record for record in again.all()}
    assert records[bad].status is Status.QUARANTINED
    assert "What its samples are is damaged" in records[bad].reason
    assert records[good].spec == DATASETS["ring"].spec
    again.close()


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"dataset": "ring", "model": "nope"}'])
def test_a_damaged_configuration_quarantines_its_run_only(store, damage):
    bad, good = create(store, "bad"), create(store, "good")
    (folder(store, bad) / "config.json").write_bytes(damage)
    again = reopened(store)
    records = {record.id: record for record in again.all()}
    assert records[bad].status is Status.QUARANTINED
    assert "configuration" in records[bad].reason
    assert records[good].config == CONFIG
    again.close()


ABSURD = [
    {"created": "yesterday"},
    {"created": 1e300},
    {"step": 1.5},
    {"step": -1},
    {"step": 10**40},
    {"seconds": float("nan")},
    {"metrics": {"loss": "small"}},
    {"name": 7},
]


@pytest.mark.parametrize("damage", [None, b"", b"{}", b"[1]", b"\xff", *ABSURD])
def test_a_run_without_its_record_loses_its_name_and_nothing_else(store, damage):
    run = trained_to(store, 100)
    path = folder(store, run) / "run.json"
    if isinstance(damage, dict):
        damage = json.dumps({**unseal(path.read_bytes()), **damage}).encode()
    path.unlink() if damage is None else path.write_bytes(damage)
    again = reopened(store)
    record = again.get(run)
    assert [found.id for found in again.all()] == [run]
    assert (record.name, record.status, record.step, record.seconds) == ("Recovered run", Status.INTERRUPTED, 100, 10.0)
    assert (record.config, record.metrics) == (CONFIG, {"loss": 101.0})
    assert "its name is lost" in record.reason
    again.rename(run, "found")
    last = reopened(again)
    assert (last.get(run).name, last.get(run).step) == ("found", 100)
    last.close()


def test_a_folder_that_nobody_may_read_quarantines_its_run_only():
    with unprivileged() as place:
        store = RunStore(Home(place))
        good, bad, worse = (create(store, name) for name in ("good", "bad", "worse"))
        for run in (bad, worse):
            store.save_state(run, checkpoint_at(100))
            store.add_snapshot(run, 100, 1.0, {"loss": 1.0}, snapshot_at(100), last=True)
            (folder(store, run) / "half.12345678.tmp").write_bytes(b"half")
        os.chmod(folder(store, bad), 0)
        os.chmod(folder(store, worse), 0o400)
        again = reopened(store)
        assert again.get(good).config == CONFIG
        for run in (bad, worse):
            record = again.get(run)
            assert record.status is Status.QUARANTINED
            assert record.reason == "Its configuration cannot be read: Permission denied."
            assert (again.snapshots(run), again.last_snapshot(run), again.history(run)) == ([], None, [])
            assert (again.checkpoint(run), again.analysis(run, "pca")) == (0, None)
            os.chmod(folder(store, run), 0o700)
            assert again.get(run).config == CONFIG
        again.close()


def test_a_link_to_nothing_stops_no_run_without_its_record(store):
    run = create(store)
    (folder(store, run) / "run.json").unlink()
    (folder(store, run) / "link").symlink_to("nowhere")
    again = reopened(store)
    assert again.get(run).name == "Recovered run"
    again.close()


def test_each_damaged_line_of_the_history_is_lost_alone(store):
    run = create(store)
    for step in range(1, 41):
        store.add_snapshot(run, step, step / 10, {"loss": 1.0 / step}, snapshot_at(step), last=False)
    whole, path = store.history(run), folder(store, run) / "history"
    lines = path.read_bytes()
    for at in range(0, len(lines), 17):
        path.write_bytes(flipped(lines, 8 * at + at % 8))
        left = store.history(run)
        # A line break that is lost takes two lines along.
        assert len(left) >= 38
        assert set(map(str, left)) <= set(map(str, whole))


@pytest.mark.parametrize("line", ["[1e999, 0, {}]", '[9, "long", {}]', '[9, 0.1, {"loss": "small"}]', "[9, 0, 0]", "9"])
def test_a_line_that_makes_no_sense_is_lost_alone(store, line):
    run = trained_to(store, 8)
    path = folder(store, run) / "history"
    path.write_bytes(path.read_bytes() + f"\n{line}".encode())
    again = reopened(store)
    assert again.get(run).step == 8
    assert [step for step, _ in again.history(run)] == [4, 8]
    again.close()


def test_a_line_that_was_cut_short_is_lost_alone(store):
    run = create(store)
    store.add_snapshot(run, 1, 0.1, {"loss": 1.0}, snapshot_at(1), last=True)
    path = folder(store, run) / "history"
    path.write_bytes(path.read_bytes() + b'\n{"checksum": "00')
    again = reopened(store)
    assert again.get(run).step == 1
    again.add_snapshot(run, 2, 0.2, {"loss": 0.5}, snapshot_at(2), last=True)
    assert again.history(run) == [(1, {"loss": 1.0}), (2, {"loss": 0.5})]
    again.close()


def test_what_the_history_says_counts_when_a_killed_server_wrote_no_record(store):
    run = create(store, "killed")
    store.update(run, status=Status.RUNNING)
    store.add_snapshot(run, 7, 0.7, {"loss": 1.0}, snapshot_at(7), last=True)
    again = reopened(store)
    record = again.get(run)
    assert (record.status, record.step, record.seconds, record.metrics) == (Status.INTERRUPTED, 7, 0.7, {"loss": 1.0})
    # Its checkpoint was older: it went back and was killed again.
    again.truncate_after(run, 3)
    again.add_snapshot(run, 3, 0.3, {"loss": 2.0}, snapshot_at(3), last=True)
    last = reopened(again)
    assert (last.get(run).step, last.get(run).seconds) == (3, 0.3)
    last.close()


def test_a_run_has_an_owner(store):
    run = store.create(CONFIG, "mine", DATASETS["ring"].spec, owner="ada")
    again = reopened(store)
    assert (again.get(run).owner, store.get(create(store)).owner) == ("ada", "")
    again.close()


def test_a_configuration_that_can_be_read_again_is_in_use_again(store):
    run = create(store)
    path = folder(store, run) / "config.json"
    text = path.read_bytes()
    path.write_bytes(b"{")
    again = reopened(store)
    assert again.get(run).status is Status.QUARANTINED
    path.write_bytes(text)
    assert again.get(run).config == CONFIG
    assert again.get(run).status is Status.INTERRUPTED
    again.close()


def test_two_servers_do_not_share_a_folder(store):
    with pytest.raises(HomeInUse, match="Another Latent Lab"):
        RunStore(store.home)
    store.close()
    RunStore(store.home).close()
