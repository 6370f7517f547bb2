"""Groups that are plain to see are found, and what is found is scored by the book."""

import itertools
import json

import numpy as np
import pytest
import torch

from core.analysis import ANALYSES
from core.analysis.clustering import accuracy, contingency, methods_for, scores, summary
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
    for space in ("codes", "raw", "pca"):
        for metric in ("ari", "nmi", "accuracy"):
            assert result.numbers[space][metric][0] > 0.8
        assert result.numbers[space]["silhouette"][0] > 0.6
    a = result.arrays
    np.testing.assert_array_equal(a["confusion"], contingency(a["assignments"], a["labels"], 4, 4))
    assert a["confusion"].sum() == len(a["samples"]) == len(a["plane"]) == 80
    assert result.numbers["chance_accuracy"] == 0.25
    json.dumps(result.numbers, allow_nan=False)


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
@pytest.mark.parametrize("clusters", [1, 12])
def test_any_number_of_clusters_works_on_few_samples(method, clusters):
    result = ANALYSES["clustering"](context(data=blobs(train=12, test=5)), method=method, clusters=clusters)
    assert result.arrays["confusion"].shape == (clusters, 4)
    assert (result.arrays["assignments"] < clusters).all()


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
    for space in ("codes", "raw", "pca"):
        assert result.numbers[space]["ari"] == [1.0, 0.0]
    assert result.numbers["seeds"] == {"codes": 1, "raw": 1, "pca": 1}
    np.testing.assert_array_equal(result.arrays["sizes"], [20, 20, 20, 20])


def test_a_models_own_assignments_stand_beside_k_means():
    result = ANALYSES["clustering"](context(Sorter()), method="model", clusters=30, seeds=3)
    a, n = result.arrays, result.numbers
    np.testing.assert_array_equal(a["assignments"], a["samples"][:, 0] > 0)
    assert a["confusion"].shape == (2, 4)
    np.testing.assert_array_equal(a["sizes"], a["confusion"].sum(axis=1))
    assert n["seeds"] == {"codes": 1, "raw": 3, "pca": 3}
    assert n["codes"]["accuracy"][1] == 0
    kmeans = ANALYSES["clustering"](context(Sorter()), method="kmeans", clusters=2, seeds=3).numbers
    assert kmeans["raw"] == n["raw"]


def test_methods_are_offered_to_models_that_they_fit():
    assert methods_for(Mirror).keys() == {"kmeans", "gmm", "umap_gmm"}
    assert methods_for(Sorter).keys() == {"kmeans", "gmm", "umap_gmm", "model"}
    with pytest.raises(LatentLabError, match="Mirror makes no assignments of its own"):
        ANALYSES["clustering"](context(), method="model")


def test_gmm_finds_groups_at_any_scale_of_the_codes():
    tiny = Mirror()
    tiny.encode = lambda x: 1e-4 * x
    numbers = ANALYSES["clustering"](context(tiny), method="gmm", clusters=4).numbers
    assert numbers["codes"]["ari"] == pytest.approx(numbers["raw"]["ari"], abs=1e-6)


def test_chance_is_the_share_of_the_largest_class():
    data = blobs()
    kept = (data.test.y != 3) | (torch.arange(80) < 8)
    test = Split(data.test.x[kept], data.test.y[kept])
    uneven = Dataset("blobs", "vector", data.train, test, data.value_range, data.label_names)
    result = ANALYSES["clustering"](context(data=uneven), clusters=2)
    assert result.numbers["chance_accuracy"] == pytest.approx(20 / 62)


def test_one_cluster_has_no_silhouette_and_no_information():
    found = scores(np.arange(6.0)[:, None], np.zeros(6, dtype=int), np.array([0, 0, 0, 1, 1, 1]))
    assert found == {"silhouette": 0.0, "ari": 0.0, "nmi": 0.0, "accuracy": 0.5}


def test_summary_is_mean_and_sample_standard_deviation():
    assert summary([{"ari": 1.0}, {"ari": 2.0}, {"ari": 3.0}]) == {"ari": [2.0, 1.0]}
    assert summary([{"ari": 1.0}]) == {"ari": [1.0, 0.0]}
