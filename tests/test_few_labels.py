"""Few labels: what is learned from them is right where codes tell classes apart, and chance where they do not."""

from dataclasses import replace
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
import torch

from core.analysis import ANALYSES
from core.analysis.few_labels import DRAWS, drawn, nearest_neighbours, scaled
from core.errors import LatentLabError
from pages.ui.use_few_labels import _curves, _text
from tests.making import blobs, context


@pytest.fixture
def four_draws(monkeypatch):
    """Where all draws come to the same, four are as good as twenty."""
    # Not by its path: the analysis is called like its module.
    monkeypatch.setattr(import_module("core.analysis.few_labels"), "DRAWS", 4)


@pytest.mark.usefixtures("four_draws")
def test_one_label_is_enough_where_groups_are_far_apart():
    found = ANALYSES["few_labels"](context())
    assert found.spaces == ("codes", "raw", "pca")
    assert found.accuracies.shape == (3, 2, len(found.labels), 4)
    assert found.labels[0] == 1
    assert (found.accuracies == 1).all()
    assert found.chance == 0.25


def test_labels_that_mean_nothing_are_named_by_chance():
    data = blobs()
    shuffled = torch.randperm(len(data.train.y), generator=torch.Generator().manual_seed(0))
    data = replace(data, train=replace(data.train, y=data.train.y[shuffled]))
    found = ANALYSES["few_labels"](context(data=data))
    assert abs(found.accuracies.mean() - 0.25) < 0.1
    # The band is as wide as the spread that stands beside it as a number.
    of = found.accuracies[:, 0]
    below, above, line = _curves(found, of).data[:3]
    np.testing.assert_allclose(above.y - line.y, of[0].std(axis=-1, ddof=1), atol=1e-6)
    np.testing.assert_allclose(line.y - below.y, of[0].std(axis=-1, ddof=1), atol=1e-6)
    # Apart: beside each other they are cut off on a projector.
    assert _text(of[0, 0]) == [f"{line.y[0]:.3f}", f"± {above.y[0] - line.y[0]:.3f}"]


@pytest.mark.usefixtures("four_draws")
def test_a_class_that_was_left_out_is_not_asked_for_and_without_labels_there_is_nothing_to_ask():
    data = blobs()
    kept = data.train.y != 3
    left = replace(data, train=data.train[kept])
    found = ANALYSES["few_labels"](context(data=left))
    assert (found.accuracies[..., -1, :] == 1).all()
    assert found.chance == pytest.approx(1 / 3)
    with pytest.raises(LatentLabError, match="one class"):
        ANALYSES["few_labels"](context(data=replace(data, train=data.train[data.train.y == 0])))
    bare = replace(data, train=replace(data.train, y=None), test=replace(data.test, y=None))
    with pytest.raises(LatentLabError, match="no labels"):
        ANALYSES["few_labels"](context(data=bare))


def test_each_class_is_drawn_as_often_as_asked_the_same_each_time_and_all_of_them_once():
    labels = np.array([0] * 30 + [1] * 20)
    draws = [*drawn(labels, 5)]
    assert len(draws) == DRAWS
    for rows, again in zip(draws, drawn(labels, 5), strict=True):
        np.testing.assert_array_equal(rows, again)
        assert len({*rows}) == 10
        np.testing.assert_array_equal(np.bincount(labels[rows]), [5, 5])
    assert any((first != second).any() for first, second in pairwise(draws))
    (every,) = drawn(labels, 30)
    np.testing.assert_array_equal(np.sort(every), np.arange(50))
    # A class with fewer gives all that it has.
    np.testing.assert_array_equal(np.bincount(labels[next(drawn(labels, 25))]), [25, 20])


def test_neighbours_vote_by_hand():
    x, y = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]]), np.array([0, 0, 1, 1, 1, 1])
    # Two labels of a class: one voter, so that there is no tie.
    np.testing.assert_array_equal(nearest_neighbours(x, y, np.array([[1.9], [0.2], [9.0]])), [1, 0, 1])
    # Three: the nearest alone would say 1.
    three = np.append(y[:-1], 0)
    assert nearest_neighbours(x, three, np.array([[1.6]])) == [0]


def test_a_space_is_scaled_as_a_whole():
    rng = np.random.default_rng(0)
    train = rng.normal(size=(500, 2)) * [10, 0.1] + 3
    rows, others = scaled(train, train[:5])
    assert rows.var(axis=0).mean() == pytest.approx(1)
    assert rows.std(axis=0)[0] / rows.std(axis=0)[1] == pytest.approx(100, rel=0.1)
    np.testing.assert_allclose(others, rows[:5])
