"""Datasets that were brought here: kept by content, found by id, renamed, deleted and restored."""

import os
import time
from dataclasses import replace

import pytest
import torch
from pydantic import ValidationError

import core
from core import RunConfig
from core.dataset import Source
from core.datasets import find
from core.errors import StoreUnwritable, UnknownDataset
from core.sentences import sentences
from core.uploads import shelf
from tests.making import damaged, normal

X, Y = normal(25, 3).clamp(-4, 4), torch.arange(25) % 2
SOURCE = Source("Leaves", "What was brought.", "a file", "yours", "vector", (3,), (-4.0, 4.0), ("oak", "ash"),
                sizes=(20, 5), read=shelf.unread)  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_LAB_HOME", str(tmp_path))
    return tmp_path


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("y", [Y, None])
def test_what_is_kept_is_a_dataset_like_any_other(y):
    id = shelf.keep(replace(SOURCE, label_names=SOURCE.label_names if y is not None else ()), X, y, ("One sentence.",))
    source, data = find(id), core.load_dataset(id, seed=3)
    assert (source.card.title, source.spec.shape, source.spec.value_range, source.sizes) == (
        "Leaves",
        (3,),
        (-4, 4),
        (20, 5),
    )
    assert shelf.get(id).notices == ("One sentence.",)
    together = torch.cat([data.train.x, data.test.x])
    assert (len(data.train.x), len(data.test.x)) == source.sizes
    assert sorted(together.tolist()) == sorted(X.tolist())
    if y is None:
        assert data.train.y is None
    else:
        known = {tuple(row): label for row, label in zip(X.tolist(), y.tolist(), strict=True)}
        labels = torch.cat([data.train.y, data.test.y]).tolist()
        assert [known[tuple(row)] for row in together.tolist()] == labels
    assert torch.equal(core.load_dataset(id, seed=3).test.x, data.test.x)
    assert not torch.equal(core.load_dataset(id, seed=4).test.x, data.test.x)
    assert RunConfig(dataset=id, model="vae").hyperparameters.reconstruction_loss == "mse"


def test_the_same_content_has_the_same_id_whatever_its_name(fresh):
    id = shelf.keep(SOURCE, X, Y)
    shelf.rename(id, "Trees")
    assert shelf.keep(replace(SOURCE, title="Blades", origin="another file"), X, Y) == id
    assert [kept.source.card.title for kept in shelf.everything()] == ["Trees"]
    others = [shelf.keep(SOURCE, X + 1e-3, Y), shelf.keep(SOURCE, X, 1 - Y), shelf.keep(SOURCE, X, None)]
    others.append(shelf.keep(replace(SOURCE, value_range=(-5.0, 5.0)), X, Y))
    assert len({id, *others}) == 5


def test_a_new_title_is_kept():
    id = shelf.keep(SOURCE, X, Y, ("One sentence.",))
    shelf.rename(id, "Trees")
    assert find(id).card.title == "Trees"
    assert shelf.get(id).notices == ("One sentence.",)
    assert torch.equal(core.load_dataset(id).test.x, core.load_dataset(shelf.keep(SOURCE, X, Y)).test.x)


def test_what_was_deleted_is_gone_until_it_is_restored_or_brought_again():
    id = shelf.keep(SOURCE, X, Y)
    for back in (lambda: shelf.restore(id), lambda: shelf.keep(SOURCE, X, Y)):
        shelf.delete(id)
        assert shelf.everything() == []
        assert [(kept.id, kept.source.card.title) for kept in shelf.deleted()] == [(id, "Leaves")]
        with pytest.raises(UnknownDataset, match="bring the same file again, or restore it"):
            find(id)
        with pytest.raises(ValidationError) as refused:
            RunConfig(dataset=id, model="vae")
        assert "not here any more" in sentences(refused.value)[0]
        back()
        assert find(id).card.title == "Leaves"
        assert len(core.load_dataset(id).train.x) == 20
        assert shelf.deleted() == []


def test_what_was_deleted_goes_for_good_after_a_day(fresh):
    id, other = shelf.keep(SOURCE, X, Y), shelf.keep(SOURCE, X, None)
    shelf.delete(id)
    shelf.clear()
    assert any(".deleted" in name for name in files(fresh))
    (folder,) = (fresh / "datasets").glob("*.deleted")
    yesterday = time.time() - shelf.KEEP_DELETED_SECONDS - 1
    os.utime(folder, (yesterday, yesterday))
    shelf.clear()
    assert {name.split("/")[1] for name in files(fresh)} == {other}


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "upload_", "upload_" + "g" * 16, "upload_" + "a" * 16 + "/..", "/etc"]
)
def test_no_other_name_reaches_the_disk(name, fresh):
    with pytest.raises(UnknownDataset):
        find(name)
    with pytest.raises(UnknownDataset):
        shelf.rename(name, "x")
    with pytest.raises(UnknownDataset):
        shelf.delete(name)
    assert files(fresh) == []


def test_a_damaged_source_is_passed_over_and_answered_with_a_sentence(fresh):
    id, other = shelf.keep(SOURCE, X, Y), shelf.keep(SOURCE, X, None)
    path = fresh / "datasets" / id / "source.json"
    whole = path.read_bytes()
    for damage in (b"", b"\xff\xfe", whole[:-9], b"{}", b"[]", b"null", whole.replace(b'"kind"', b'"sort"')):
        path.write_bytes(damage)
        assert [kept.id for kept in shelf.everything()] == [other]
        with pytest.raises(UnknownDataset, match=r"cannot be read.*Bring the file again"):
            find(id)
        assert shelf.keep(SOURCE, X, Y) == id
        assert find(id).card.title == "Leaves"


def test_damaged_data_are_answered_with_a_sentence(fresh):
    id = shelf.keep(SOURCE, X, Y)
    path = fresh / "datasets" / id / "data.safetensors"
    whole = path.read_bytes()
    for damage in damaged(whole):
        path.write_bytes(damage)
        with pytest.raises(UnknownDataset, match=r"cannot be read.*Bring the file again"):
            core.load_dataset(id)
        assert shelf.keep(SOURCE, X, Y) == id
        assert len(core.load_dataset(id).train.x) == 20


def test_the_last_brought_comes_first_whatever_was_renamed():
    first, second = shelf.keep(SOURCE, X, Y), shelf.keep(SOURCE, X, None)
    shelf.rename(first, "Trees")
    assert [kept.id for kept in shelf.everything()] == [second, first]


def test_a_full_disk_is_said(fresh):
    (fresh / "datasets").write_text("a file where the folder should be")
    with pytest.raises(StoreUnwritable, match="could not be written to disk"):
        shelf.keep(SOURCE, X, Y)
