"""Datasets that were brought here: kept by content, found by id, renamed, deleted and restored."""

import os
import time
from dataclasses import replace

import pytest
import torch

import core
from core import RunConfig
from core.dataset import Card, DataSpec
from core.datasets import find
from core.errors import StoreUnwritable, UnknownDataset
from core.files import KEEP_DELETED_SECONDS, MARK
from core.home import Home
from tests.making import bring, damaged, everything, normal

X, Y = normal(25, 3).clamp(-4, 4), torch.arange(25) % 2
SPEC = DataSpec("vector", (3,), (-4.0, 4.0), ("oak", "ash"))
CARD = Card("Leaves", "What was brought.", "a file", "yours")


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


@pytest.fixture
def shelf(home):
    return home.shelf


def keep(shelf, x=X, y=Y, spec=SPEC, card=CARD, notices=()):
    return shelf.keep(spec, card, x, y, notices)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("y", [Y, None])
def test_what_is_kept_is_a_dataset_like_any_other(y, home, shelf):
    spec = replace(SPEC, label_names=SPEC.label_names if y is not None else ())
    id = keep(shelf, y=y, spec=spec, notices=("One sentence.",))
    source, data = find(id, home), core.load_dataset(id, seed=3, home=home)
    assert (source.card, source.spec, source.sizes, data.spec) == (CARD, spec, (20, 5), spec)
    assert shelf.get(id).notices == ("One sentence.",)
    whole = everything(data)
    assert (len(data.train.x), len(data.validation.x) + len(data.test.x)) == source.sizes
    assert sorted(whole.x.tolist()) == sorted(X.tolist())
    if y is None:
        assert data.train.y is None
    else:
        known = {tuple(row): label for row, label in zip(X.tolist(), y.tolist(), strict=True)}
        assert [known[tuple(row)] for row in whole.x.tolist()] == whole.y.tolist()
    assert torch.equal(core.load_dataset(id, seed=3, home=home).test.x, data.test.x)
    assert not torch.equal(core.load_dataset(id, seed=4, home=home).test.x, data.test.x)
    config = RunConfig.for_data(source.spec, dataset=id, model="vae")
    assert config.hyperparameters.reconstruction_loss == "gaussian"


def test_the_same_content_has_the_same_id_whatever_its_name(shelf):
    id = keep(shelf)
    shelf.rename(id, "Trees")
    assert keep(shelf, card=replace(CARD, title="Blades", origin="another file")) == id
    assert [kept.source.card.title for kept in shelf.everything()] == ["Trees"]
    others = [keep(shelf, X + 1e-3), keep(shelf, y=1 - Y), keep(shelf, y=None)]
    others.append(keep(shelf, spec=replace(SPEC, value_range=(-5.0, 5.0))))
    assert len({id, *others}) == 5


def test_a_new_title_is_kept(home, shelf):
    id = keep(shelf, notices=("One sentence.",))
    before = core.load_dataset(id, home=home)
    shelf.rename(id, "Trees")
    assert find(id, home).card.title == "Trees"
    assert shelf.get(id).notices == ("One sentence.",)
    assert torch.equal(core.load_dataset(id, home=home).test.x, before.test.x)


def test_what_was_deleted_is_gone_until_it_is_restored_or_brought_again(home, shelf):
    id = keep(shelf)
    # Once loaded, it could come from memory.
    core.load_dataset(id, home=home)
    for back in (lambda: shelf.restore(id), lambda: keep(shelf)):
        shelf.delete(id)
        assert shelf.everything() == []
        assert [(kept.id, kept.source.card.title) for kept in shelf.deleted()] == [(id, "Leaves")]
        with pytest.raises(UnknownDataset, match="restore them on the Data page, or bring the same file again"):
            find(id, home)
        with pytest.raises(UnknownDataset, match="were deleted"):
            core.load_dataset(id, home=home)
        # What the samples of its runs are is known until it goes for good.
        assert shelf.spec(id) == SPEC
        back()
        assert find(id, home).card.title == "Leaves"
        assert len(core.load_dataset(id, home=home).train.x) == 20
        assert shelf.deleted() == []


def test_what_was_deleted_goes_for_good_after_a_day(shelf):
    old, fresh, other = keep(shelf), keep(shelf, X + 1), keep(shelf, y=None)
    for id in (old, fresh):
        shelf.delete(id)
    yesterday = time.time() - KEEP_DELETED_SECONDS - 1
    os.utime(shelf.folder / old / MARK, (yesterday, yesterday))
    shelf.clear()
    assert [kept.id for kept in shelf.deleted()] == [fresh]
    assert [kept.id for kept in shelf.everything()] == [other]
    assert not (shelf.folder / old).exists()


def test_two_homes_share_nothing(tmp_path, monkeypatch):
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    for home in (one, two):
        home.path.mkdir()
    monkeypatch.setenv("LATENT_LAB_HOME", str(tmp_path / "elsewhere"))
    mine, both = bring("vector", (3,), 30, one), bring("vector", (2,), 30, one)
    assert bring("vector", (2,), 30, two) == both
    assert [kept.id for kept in two.shelf.everything()] == [both]
    with pytest.raises(UnknownDataset):
        core.load_dataset(mine, home=two)
    one.shelf.delete(both)
    assert [kept.id for kept in two.shelf.everything()] == [both]
    assert len(core.load_dataset(both, home=two).train.x) == 24
    with pytest.raises(UnknownDataset):
        core.load_dataset(both, home=one)
    assert not (tmp_path / "elsewhere").exists()


def test_a_home_may_lie_in_the_user_s_own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LATENT_LAB_HOME", "~/lab")
    assert Home().path == tmp_path / "lab"
    monkeypatch.delenv("LATENT_LAB_HOME")
    assert Home().path == tmp_path / ".latent-lab"


def test_a_home_stays_where_it_is_when_the_working_folder_changes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LATENT_LAB_HOME", "mine")
    home = Home()
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    assert home.path == tmp_path / "mine"


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "upload_", "upload_" + "g" * 16, "upload_" + "a" * 16 + "/..", "/etc"]
)
def test_no_other_name_reaches_the_disk(name, home, shelf):
    for reach in (lambda: find(name, home), lambda: shelf.rename(name, "x"), lambda: shelf.delete(name)):
        with pytest.raises(UnknownDataset):
            reach()
    assert files(home.path) == []


def test_a_damaged_source_is_passed_over_and_answered_with_a_sentence(home, shelf):
    id, other = keep(shelf), keep(shelf, y=None)
    path = shelf.folder / id / "source.json"
    whole = path.read_bytes()
    for damage in (b"", b"\xff\xfe", whole[:-9], b"{}", b"[]", b"null", whole.replace(b'"kind"', b'"sort"')):
        path.write_bytes(damage)
        assert [kept.id for kept in shelf.everything()] == [other]
        with pytest.raises(UnknownDataset, match=r"cannot be read.*Bring the file again"):
            find(id, home)
        assert keep(shelf) == id
        assert find(id, home).card.title == "Leaves"


def test_damaged_data_are_answered_with_a_sentence(home, shelf):
    id = keep(shelf)
    path = shelf.folder / id / "data.safetensors"
    whole = path.read_bytes()
    for damage in damaged(whole):
        path.write_bytes(damage)
        with pytest.raises(UnknownDataset, match=r"cannot be read.*Bring the file again"):
            core.load_dataset(id, home=home)
        assert keep(shelf) == id
    assert len(core.load_dataset(id, home=home).train.x) == 20


def test_the_last_brought_comes_first_whatever_was_renamed(shelf):
    first, second = keep(shelf), keep(shelf, y=None)
    shelf.rename(first, "Trees")
    assert [kept.id for kept in shelf.everything()] == [second, first]


def test_a_full_disk_is_said(home, shelf):
    (home.path / "datasets").write_text("a file where the folder should be")
    with pytest.raises(StoreUnwritable, match="could not be written to disk"):
        keep(shelf)
