"""Clustering as an analysis: plain groups are found, by every method, and scored by the formulae."""

import itertools

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.analysis import ANALYSES
from core.analysis.cluster_methods import METHODS, RESTARTS, methods_for
from core.analysis.cluster_neighbours import Dbscan, core_distances, radius_of
from core.analysis.cluster_number import chosen_by_gap, gap_statistic
from core.analysis.cluster_scores import Spread, accuracy, contingency, distances, over_models, scores, summary
from core.dataset import Dataset, Split
from core.errors import LatentLabError
from core.looks import NOISE
from tests.making import Mirror, blobs, context

FITTED = ("codes", "raw", "pca")


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


@pytest.mark.parametrize("method", ["kmeans", "gmm", "agglomerative"])
def test_clear_groups_are_found_in_every_space(method):
    result = ANALYSES["clustering"](context(), method=method, clusters=4)
    assert result.spaces().keys() == set(FITTED)
    for found in result.spaces().values():
        for metric in ("ari", "nmi", "accuracy"):
            assert getattr(found, metric).mean > 0.8
        assert found.silhouette.mean > 0.6
        assert found.noise == Spread(0.0, 0.0)
        assert found.restarts == (RESTARTS if METHODS[method].varies else 1)
    np.testing.assert_array_equal(result.confusion, contingency(result.assignments, result.labels, 4, 4))
    assert result.confusion.sum() == len(result.samples) == len(result.plane) == 80
    assert result.chance_accuracy == 0.25


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_as_many_clear_groups_as_there_are_and_noise_between_them(method):
    data = blobs()
    # Far from all groups there is nothing, except one held-out sample.
    data.test.x[0] = 3.0
    result = ANALYSES["clustering"](context(data=data), method=method)
    assert result.clusters == 4
    clustered = result.assignments != NOISE
    far = (result.samples == 3.0).all(axis=1)
    # HDBSCAN goes by the nearest training sample, which is in a cluster.
    assert clustered[far] == (method == "hdbscan")
    assert clustered.mean() > 0.9
    judged = clustered & ~far
    assert accuracy(result.assignments[judged], result.labels[judged]) == 1.0
    assert result.sizes.sum() == clustered.sum() == result.confusion[:-1].sum()
    assert result.codes.noise.mean == pytest.approx(1 - clustered.mean())
    assert result.codes.groups.mean == 4
    assert result.codes.restarts == 1


def test_dbscan_keeps_the_clusters_of_scikit_learn():
    from sklearn.cluster import DBSCAN

    x = np.random.default_rng(0).normal(size=(150, 2))
    found = Dbscan(5, 0.6).fit(x)
    theirs = DBSCAN(eps=found.radius, min_samples=5).fit(x)
    cores = theirs.core_sample_indices_
    assert len(cores) == 90
    ours = found.predict(x)
    np.testing.assert_array_equal(ours[cores], theirs.labels_[cores])
    # Border points may belong to several clusters, but noise is noise.
    np.testing.assert_array_equal(ours == NOISE, theirs.labels_ == NOISE)


def test_core_distances_and_their_radius_by_hand():
    reach = core_distances(np.array([[0.0], [1.0], [3.0], [7.0]]), 2)
    np.testing.assert_array_equal(reach, [1, 1, 2, 4])
    assert [radius_of(reach, share) for share in (0.5, 0.75, 0.76, 1.0)] == [1, 2, 4, 4]
    result = ANALYSES["density"](context(), min_samples=5, dense_share=0.5)
    assert (result.distances <= result.radius).mean() == 0.5
    assert (np.diff(result.distances) >= 0).all()


def test_linkage_decides_which_clusters_are_merged():
    # A chain and a far pair: by nearest distances the chain is one, by farthest it is cut.
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.5, 6.6])[:, None]
    chosen = METHODS["agglomerative"]
    single, complete = (
        chosen.assign(chosen.parameters({"clusters": 2, "linkage": linkage}), x, x, [0])[0]
        for linkage in ("single", "complete")
    )
    assert len(set(single[:6])) == 1
    assert len(set(complete[:6])) == 2
    assert chosen.assign(chosen.parameters({"clusters": 2, "linkage": "single"}), x, x[:1] + 5.2, [0])[0] == single[5]


def test_silhouette_gap_and_bic_find_how_many_clear_groups_there_are():
    found = ANALYSES["cluster_number"](context(), most=7)
    assert (found.silhouette_chooses, found.bic_chooses, found.numbers[found.gaps.argmax()]) == (4, 4, 4)
    np.testing.assert_array_equal(found.numbers, np.arange(1, 8))
    assert len(found.silhouettes) == 6


def test_the_gap_of_one_cluster_by_hand_and_one_cloud_has_no_more():
    x, numbers = np.random.default_rng(3).uniform(size=(300, 2)), np.arange(1, 4)
    gaps, errors, assignments = gap_statistic(x, numbers)
    # W₁ is the sum of squares about the mean, whatever way the principal axes point.
    turned = (x - x.mean(axis=0)) @ np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2].T
    draws, widths = np.random.default_rng(0), np.ptp(turned, axis=0)
    even = [widths * draws.uniform(size=x.shape) for _ in range(10)]
    logs = np.log([((points - points.mean(axis=0)) ** 2).sum() for points in even])
    assert gaps[0] == pytest.approx(logs.mean() - np.log((turned**2).sum()), rel=1e-5)
    assert errors[0] == pytest.approx(logs.std() * np.sqrt(1.1), rel=1e-5)
    assert chosen_by_gap(numbers, gaps, errors) == 1
    assert [len(np.unique(assigned)) for assigned in assignments] == [1, 2, 3]


def test_the_gap_tells_two_groups_from_one_and_from_three():
    x = np.random.default_rng(0).normal(size=(100, 2)) + np.repeat([[0, 0], [8, 0]], 50, axis=0)
    numbers = np.arange(1, 5)
    gaps, errors, _ = gap_statistic(x, numbers)
    assert chosen_by_gap(numbers, gaps, errors) == 2


def test_the_gap_chooses_the_first_that_the_next_does_not_beat_by_its_error():
    numbers = np.arange(1, 5)
    assert chosen_by_gap(numbers, np.array([0.1, 0.5, 0.55, 0.2]), np.array([0.0, 0.0, 0.1, 0.0])) == 2
    assert chosen_by_gap(numbers, np.array([0.1, 0.5, 0.55, 0.2]), np.array([0.0, 0.0, 0.01, 0.0])) == 3
    assert chosen_by_gap(numbers, np.array([0.1, 0.2, 0.3, 0.4]), np.zeros(4)) is None


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
@pytest.mark.parametrize("clusters", [1, 12])
def test_any_number_of_clusters_works_on_few_samples(method, clusters):
    result = ANALYSES["clustering"](context(data=blobs(train=12, test=5)), method=method, clusters=clusters, restarts=2)
    assert result.confusion.shape == (clusters + 1, 4)
    assert (result.assignments < clusters).all()


class Sorter(Mirror):
    """Two clusters of its own: left and right of the middle."""

    title = "Sorter"
    capabilities = frozenset({"encode", "assign"})

    def assign(self, x):
        right = (x[:, 0] > 0).float()
        return torch.stack([1 - right, right], dim=1) * 0.8 + 0.1


class Principal:
    """In place of UMAP, which compiles for a minute; the real one is tried in `tests/benchmarks`."""

    def __init__(self, n_components, **settings):
        self.dimensions = n_components

    def fit(self, x):
        self.pca = PCA(min(self.dimensions, x.shape[1])).fit(x)
        self.embedding_ = self.pca.transform(x)
        return self

    def transform(self, x):
        return self.pca.transform(x)


def test_a_mixture_divides_what_umap_makes_of_every_space(monkeypatch):
    monkeypatch.setattr("core.analysis.cluster_methods.umap_class", lambda: Principal)
    result = ANALYSES["clustering"](context(), method="umap_gmm", clusters=4, restarts=2)
    for found in result.spaces().values():
        assert found.ari == Spread(1.0, 0.0)
        assert found.restarts == 2
    np.testing.assert_array_equal(result.sizes, [20, 20, 20, 20])


def test_a_models_own_assignments_stand_beside_k_means():
    result = ANALYSES["clustering"](context(Sorter()), method="model", clusters=30, restarts=3)
    np.testing.assert_array_equal(result.assignments, result.samples[:, 0] > 0)
    assert result.clusters == 2
    assert result.confusion.shape == (3, 4)
    np.testing.assert_array_equal(result.sizes, result.confusion[:2].sum(axis=1))
    assert [found.restarts for found in result.spaces().values()] == [1, 3, 3, 3]
    kmeans = ANALYSES["clustering"](context(Sorter()), method="kmeans", clusters=2, restarts=3)
    # Whatever the method, the model's own assignments are a row of the table.
    assert kmeans.spaces() == result.spaces()
    alone = ANALYSES["clustering_scores"](context(Sorter()), method="kmeans", clusters=2, restarts=3)
    assert alone.spaces() == kmeans.spaces()


def test_methods_are_offered_to_models_that_they_fit():
    assert methods_for(Mirror).keys() == METHODS.keys() - {"model"}
    assert methods_for(Sorter).keys() == METHODS.keys()
    with pytest.raises(LatentLabError, match="Mirror makes no assignments of its own"):
        ANALYSES["clustering"](context(), method="model")


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_what_a_method_declares_is_enough_to_draw_it(method):
    assert method.help.endswith(".")
    for knob in method.Parameters.knobs():
        assert knob.help.endswith(".")
        assert knob.choices or knob.slider[0] <= knob.default <= knob.slider[1]
    with pytest.raises(LatentLabError):
        method.parameters({"colour": 3})


def test_gmm_finds_groups_at_any_scale_of_the_codes():
    tiny = Mirror()
    tiny.encode = lambda x: 1e-4 * x
    result = ANALYSES["clustering"](context(tiny), method="gmm", clusters=4, restarts=2)
    assert result.codes.ari.mean == pytest.approx(result.raw.ari.mean, abs=1e-6)


def test_chance_is_the_share_of_the_largest_class():
    data = blobs()
    kept = (data.test.y != 3) | (torch.arange(80) < 8)
    test = Split(data.test.x[kept], data.test.y[kept])
    uneven = Dataset("blobs", data.train, test, test, data.spec)
    result = ANALYSES["clustering"](context(data=uneven), clusters=2, restarts=1)
    assert result.chance_accuracy == pytest.approx(20 / 62)


def test_one_cluster_has_no_silhouette_and_no_information():
    apart = distances(np.arange(6.0)[:, None])
    found = scores(apart, np.zeros(6, dtype=int), np.array([0, 0, 0, 1, 1, 1]))
    assert found == {"silhouette": 0.0, "groups": 1, "noise": 0, "ari": 0.0, "nmi": 0.0, "accuracy": 0.5}


def test_noise_is_wrong_for_the_accuracy_a_group_for_ari_and_left_out_of_the_silhouette():
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    x, labels = np.array([[0.0], [1.0], [9.0], [10.0], [5.0], [5.5]]), np.array([0, 0, 1, 1, 1, 1])
    assigned = np.array([0, 0, 1, 1, NOISE, NOISE])
    found = scores(distances(x), assigned, labels)
    assert found["accuracy"] == pytest.approx(4 / 6)
    assert found["noise"] == pytest.approx(2 / 6)
    assert found["groups"] == 2
    assert found["silhouette"] == pytest.approx(silhouette_score(x[:4], assigned[:4]))
    assert found["ari"] == pytest.approx(adjusted_rand_score(labels, [0, 0, 1, 1, 2, 2]))
    np.testing.assert_array_equal(contingency(assigned, labels, 2, 2), [[2, 0], [0, 2], [0, 2]])
    everything = scores(distances(x), np.full(6, NOISE), labels)
    assert (everything["accuracy"], everything["silhouette"], everything["noise"]) == (0, 0, 1)


def rows(values):
    return [{"silhouette": 0.0, "groups": 2.0, "noise": 0.0, "ari": value} for value in values]


def test_summary_is_mean_and_sample_standard_deviation():
    found = summary(rows((1.0, 2.0, 3.0)))
    assert found.restarts == 3
    assert (found.ari, found.silhouette, found.nmi) == (Spread(2.0, 1.0), Spread(0.0, 0.0), None)
    assert summary(rows([1.0])).ari == Spread(1.0, 0.0)
    assert found.text("ari") == "2.000 ± 1.000"
    assert summary(rows([1.0])).text("ari") == "1.000"


def test_the_spread_over_models_is_that_of_their_means():
    found = over_models([summary(rows((0.0, 2.0))), summary(rows((2.0, 4.0))), summary(rows((5.0, 5.0)))])
    assert found.ari == Spread(3.0, 2.0)
    assert found.restarts == 3
    assert found.accuracy is None
