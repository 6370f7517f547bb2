"""Copies of training data are found by values and by features, and honest samples are none."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.analysis import ANALYSES
from core.analysis.copying import SHOWN
from core.analysis.data import drawn_of
from core.analysis.generation import copy_rate, nearest
from core.analysis.judge import features
from core.dataset import Split
from core.errors import LatentLabError
from tests.making import Mirror, blobs, context, normal


class Flat(Mirror):
    """Its codes are all values but the last."""

    def encode(self, x):
        return x[:, :2]


def copies(memory, data, model=Mirror):
    return ANALYSES["copying"](context(model(memory), data))


def test_copies_that_differ_where_nobody_looks_are_found_by_features():
    data = blobs(train=400, test=200, labelled=False)
    moved = data.train.x[:200] + torch.tensor([0.0, 0.0, 5.0])
    found = copies(moved, data, Flat)
    assert found.spaces == ("values", "codes")
    assert found.copy_rate == 0
    assert found.feature_copy_rate == 1
    assert found.distances.shape == found.held_out_distances.shape == (2, 200)
    # Those shown are what they were made of.
    np.testing.assert_array_equal(found.nearest[1][:, :2], found.samples[1][:, :2])
    assert len(found.samples[1]) == SHOWN
    np.testing.assert_array_equal(drawn_of(data.train).x[found.nearest_places], found.nearest)


def test_what_no_plot_draws_has_no_place_there(monkeypatch):
    monkeypatch.setattr("core.analysis.data.DRAWN", 100)
    data = blobs(train=400, test=200, labelled=False)
    found = copies(data.train.x[:200], data, Flat)
    is_drawn = found.nearest_places >= 0
    assert 0 < is_drawn.sum() < is_drawn.size
    np.testing.assert_array_equal(drawn_of(data.train).x[found.nearest_places[is_drawn]], found.nearest[is_drawn])


def test_honest_samples_are_copies_by_chance_only_in_either_space():
    data = blobs(train=2000, test=1000)
    honest = blobs(train=4000, test=1000).test.x
    found = copies(honest, data)
    assert found.spaces == ("values", "classifier")
    assert max(found.copy_rate, found.feature_copy_rate) < found.by_chance < 0.03
    # Training samples are as far from each other as unseen ones are from them.
    middle = np.median(found.held_out_distances, axis=1)
    np.testing.assert_allclose(np.median(found.training_distances, axis=1), middle, rtol=0.2)
    exact = copies(data.train.x[:1000], data)
    assert (exact.copy_rate, exact.feature_copy_rate) == (1, 1)


def test_words_that_are_a_letter_off_as_many_held_out_ones_are_are_no_copies():
    # Of held-out words one in 200 stands in training data, and a third are one letter off.
    held_out = torch.tensor([0.0] + [2**0.5] * 66 + [2.0] * 133)
    assert copy_rate(torch.tensor([0.0, 2**0.5, 2**0.5, 2.0]), held_out) == 0.25


def test_how_many_copies_chance_makes_by_hand():
    found = copies(torch.zeros(100, 3), blobs(train=400, test=100))
    # 1 % and two standard errors of a share of 1 % of 100 samples, and of the 99th of 100 distances it is told by.
    assert found.by_chance == pytest.approx(0.01 + 2 * np.sqrt(0.01 * 0.99 * (1 / 100 + 1 / 100)))
    assert found.by_chance == pytest.approx(0.0381, abs=1e-4)


def test_a_training_sample_is_not_its_own_nearest():
    x = normal(300, 3)
    order = torch.randperm(300)[:40]
    distances, indices = nearest(x[order], x, itself=order)
    wanted = np.linalg.norm(x[order][:, None] - x[None], axis=2)
    wanted[np.arange(40), order] = np.inf
    np.testing.assert_array_equal(indices, wanted.argmin(axis=1))
    np.testing.assert_allclose(distances, wanted.min(axis=1), rtol=1e-5)


def test_samples_are_compared_with_held_out_ones_of_classes_in_training():
    data = blobs(train=400, test=200)
    data = replace(data, train=data.train[data.train.y != 3])
    found = copies(data.train.x[:150], data)
    assert found.held_out_distances.shape == (2, 150)
    # The fourth group is two away from all others.
    assert found.held_out_distances[0].max() < 1


def test_features_tell_classes_apart_and_need_some():
    data = blobs()
    seen = features(data.train)(data.test.x)
    own = [seen[data.test.y == k] for k in range(4)]
    within = max(float(of.var(dim=0).sum()) for of in own)
    between = float(torch.stack([of.mean(dim=0) for of in own]).var(dim=0).sum())
    assert between > 10 * within
    with pytest.raises(LatentLabError, match="two classes"):
        features(Split(data.train.x, None))
