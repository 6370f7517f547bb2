"""Classes that training never sees, of any data."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

import core
from core import RunConfig
from core.dataset import Card, DataSpec, Split
from core.datasets import DATASETS, dataset_of, find
from core.errors import Unsuitable
from core.home import Home
from core.left_out import Labelled
from core.sentences import sentences

SHIPPED = [name for name, source in DATASETS.items() if not source.downloads]


@pytest.mark.parametrize("name", SHIPPED)
def test_classes_left_out_are_missing_from_training_only(name):
    names = DATASETS[name].spec.label_names
    out = names[:1] if len(names) < 4 else (names[-1], names[1])
    # Measurements are scaled by those that are left.
    as_they_come = {"preprocessing": "none"} if "preprocessing" in DATASETS[name].Parameters.model_fields else {}
    whole, without = (core.load_dataset(name, seed=1, left_out=left, **as_they_come) for left in ([], list(out)))
    kept = torch.from_numpy(~np.isin([names[label] for label in whole.train.y], out))
    assert 0 < kept.sum() < len(kept)
    assert torch.equal(without.train.x, whole.train.x[kept])
    assert torch.equal(without.train.y, whole.train.y[kept])
    for part in ("validation", "test"):
        assert torch.equal(getattr(without, part).x, getattr(whole, part).x)
        assert torch.equal(getattr(without, part).y, getattr(whole, part).y)


def test_each_class_counts_once_in_any_order_and_version_0_3_named_one():
    def left_out(value):
        return Labelled(left_out=value).left_out

    assert left_out(["7", "3", "7"]) == left_out(("3", "7")) == ("3", "7")
    assert left_out("none") == left_out([]) == ()
    assert left_out("7") == ("7",)
    config = RunConfig(dataset="digits", model="vae", data={"left_out": ["7", "3"]})
    assert RunConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["7", "3"], "3,7"),
        (["none"], "none,"),
        (["a, b", "c%"], "a%2C b,c%25"),
        ([], None),
    ],
)
def test_an_address_says_them_whatever_they_are_called(names, said):
    spec = DataSpec("vector", (2,), (0.0, 1.0), label_names=("3", "7", "none", "a, b", "c%"))
    source = core.dataset.Source(spec, Card("Mine", "", "", ""), (4, 2), read=lambda: ())
    uploads = {"upload_0123456789abcdef": source}
    config = RunConfig.for_data(spec, dataset=next(iter(uploads)), model="vae", data={"left_out": names})
    query = config.to_query(spec)
    assert query.get("left_out") == said
    assert RunConfig.from_query(query, uploads) == (config, [])


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["8", "eight"], "There is no class called 'eight' to leave out of training; there are 0, 1, 2, 3"),
        (list("0123456789"), "All classes are left out of training: leave some in."),
        ([8], "left_out"),
        ("8, 9", "There is no class called '8, 9'"),
    ],
)
def test_what_cannot_be_left_out_is_said(names, sentence):
    with pytest.raises(ValidationError) as refused:
        RunConfig(dataset="digits", model="vae", data={"left_out": names})
    assert sentence in sentences(refused.value)[0]


def test_data_that_were_brought_are_trained_without_a_class_too(tmp_path):
    home = Home(tmp_path)
    x = torch.rand(40, 2, generator=torch.Generator().manual_seed(0))
    spec = DataSpec("vector", (2,), (0.0, 1.0), label_names=("cat", "dog", "cow"))
    name = home.shelf.keep(spec, Card("Mine", "", "", ""), x, torch.arange(40) % 2)
    config = RunConfig.for_data(spec, dataset=name, model="autoencoder", data={"left_out": ["dog"]})
    data = dataset_of(name, 0, config.data, home)
    assert set(data.train.y.tolist()) == {0}
    assert set(data.test.y.tolist()) == {0, 1}
    # A class that is named and has no samples is no help.
    config = RunConfig.for_data(spec, dataset=name, model="autoencoder", data={"left_out": ["cat", "dog"]})
    with pytest.raises(Unsuitable, match="leave some in"):
        dataset_of(name, 0, config.data, home)


def test_data_without_labels_have_nothing_to_leave_out(tmp_path):
    home = Home(tmp_path)
    spec = DataSpec("vector", (2,), (0.0, 1.0))
    name = home.shelf.keep(spec, Card("Mine", "", "", ""), torch.rand(10, 2))
    assert len(dataset_of(name, 0, find(name, home).Parameters(), home).train.x)
    with pytest.raises(ValidationError, match="have no labels"):
        RunConfig.for_data(spec, dataset=name, model="autoencoder", data={"left_out": ["dog"]})


def test_factors_go_with_their_samples():
    split = Split(torch.eye(3), torch.tensor([0, 1, 0]), torch.arange(3.0).unsqueeze(1))
    kept = split[Labelled(left_out=["b"]).kept(split.y, ("a", "b"))]
    assert kept.factors.flatten().tolist() == [0, 2]
