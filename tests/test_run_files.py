"""What runs leave behind in files: snapshots, checkpoints and results, damaged ones among them."""

import errno
import os
from pathlib import Path

import pytest

from core import Snapshot
from core.engine.record import WENT_BACK
from core.errors import CorruptRun, LatentLabError, StoreUnwritable, UnknownRun
from core.protocol import Status
from tests.disks import no_more_files
from tests.making import damaged
from tests.stores import checkpoint_at, create, flipped, folder, snapshot_at, trained_to

NO_MORE_FILES = r"cannot be read now: Too many open files\. Close pages"


def test_a_half_written_file_is_never_seen(store, monkeypatch):
    run = create(store)
    store.save_state(run, checkpoint_at(1))

    def crash(descriptor):
        raise OSError("the disk went away")

    monkeypatch.setattr("core.files.os.fsync", crash)
    with pytest.raises(StoreUnwritable, match="went away"):
        store.save_state(run, checkpoint_at(2))
    assert store.state(run) == checkpoint_at(1)


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "Make room"),
        (errno.EROFS, "Make the laboratory's folder writable"),
        (errno.EMFILE, "Close pages that nobody needs"),
        (errno.ENFILE, "Close pages that nobody needs"),
        (errno.EIO, "Have the disk checked"),
        (errno.ENAMETOOLONG, "whose path is shorter"),
        (errno.ESTALE, "See that the laboratory's folder is there"),
    ],
)
def test_what_cannot_be_written_says_what_helps(store, monkeypatch, number, remedy):
    run = create(store)

    def fail(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("core.files.os.fsync", fail)
    with pytest.raises(StoreUnwritable, match=f"{os.strerror(number)}.*{remedy}"):
        store.save_state(run, checkpoint_at(2))


def test_a_checkpoint_is_not_damaged_where_no_more_files_can_be_open(store):
    run = trained_to(store, 8)
    store.save_analysis(run, "pca", checkpoint_at(8), store.checkpoint(run))
    with no_more_files():
        for read in (lambda: store.state(run), lambda: store.analysis(run, "pca")):
            with pytest.raises(LatentLabError, match=NO_MORE_FILES):
                read()
    assert store.state(run) == checkpoint_at(8)
    assert store.analysis(run, "pca") == checkpoint_at(8)


def test_pictures_are_not_damaged_where_no_more_files_can_be_open(store, monkeypatch):
    run = trained_to(store, 8)
    with no_more_files():
        for read in (lambda: store.snapshot(run, 8), lambda: store.last_snapshot(run)):
            with pytest.raises(LatentLabError, match=NO_MORE_FILES) as said:
                read()
            assert not isinstance(said.value, CorruptRun)
        # Where the folder could just be read.
        monkeypatch.setattr(Path, "iterdir", lambda folder: iter([folder / "000000008.safetensors"]))
        with pytest.raises(LatentLabError, match=NO_MORE_FILES):
            store.last_snapshot(run)
    assert store.last_snapshot(run) == (8, snapshot_at(8))


def test_snapshots_are_thinned_but_the_first_and_the_last_are_kept(store):
    run = create(store)
    for step in range(0, 1001, 5):
        store.add_snapshot(run, step, 0.0, {"loss": float(step)}, snapshot_at(step), last=step == 1000)
    kept = store.snapshots(run)
    assert kept[0] == 0
    assert kept[-1] == 1000
    assert len(kept) < 70
    assert store.snapshot(run, 1000) == snapshot_at(1000)
    assert len(store.history(run)) == 201


def test_a_missing_snapshot_is_a_sentence(store):
    run = create(store)
    with pytest.raises(CorruptRun, match="step 7"):
        store.snapshot(run, 7)


def test_going_back_forgets_what_came_later(store):
    run = create(store)
    for step in (0, 10, 20, 30):
        store.add_snapshot(run, step, 0.0, {"loss": 1.0}, b"", last=True)
    store.truncate_after(run, 10)
    assert store.snapshots(run) == [0, 10]
    assert [step for step, _ in store.history(run)] == [0, 10]


@pytest.mark.parametrize("fine_reads", [0, 1])
def test_a_history_that_cannot_be_read_for_a_moment_is_not_cut(store, monkeypatch, fine_reads):
    run = trained_to(store, 8)
    whole, reads, fine = store.history(run), [], Path.open

    def fail(path, mode="r", *args, **named):
        if path.name == "history" and mode == "rb":
            reads.append(path)
            if len(reads) > fine_reads:
                raise OSError(errno.EMFILE, "Too many open files")
        return fine(path, mode, *args, **named)

    with monkeypatch.context() as short:
        short.setattr(Path, "open", fail)
        with pytest.raises(StoreUnwritable, match="Too many open files"):
            store.truncate_after(run, 4)
    # Only its end is read to know where it stands.
    assert len(reads) == fine_reads + 1
    assert store.history(run) == whole
    store.truncate_after(run, 4)
    assert store.history(run) == whole[:1]


def test_pictures_of_later_steps_that_cannot_be_found_for_a_moment_are_not_forgotten(store):
    run = trained_to(store, 8)
    with no_more_files(), pytest.raises(StoreUnwritable, match="Too many open files"):
        store.remove_snapshots_after(run, 4)
    assert store.snapshots(run) == [4, 8]
    store.remove_snapshots_after(run, 4)
    assert store.snapshots(run) == [4]
    assert store.next_kept(run) == 5


def test_a_run_that_cannot_go_back_for_a_moment_goes_back_the_next_time(store, monkeypatch):
    run = trained_to(store, 8)
    store.state_path(run).write_bytes(b"")

    def fail(folder):
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as short:
        short.setattr(Path, "iterdir", fail)
        with pytest.raises(StoreUnwritable, match="Too many open files"):
            store.state(run)
    assert store.state(run) == checkpoint_at(4)
    assert (store.get(run).step, store.snapshots(run), len(store.history(run))) == (4, [4], 1)


def test_a_result_is_forgotten_with_its_checkpoint(store):
    run = create(store)
    store.save_state(run, checkpoint_at(1))
    store.save_analysis(run, "pca", checkpoint_at(7), store.checkpoint(run))
    assert store.analysis(run, "pca") == checkpoint_at(7)
    path = store.state_path(run)
    os.utime(path, ns=(1, 1))
    assert store.analysis(run, "pca") is None


@pytest.mark.parametrize("run", ["../../etc", "", "a/b", "..", "a.b", "a\0b"])
def test_an_address_cannot_leave_the_folder(store, run):
    with pytest.raises(UnknownRun):
        store.state(run)
    with pytest.raises(UnknownRun):
        store.get(run)


def test_the_clock_reads_the_seconds_of_kept_snapshots_and_leaves_out_damaged_ones(store):
    run = create(store)
    for step, seconds in ((0, 0.0), (10, 0.5), (20, 1.5)):
        data = Snapshot(step=step, steps=20, seconds=seconds, metrics={}, value_range=(0.0, 1.0)).to_bytes()
        store.add_snapshot(run, step, 0.0, {}, data, last=True)
    assert store.clock(run) == [(0, 0.0), (10, 0.5), (20, 1.5)]
    for damage in damaged(data):
        (folder(store, run) / "snapshots" / f"{10:09d}.safetensors").write_bytes(damage)
        assert {step for step, _ in store.clock(run)} >= {0, 20}


@pytest.mark.parametrize("damage", [lambda data: flipped(data, 8 * len(data) - 3), lambda data: b"", damaged])
def test_a_damaged_checkpoint_gives_way_to_the_one_before(store, damage):
    run = trained_to(store, 100)
    broken = damage(checkpoint_at(100))
    for data in broken if isinstance(broken, list) else [broken]:
        store.save_state(run, checkpoint_at(50))
        store.save_state(run, checkpoint_at(100))
        store.state_path(run).write_bytes(data)
        assert store.state(run) == checkpoint_at(50)
    record = store.get(run)
    assert (record.status, record.step, record.seconds) == (Status.INTERRUPTED, 50, 5.0)
    assert record.metrics == {"loss": 51.0}
    assert record.reason == WENT_BACK.format(step=50)
    assert (store.snapshots(run), [step for step, _ in store.history(run)]) == ([50], [50])
    # It is in the damaged one's place from now on.
    assert store.state_path(run).read_bytes() == checkpoint_at(50)


def test_without_a_checkpoint_before_it_is_said_that_the_weights_are_damaged(store):
    run = trained_to(store, 100)
    for path in folder(store, run).glob("state*"):
        path.write_bytes(flipped(path.read_bytes(), 1000))
    with pytest.raises(CorruptRun, match=r"damaged\. Its pictures and curves are left"):
        store.state(run)
    assert store.get(run).step == 100
    assert store.last_snapshot(run) == (100, snapshot_at(100))


def test_between_two_renames_the_checkpoint_before_is_the_last(store):
    run = trained_to(store, 100)
    store.state_path(run).unlink()
    assert store.state(run) == checkpoint_at(50)
    assert store.checkpoint(run) > 0
    assert store.get(run).reason == ""


def test_a_damaged_snapshot_gives_way_to_the_one_before(store):
    run = trained_to(store, 100)
    path = folder(store, run) / "snapshots" / f"{100:09d}.safetensors"
    for data in [*damaged(snapshot_at(100)), flipped(snapshot_at(100), 901)]:
        path.write_bytes(data)
        assert store.last_snapshot(run) == (50, snapshot_at(50))
        with pytest.raises(CorruptRun, match="step 100"):
            store.snapshot(run, 100)
    (path.parent / f"{50:09d}.safetensors").write_bytes(b"")
    with pytest.raises(CorruptRun, match="All pictures"):
        store.last_snapshot(run)
    (path.parent / "notes.safetensors").write_bytes(b"")
    assert store.snapshots(run) == [50, 100]


def test_a_damaged_result_is_computed_anew(store):
    run = trained_to(store, 100)
    store.save_analysis(run, "pca", checkpoint_at(7), store.checkpoint(run))
    path = folder(store, run) / "analyses" / "pca.safetensors"
    times = path.stat().st_mtime_ns
    path.write_bytes(flipped(path.read_bytes(), 801))
    os.utime(path, ns=(times, times))
    assert store.analysis(run, "pca") is None
    assert not store.has_analysis(run, "pca")
