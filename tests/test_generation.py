"""New samples, which training samples are nearest to them, and what is a copy."""

import numpy as np
import pytest
import torch

import core
from core import RunConfig
from core.analysis import ANALYSES, Context
from core.analysis.data import drawn_of
from core.dataset import Dataset
from tests.making import CENTRES, Mirror, blobs, context


def test_memorised_samples_are_found_out():
    data = blobs(test=100)
    fresh = torch.full((3, 3), 2.5)
    memory = torch.cat([data.train.x[[5, 9]], fresh, data.train.x[[7]] + 1e-6])
    result = ANALYSES["generation"](context(Mirror(memory), data), n=6)
    assert result.copy_rate == pytest.approx(3 / 6)
    np.testing.assert_array_equal(result.nearest[[0, 1, 5]], data.train.x[[5, 9, 7]])
    # They are found again among those that plots draw.
    np.testing.assert_array_equal(drawn_of(data.train).x[result.nearest_places], result.nearest)
    np.testing.assert_array_equal(result.distances[:2], 0)
    differences = (data.train.x[:, None] - memory[None]).square().sum(dim=2).sqrt()
    np.testing.assert_allclose(result.distances, differences.min(dim=0).values, rtol=1e-3, atol=1e-7)


def test_honest_samples_are_no_copies():
    data = blobs(train=2000, test=2000)
    honest = blobs(train=4000, test=1000).test.x
    result = ANALYSES["generation"](context(Mirror(honest), data), n=1000)
    assert result.copy_rate < 0.03
    assert result.distance_median == pytest.approx(result.held_out_median, rel=0.15)


def test_exact_copies_count_where_data_repeat_themselves():
    data = blobs()
    doubled = Dataset("blobs", data.train, data.train, data.train, data.spec)
    result = ANALYSES["generation"](context(Mirror(torch.cat([data.train.x[:1], 9 + data.train.x[:1]])), doubled), n=2)
    assert result.copy_rate == 0.5


def test_samples_follow_the_seed():
    run = core.fit(RunConfig(dataset="ring", model="gan", steps=5))
    look = Context(run.model, run.dataset, run.config)
    first, second, other = (ANALYSES["generation"](look, n=20, seed=seed).samples for seed in (1, 1, 2))
    assert first.shape == (20, 2)
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, other)


def test_other_datasets_have_no_modes_to_cover():
    found = ANALYSES["generation"](context(Mirror(CENTRES)), n=4)
    assert found.coverage is found.real_coverage is found.energy is None
