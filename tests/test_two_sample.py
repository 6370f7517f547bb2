"""Samples of one distribution cannot be told apart, those of two can; shares are counted by hand."""

import numpy as np
import pytest
import torch

from core import RunConfig
from core.analysis import ANALYSES, Context, embedding, sequences
from core.analysis.data import drawn_of
from core.analysis.sampling import as_real
from core.analysis.two_sample import better, by_coin, cluster_shares, distance, spread, tell_apart
from core.dataset import Dataset, DataSpec, Split
from core.errors import LatentLabError
from core.model import Model
from pages.ui.use_told_apart import _generated


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


def context_of(model, train=None, test=None, names=("left", "right")):
    """A model beside blobs, or beside these samples."""
    train, test = train or Split(*blobs(200, 0)), test or Split(*blobs(200, 1))
    spec = DataSpec("vector", (2,), (-9.0, 9.0), names)
    return Context(model, Dataset("blobs", train, test, test, spec), RunConfig(dataset="swiss_roll", model="gan"))


def compared(count=200, labelled=True, **drawn):
    train, test = (Split(x, y if labelled else None) for x, y in (blobs(count, 0), blobs(count, 1)))
    names = ("left", "right") if labelled else ()
    return ANALYSES["two_sample"](context_of(Copyist(**drawn), train, test, names))


def test_the_same_distribution_is_told_apart_by_chance_only():
    found = compared()
    assert found.told == pytest.approx(0.5, abs=0.12)
    assert found.told_baseline == pytest.approx(0.5, abs=0.12)
    assert found.spreads["told"] == pytest.approx(better(found.accuracies).std(ddof=1))
    assert found.told == pytest.approx(better(found.accuracies).mean())
    assert found.p_value > 0.01
    # Of 400 tosses of a coin the share of heads has a standard deviation of 2.5 %.
    assert found.by_chance == pytest.approx(0.025)
    assert max(found.share_distance, found.cluster_distance) < 0.12


def test_another_distribution_is_told_apart():
    found = compared(shift=6.0)
    assert found.told > 0.97
    assert found.p_value < 1e-9
    assert found.told_baseline < 0.65
    assert found.accuracies.shape == (2, 5)


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_a_map_keeps_apart_what_is_another_distribution(monkeypatch, method):
    monkeypatch.setattr(embedding, "ITERATIONS", 100)
    apart = [
        np.linalg.norm(np.subtract(*(part.mean(axis=0) for part in np.split(found.points, 2)))) / found.points.std()
        for found in (ANALYSES["sample_map"](context_of(Copyist(shift=shift)), method=method) for shift in (0.0, 30.0))
    ]
    assert apart[0] < 0.4
    assert apart[1] > 1


def test_a_map_knows_where_its_real_samples_stand_in_other_plots():
    (x, y), (unseen, labels) = blobs(400, 0), blobs(400, 1)
    test = Split(unseen, labels)
    # One class is left out of training, so that those that are compared are not simply the first.
    model, look = Copyist(), context_of(Copyist(), Split(x[y == 0], y[y == 0]), test)
    found = ANALYSES["sample_map"](look)
    drawn, count = drawn_of(test), len(found.places)
    assert count == int((labels == 0).sum())
    assert (drawn.y[found.places] == 0).all()
    np.testing.assert_array_equal(found.samples[:count], drawn.x[found.places])
    np.testing.assert_array_equal(found.samples[count:], model.sample(count))
    with pytest.raises(LatentLabError, match="no method called 'nothing'"):
        ANALYSES["sample_map"](look, method="nothing")
    with pytest.raises(LatentLabError, match="here are 3"):
        ANALYSES["sample_map"](context_of(model, Split(x, None), Split(unseen[:3], None)))


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
    look = context_of(Copyist(weights=(1.0, 0.0)), Split(x[y == 0], y[y == 0]), test)
    found = ANALYSES["two_sample"](look)
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


def test_a_classifier_is_chosen_by_the_folds_that_it_is_not_judged_by():
    # By all folds the first is better, and on the last fold alone it is that by luck.
    accuracies = np.array([[0.5, 0.5, 0.5, 0.5, 0.9], [0.55, 0.55, 0.55, 0.55, 0.55]])
    np.testing.assert_allclose(better(accuracies), [0.5, 0.5, 0.5, 0.5, 0.55])
    # Two that toss coins are no better than one.
    coins = np.random.default_rng(0).normal(0.5, 0.02, (4000, 2, 5))
    assert np.mean([better(each).mean() for each in coins]) == pytest.approx(0.5, abs=1e-3)
    assert coins.mean(axis=2).max(axis=1).mean() > 0.504


def test_a_coin_is_right_as_often_by_hand():
    # 3 or 4 of 4: (4 + 1) / 16.
    assert by_coin(0.75, 4) == pytest.approx(5 / 16)
    assert by_coin(0.0, 4) == pytest.approx(1)


def test_values_are_put_on_the_levels_that_real_ones_have():
    spec = DataSpec("vector", (3,), (0.0, 2.0), levels=5)
    put = as_real(torch.tensor([[0.2, 0.3, 1.9]]), spec)
    assert put.tolist() == [[0.0, 0.5, 2.0]]
    free = DataSpec("vector", (3,), (0.0, 2.0))
    assert torch.equal(as_real(torch.tensor([[0.2, 0.3, 1.9]]), free), torch.tensor([[0.2, 0.3, 1.9]]))
    # Grey levels against what lies between them are no difference that counts.
    rng = torch.Generator().manual_seed(0)
    real, between = (torch.rand(200, 4, generator=rng) for _ in range(2))
    grey = DataSpec("vector", (4,), (0.0, 1.0), levels=5)
    assert tell_apart(as_real(real, grey).numpy(), between.numpy()).mean(axis=1).max() > 0.9
    assert tell_apart(as_real(real, grey).numpy(), as_real(between, grey).numpy()).mean(axis=1).max() < 0.6


def test_how_much_of_a_cluster_is_generated():
    shares = np.array([[0.5, 0.5, 0.0, 0.0], [0.25, 0.5, 0.25, 0.0]])
    # Of the last one there are training samples alone.
    assert _generated(shares) == ["33 %", "50 %", "100 %", "none"]


def words(count, seed):
    """Four letters of three in a row, as likely as each other."""
    rng = torch.Generator().manual_seed(seed)
    return torch.eye(3)[torch.randint(3, (count, 4), generator=rng)]


class Writer(Copyist):
    """Draws words from the right distribution, and gives a probability of 0.8 to each letter."""

    def sample(self, n, seed=0):
        return 0.7 * words(n, 100 + seed) + 0.1


@pytest.mark.parametrize("name", ["two_sample", "fidelity"])
def test_letters_that_are_probabilities_are_not_told_from_letters_by_that(monkeypatch, name):
    monkeypatch.setattr(sequences, "STEPS", 40)
    train, test = (Split(words(200, seed), None) for seed in (0, 1))
    data = Dataset("words", train, test, test, DataSpec("sequence", (4, 3), (0.0, 1.0), alphabet=" ab"))
    found = ANALYSES[name](Context(Writer(), data, RunConfig(dataset="surnames", model="recurrent_gan")))
    if name == "two_sample":
        assert found.told < 0.6
    else:
        assert found.generated.discriminative_score < 0.15
        assert found.generated.density > 0.8
