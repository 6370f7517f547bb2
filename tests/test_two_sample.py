"""Samples of one distribution cannot be told apart, those of two can; shares are counted by hand."""

import numpy as np
import pytest
import torch

from core import RunConfig
from core.analysis import ANALYSES, Context
from core.analysis.two_sample import cluster_shares, distance, on_levels, spread, tell_apart
from core.dataset import Dataset, DataSpec, Split
from core.errors import LatentLabError
from core.model import Model


def blobs(count, seed, weights=(0.5, 0.5), shift=0.0):
    """Points (count, 2) around (±3, 0), and which of both they are around."""
    rng = torch.Generator().manual_seed(seed)
    y = torch.multinomial(torch.tensor(weights), count, replacement=True, generator=rng)
    x = torch.randn(count, 2, generator=rng) + torch.tensor([[-3.0, 0.0], [3.0, 0.0]])[y]
    return x + torch.tensor([0.0, shift]), y


class Copyist(Model):
    """Draws from the distribution that it was given."""

    title = "Copyist"
    capabilities = frozenset({"decode", "sample"})
    autoencodes = False
    latents = 2

    def __init__(self, **drawn):
        torch.nn.Module.__init__(self)
        self.drawn = drawn

    def sample(self, n, seed=0):
        return blobs(n, 100 + seed, **self.drawn)[0]


def compared(count=200, labelled=True, **drawn):
    train, test = (Split(x, y if labelled else None) for x, y in (blobs(count, 0), blobs(count, 1)))
    spec = DataSpec("vector", (2,), (-9.0, 9.0), ("left", "right") if labelled else ())
    data = Dataset("blobs", train, test, test, spec)
    config = RunConfig(dataset="swiss_roll", model="gan")
    return ANALYSES["two_sample"](Context(Copyist(**drawn), data, config))


def test_the_same_distribution_is_told_apart_by_chance_only():
    found = compared()
    assert found.told == pytest.approx(0.5, abs=0.12)
    assert found.told_baseline == pytest.approx(0.5, abs=0.12)
    assert found.spreads["told"] == pytest.approx(found.accuracies[found.accuracies.mean(axis=1).argmax()].std(ddof=1))
    assert max(found.share_distance, found.cluster_distance) < 0.12


def test_another_distribution_is_told_apart():
    found = compared(shift=6.0)
    assert found.told > 0.97
    assert found.told_baseline < 0.65
    assert found.accuracies.shape == (2, 5)
    real, generated = np.split(found.points, 2)
    assert abs(real.mean(axis=0) - generated.mean(axis=0)).max() > 4


def test_a_class_that_is_missing_is_a_matter_of_shares():
    found = compared(weights=(1.0, 0.0))
    assert found.share_distance == pytest.approx(0.5, abs=0.08)
    assert found.cluster_distance == pytest.approx(0.5, abs=0.08)
    np.testing.assert_allclose(found.class_shares[1], [1, 0], atol=0.02)
    np.testing.assert_allclose(found.class_shares.sum(axis=1), 1)
    assert found.named == pytest.approx(1, abs=0.01)
    # The generated ones are all of one class; of 200 real ones half are, give or take √(0.25 / 200).
    assert found.spreads["share_distance"] == pytest.approx(np.sqrt(0.25 / 200), rel=0.1)


def test_a_class_that_training_never_saw_is_asked_of_nobody():
    (x, y), (unseen, labels) = blobs(400, 0), blobs(400, 1)
    test = Split(unseen, labels)
    data = Dataset("blobs", Split(x[y == 0], y[y == 0]), test, test, DataSpec("vector", (2,), (-9.0, 9.0), ("a", "b")))
    model = Copyist(weights=(1.0, 0.0))
    found = ANALYSES["two_sample"](Context(model, data, RunConfig(dataset="swiss_roll", model="gan")))
    assert found.compared == int((labels == 0).sum())
    assert max(found.told, found.told_baseline) < 0.6
    assert max(found.cluster_distance, found.cluster_baseline) < 0.25


def test_without_labels_there_are_clusters_only_and_few_samples_are_not_compared():
    found = compared(labelled=False)
    assert found.class_shares is None
    assert found.share_distance is found.named is None
    assert found.spreads.keys() == {"told", "told_baseline", "cluster_distance", "cluster_baseline"}
    assert found.cluster_shares.shape == (2, 10)
    with pytest.raises(LatentLabError, match="here are 19"):
        compared(count=19)


def test_shares_and_their_distance_by_hand():
    assert distance(np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.5, 0.3])) == pytest.approx(0.3)
    real, generated = np.array([[0.0], [0.0], [9.0], [9.0]]), np.array([[0.1], [0.1], [0.1], [9.1]])
    shares = cluster_shares((real, generated), 2)
    assert sorted(shares.T.tolist()) == [[0.5, 0.25], [0.5, 0.75]]
    assert spread(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 50) == 0
    # |p − q| of two shares of ½, each of 100 draws: the standard deviation of a folded normal of variance 2 · ¼ / 100.
    half = np.array([0.5, 0.5])
    assert spread(half, half, 100) == pytest.approx(np.sqrt(0.5 / 100 * (1 - 2 / np.pi)), rel=0.1)


def test_values_are_put_on_the_levels_that_real_ones_have():
    spec = DataSpec("vector", (3,), (0.0, 2.0), levels=5)
    put = on_levels(torch.tensor([[0.2, 0.3, 1.9]]), spec)
    assert put.tolist() == [[0.0, 0.5, 2.0]]
    free = DataSpec("vector", (3,), (0.0, 2.0))
    assert torch.equal(on_levels(torch.tensor([[0.2, 0.3, 1.9]]), free), torch.tensor([[0.2, 0.3, 1.9]]))
    # Grey levels against what lies between them are no difference that counts.
    rng = torch.Generator().manual_seed(0)
    real, between = (torch.rand(200, 4, generator=rng) for _ in range(2))
    grey = DataSpec("vector", (4,), (0.0, 1.0), levels=5)
    assert tell_apart(on_levels(real, grey).numpy(), between.numpy()).mean(axis=1).max() > 0.9
    assert tell_apart(on_levels(real, grey).numpy(), on_levels(between, grey).numpy()).mean(axis=1).max() < 0.6
