"""Homes with wrong bytes anywhere: they open, nothing but sentences is raised, and nothing else is lost."""

import json
import os
import random
import shutil
import sqlite3
import time
from functools import cache

import pytest

from core import DATASETS, Snapshot
from core.engine import RunStore
from core.engine.sweep_store import SweepStore
from core.errors import LatentLabError
from core.home import Home
from core.protocol import Status
from core.sweeps.declaration import Sweep
from core.training.checkpoint import model_of
from core.training.loop import Training
from tests.making import bring, config_of

CONFIG = config_of("autoencoder", "ring", steps=40, hidden_sizes=(4,))
# Together they are four hundred.
MUTATIONS, MUTATED_INDEXES = 385, 15
# What a damaged last checkpoint takes along: what came after the one before.
LATER = {"weights", "step", "status", "reason", "seconds", "metrics", "history", "snapshots", "result"}
# What of a run may be another after a file of it was damaged.
MAY_CHANGE = {
    "run.json": {"name", "created", "status", "reason", "seconds"},
    "owner.json": set(),
    "history": {"history"},
    "config.json": {"config", "spec", "status", "reason", "weights"},
    "spec.json": {"config", "spec", "status", "reason", "weights"},
    "state.safetensors": LATER,
    "snapshots": {"snapshots"},
    "analyses": {"result"},
}


def fill(home: Home) -> None:
    """Two runs with all that runs leave, one of them deleted; a sweep, and data that somebody brought."""
    store = RunStore(home)
    for name in ("kept", "deleted"):
        run = store.create(CONFIG, name, DATASETS["ring"].spec, owner="ada")
        training = Training(CONFIG)
        for _ in range(2):
            training.advance(20)
            seen = training.snapshot()
            store.add_snapshot(run, seen.step, seen.seconds, dict(seen.metrics), seen.to_bytes(), last=True)
            store.save_state(run, training.state())
        store.update(run, status=Status.FINISHED)
        store.save_analysis(run, "pca", training.snapshot().to_bytes(), store.checkpoint(run))
    store.delete(run)
    SweepStore(home).save("sweep", Sweep(base=CONFIG, axes={"latent_size": (1, 2)}), ["a", "b"])
    bring("vector", (3,), 30, home)
    store.close()


def found(store: RunStore, run: str) -> dict:
    """All that pages read of a run."""
    record = store.get(run)
    seen = {name: getattr(record, name) for name in vars(record)}
    seen["history"] = store.history(run)
    steps = store.snapshots(run)
    seen["snapshots"] = dict(filter(None, [snapshot_of(store, run, step) for step in steps]))
    assert {step for step, _ in store.clock(run)} <= {20, 40}
    last = store.last_snapshot(run)
    assert last is None or last[0] == max(seen["snapshots"])
    seen["result"] = store.analysis(run, "pca")
    try:
        is_readable = record.config and record.spec
        seen["weights"] = weights(record.config, record.spec, store.state(run)) if is_readable else None
    except LatentLabError as error:
        seen["weights"] = str(error)
    # The run goes back when its last checkpoint turns out to be damaged.
    return {**seen, **{name: getattr(store.get(run), name) for name in ("step", "status", "reason", "seconds")}}


# Of four hundred homes most files are the same: each is read from the disk, and taken apart once.
@cache
def weights(config, spec, state: bytes) -> float:
    return sum(float(value.sum()) for value in model_of(config, spec, state).state_dict().values())


@cache
def step_in(snapshot: bytes) -> int:
    return Snapshot.from_bytes(snapshot).step


def snapshot_of(store: RunStore, run: str, step: int):
    try:
        data = store.snapshot(run, step)
        assert step_in(data) == step
        return step, data
    except LatentLabError:
        return None


def everything(home: Home) -> dict:
    """All that pages read of a home: its runs by id, those that were deleted brought back."""
    store = RunStore(home)
    try:
        listed, gone = store.all(), store.deleted()
        for record in gone:
            store.restore(record.id)
        runs = {record.id: found(store, record.id) for record in [*listed, *gone]}
        sweeps = [(record.name, record.reason) for record in SweepStore(home).all()]
        shelf = [kept.id for kept in home.shelf.everything()]
        return {"runs": runs, "sweeps": sweeps, "shelf": shelf}
    finally:
        store.close()


def damage(path, chance: random.Random) -> None:
    """Flip a bit, zero a page, cut a file short, take it away, or put a folder in its place."""
    data, how = bytearray(path.read_bytes()), chance.randrange(6)
    at = chance.randrange(len(data) or 1)
    if how <= 1 and data:
        data[at] ^= 1 << chance.randrange(8)
    elif how == 2:
        data[at : at + 512] = bytes(len(data[at : at + 512]))
    elif how == 3:
        del data[at:]
    path.unlink()
    if how == 5 and data:
        path.mkdir()
    elif how != 4:
        path.write_bytes(data)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A home, where it stays as it is, and all that is in it."""
    home = Home(tmp_path_factory.mktemp("whole"))
    fill(home)
    return home.path, everything(copied(home.path, tmp_path_factory.mktemp("copy") / "home"))


def copied(whole, place) -> Home:
    shutil.rmtree(place, ignore_errors=True)
    # Files are the same until one is replaced, which is how all of them are written.
    shutil.copytree(whole, place, copy_function=os.link)
    return Home(place)


def test_damage_is_never_more_than_a_sentence_and_stays_where_it_is(whole, tmp_path):
    source, expected = whole
    files = sorted(
        path.relative_to(source)
        for path in source.rglob("*")
        if path.is_file() and path.name not in ("lock", "reserve")
    )
    assert {file.parts[0] for file in files} == {"runs", "sweeps", "datasets", "form.json"}
    chance = random.Random(0)
    for i in range(MUTATIONS):
        home, file = copied(source, tmp_path / "home"), files[i % len(files)]
        times = (source / file).stat().st_mtime_ns
        damage(home.path / file, chance)
        os.utime(home.path / file, ns=(times, times)) if (home.path / file).exists() else None
        seen = everything(home)
        assert seen["runs"].keys() == expected["runs"].keys(), file
        assert seen["sweeps"] == expected["sweeps"] or file.parts[0] == "sweeps"
        assert seen["shelf"] == expected["shelf"] or file.parts[0] == "datasets"
        for run, what in seen["runs"].items():
            before = expected["runs"][run]
            other = {name for name in what if what[name] != before[name]}
            hurt = file.parts[1:2] == (run,)
            assert other <= (MAY_CHANGE.get(file.parts[2], set()) if hurt else set()), (file, other)
            # Of what has several parts, the whole parts are there.
            assert [point for point in before["history"] if point[0] == 20] == what["history"][:1] or hurt
            assert what["snapshots"].items() <= before["snapshots"].items()
            assert what["step"] in (20, 40)


def old_home(place, source) -> Home:
    """The home as earlier versions kept it: an index, and no records in the folders."""
    home = copied(source, place)
    store = RunStore(home)
    histories = [(record, store.history(record.id)) for record in [*store.all(), *store.deleted()]]
    store.close()
    with sqlite3.connect(home.path / "runs.sqlite") as index:
        index.executescript(
            "CREATE TABLE runs (id TEXT PRIMARY KEY, name TEXT, created REAL, status TEXT, step INTEGER, seconds REAL,"
            "reason TEXT, metrics TEXT, deleted REAL);"
            "CREATE TABLE metrics (run TEXT, step INTEGER, metrics TEXT, PRIMARY KEY (run, step)) WITHOUT ROWID;"
        )
        for record, history in histories:
            gone, metrics = time.time() if record.name == "deleted" else None, json.dumps(record.metrics)
            row = (record.id, record.name, record.created, "finished", 40, record.seconds, "", metrics, gone)
            index.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            for step, measured in history:
                index.execute("INSERT INTO metrics VALUES (?, ?, ?)", (record.id, step, json.dumps(measured)))
    index.close()
    for name in ("run.json", "history", "deleted"):
        for path in home.runs.glob(f"*/{name}"):
            path.unlink()
    return home


def test_an_index_of_an_earlier_version_is_taken_over_with_nothing_lost(whole, tmp_path):
    source, expected = whole
    home = old_home(tmp_path / "old", source)
    store = RunStore(home)
    assert [record.name for record in store.all()] == ["kept"]
    assert [record.name for record in store.deleted()] == ["deleted"]
    store.close()
    assert not (home.path / "runs.sqlite").exists()
    for run, what in everything(home)["runs"].items():
        assert {**what, "owner": "ada"} == expected["runs"][run]


def test_a_damaged_index_of_an_earlier_version_loses_no_run(whole, tmp_path):
    source, expected = whole
    index = (old_home(tmp_path / "old", source).path / "runs.sqlite").read_bytes()
    chance, named = random.Random(0), 0
    for _ in range(MUTATED_INDEXES):
        home = copied(tmp_path / "old", tmp_path / "home")
        (home.path / "runs.sqlite").write_bytes(index)
        damage(home.path / "runs.sqlite", chance)
        runs = everything(home)["runs"]
        assert runs.keys() >= expected["runs"].keys()
        for run, before in expected["runs"].items():
            assert (runs[run]["weights"], runs[run]["snapshots"]) == (before["weights"], before["snapshots"])
            named += runs[run]["name"] == before["name"]
    assert named > 10
