"""Clustering as an analysis: plain groups are found, by every method, and scored by the formulae."""

import itertools

import numpy as np
import pytest
import torch

from core.analysis import ANALYSES
from core.analysis.cluster_methods import methods_for
from core.analysis.cluster_scores import Scores, Spread, accuracy, contingency, scores, summary
from core.analysis.clustering import SPACES
from core.dataset import Dataset, Split
from core.errors import LatentLabError
from tests.making import UMAP, Mirror, blobs, context


def test_accuracy_is_one_when_clusters_are_classes_under_other_names():
    labels = np.array([0, 0, 1, 1, 2, 2, 2])
    for renamed in itertools.permutations(range(3)):
        assert accuracy(np.array(renamed)[labels], labels) == 1.0


@pytest.mark.parametrize(("assignments", "labels", "share"), [
    ([0, 0, 1, 1, 2, 2], [0, 0, 0, 0, 1, 1], 4 / 6),  # more clusters than classes: one half of class 0 is left over
    ([0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 2], 3 / 6),  # fewer: the largest class only
    ([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 0, 1], 3 / 6),  # both clusters are mostly class 0, but only one may be it
])  # fmt: skip
def test_accuracy_gives_each_class_to_one_cluster_only(assignments, labels, share):
    assert accuracy(np.array(assignments), np.array(labels)) == pytest.approx(share)


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
def test_clear_groups_are_found_in_every_space(method):
    result = ANALYSES["clustering"](context(), method=method, clusters=4)
    for space in SPACES:
        found = getattr(result, space)
        for metric in ("ari", "nmi", "accuracy"):
            assert getattr(found, metric).mean > 0.8
        assert found.silhouette.mean > 0.6
    np.testing.assert_array_equal(result.confusion, contingency(result.assignments, result.labels, 4, 4))
    assert result.confusion.sum() == len(result.samples) == len(result.plane) == 80
    assert result.chance_accuracy == 0.25


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
@pytest.mark.parametrize("clusters", [1, 12])
def test_any_number_of_clusters_works_on_few_samples(method, clusters):
    result = ANALYSES["clustering"](context(data=blobs(train=12, test=5)), method=method, clusters=clusters)
    assert result.confusion.shape == (clusters, 4)
    assert (result.assignments < clusters).all()


class Sorter(Mirror):
    """Two clusters of its own: left and right of the middle."""

    title = "Sorter"
    capabilities = frozenset({"encode", "assign"})

    def assign(self, x):
        right = (x[:, 0] > 0).float()
        return torch.stack([1 - right, right], dim=1) * 0.8 + 0.1


@UMAP
def test_umap_and_a_mixture_find_clear_groups_in_every_space():
    result = ANALYSES["clustering"](context(), method="umap_gmm", clusters=4)
    for space in SPACES:
        assert getattr(result, space).ari == Spread(1.0, 0.0)
        assert getattr(result, space).seeds == 1
    np.testing.assert_array_equal(result.sizes, [20, 20, 20, 20])


def test_a_models_own_assignments_stand_beside_k_means():
    result = ANALYSES["clustering"](context(Sorter()), method="model", clusters=30, seeds=3)
    np.testing.assert_array_equal(result.assignments, result.samples[:, 0] > 0)
    assert result.confusion.shape == (2, 4)
    np.testing.assert_array_equal(result.sizes, result.confusion.sum(axis=1))
    assert (result.codes.seeds, result.raw.seeds, result.pca.seeds) == (1, 3, 3)
    assert result.codes.accuracy.sd == 0
    kmeans = ANALYSES["clustering"](context(Sorter()), method="kmeans", clusters=2, seeds=3)
    assert kmeans.raw == result.raw


def test_methods_are_offered_to_models_that_they_fit():
    assert methods_for(Mirror).keys() == {"kmeans", "gmm", "umap_gmm"}
    assert methods_for(Sorter).keys() == {"kmeans", "gmm", "umap_gmm", "model"}
    with pytest.raises(LatentLabError, match="Mirror makes no assignments of its own"):
        ANALYSES["clustering"](context(), method="model")


def test_gmm_finds_groups_at_any_scale_of_the_codes():
    tiny = Mirror()
    tiny.encode = lambda x: 1e-4 * x
    result = ANALYSES["clustering"](context(tiny), method="gmm", clusters=4)
    assert result.codes.ari.mean == pytest.approx(result.raw.ari.mean, abs=1e-6)


def test_chance_is_the_share_of_the_largest_class():
    data = blobs()
    kept = (data.test.y != 3) | (torch.arange(80) < 8)
    test = Split(data.test.x[kept], data.test.y[kept])
    uneven = Dataset("blobs", data.train, test, test, data.spec)
    result = ANALYSES["clustering"](context(data=uneven), clusters=2)
    assert result.chance_accuracy == pytest.approx(20 / 62)


def test_one_cluster_has_no_silhouette_and_no_information():
    found = scores(np.arange(6.0)[:, None], np.zeros(6, dtype=int), np.array([0, 0, 0, 1, 1, 1]))
    assert found == {"silhouette": 0.0, "ari": 0.0, "nmi": 0.0, "accuracy": 0.5}


def test_summary_is_mean_and_sample_standard_deviation():
    rows = [{"silhouette": 0.0, "ari": value} for value in (1.0, 2.0, 3.0)]
    assert summary(rows) == Scores(seeds=3, silhouette=Spread(0.0, 0.0), ari=Spread(2.0, 1.0))
    assert summary(rows[:1]).ari == Spread(1.0, 0.0)
    assert summary(rows).text("ari") == "2.000 ± 1.000"
    assert summary(rows[:1]).text("ari") == "1.000"
