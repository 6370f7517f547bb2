"""A sweep takes finished runs for its points that are whoever's it is, and nobody else's."""

from types import SimpleNamespace

import pytest

from core import DATASETS
from core.engine import RunStore
from core.engine.sweeps import Sweeps
from core.home import Home
from core.protocol import Status
from core.sweeps.declaration import Sweep
from pages.ui import owners
from pages.ui.before import seen_before
from pages.ui.laboratory import Laboratory
from tests.making import config_of

SWEEP = Sweep(base=config_of("autoencoder", "ring", steps=40, hidden_sizes=(4,)), axes={"latent_size": (1, 2, 3)})


@pytest.fixture
def store(tmp_path):
    """Finished runs of a sweep's settings, the first of them ann's, the second bob's, the third nobody's."""
    store = RunStore(Home(tmp_path))
    for config, owner in zip(SWEEP.configs(), ("ann", "bob", ""), strict=True):
        run = store.create(config, owner or "nobody", DATASETS["ring"].spec, owner)
        store.update(run, status=Status.FINISHED)
    yield store
    store.close()


def sweeps_of(store) -> Sweeps:
    live = SimpleNamespace(admit=lambda session: None, share_of=lambda *_: None)
    return Sweeps(store, live, SimpleNamespace(launch=lambda *_: None), lambda: None)


def owners_of(store, *how) -> list[str]:
    """Whose the runs of bob's sweep are."""
    sweeps = sweeps_of(store)
    id = sweeps.start(SWEEP, "bob", "Autoencoder", *how)
    return [store.get(run).owner for run in sweeps.kept.get(id).runs]


def test_somebody_else_s_runs_are_trained_anew(store):
    assert owners_of(store) == ["bob"] * 3
    # Of the second he has a run that is finished.
    assert [record.status for record in store.all()].count(Status.WAITING) == 2


def test_in_a_common_laboratory_all_runs_are_own_ones_and_elsewhere_a_teacher_has_only_the_own(store, monkeypatch):
    monkeypatch.setattr(owners, "visitor", lambda: "bob")
    monkeypatch.setattr(owners, "is_teacher", lambda: True)
    assert owners_of(store, owners.is_own) == ["ann", "bob", ""]
    monkeypatch.setenv("LATENT_LAB_HOSTS", "lab.example")
    assert owners_of(store, owners.is_own) == ["bob"] * 3


def test_a_sweep_whose_file_is_damaged_is_still_its_owner_s(store):
    kept = sweeps_of(store).kept
    id = kept.save("sweep", SWEEP, ["a", "b", "c"], owner="bob")
    (store.home.sweeps / id / "sweep.json").write_bytes(b"{")
    (record,) = kept.all()
    assert (record.sweep, record.owner) == (None, "bob")


def test_a_run_that_was_trained_already_is_found_among_the_own_ones(store, monkeypatch):
    engine = SimpleNamespace(store=store, live=lambda run: None)
    monkeypatch.setattr(Laboratory, "engine", engine)
    monkeypatch.setattr(owners, "visitor", lambda: "bob")
    anns, bobs, _ = SWEEP.configs()
    assert seen_before(anns).owner == "ann"
    assert seen_before(anns.model_copy(update={"seed": 7})) is None
    monkeypatch.setenv("LATENT_LAB_HOSTS", "lab.example")
    assert seen_before(anns) is None
    assert seen_before(bobs).owner == "bob"
