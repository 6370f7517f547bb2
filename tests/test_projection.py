"""Codes in two or three dimensions: faithful where they can be, and honest about how far."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core import load_dataset
from core.analysis import ANALYSES
from core.analysis.embedding import BETWEEN, EXAGGERATED, ITERATIONS, METHODS, SETTINGS
from core.analysis.projection import neighbourhoods, noise_like, project, refuse_flat
from core.analysis.result import Counts
from core.analysis.umap_library import umap_class
from core.engine import Job
from core.errors import LatentLabError
from pages.ui import analyses, projected
from pages.ui.cloud import by_factor
from pages.ui.hands import hands_of
from pages.ui.laboratory import Laboratory
from pages.ui.questions import MOST_PLACES
from pages.ui.session import Memory
from tests.making import UMAP, Mirror, blobs, context


@UMAP
@pytest.mark.parametrize("method", METHODS)
def test_a_projection_repeats_itself_and_keeps_groups_apart(method):
    first, second = (ANALYSES["projection"](context(), method=method, seed=1) for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)
    assert (first.trustworthiness, first.neighbours_kept) == (second.trustworthiness, second.neighbours_kept)
    assert first.points.shape == (80, 2)
    groups = [first.points[first.labels == label] for label in range(4)]
    spread = max(np.linalg.norm(group - group.mean(axis=0), axis=1).mean() for group in groups)
    gap = min(np.linalg.norm(a.mean(axis=0) - b.mean(axis=0)) for a, b in itertools.combinations(groups, 2))
    assert gap > 2 * spread


def test_another_seed_gives_another_tsne():
    first, second = (ANALYSES["projection"](context(model_of_one_code()), method="tsne", seed=s) for s in (0, 1))
    assert not np.allclose(first.points, second.points)


def model_of_one_code():
    model = Mirror()
    model.encode = lambda x: x[:, :1]
    return model


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_single_code_can_be_shown_in_more_dimensions(method, dimensions):
    points = ANALYSES["projection"](context(model_of_one_code()), method=method, dimensions=dimensions).points
    assert points.shape == (80, dimensions)
    assert np.isfinite(points).all()


def test_pca_says_how_much_it_explains():
    share = ANALYSES["projection"](context(), method="pca", dimensions=3).explained_variance
    assert len(share) == 3
    assert list(share) == sorted(share, reverse=True)
    assert sum(share) == pytest.approx(1)


def test_tsne_takes_few_samples():
    result = ANALYSES["projection"](context(data=blobs(train=20, test=8)), method="tsne")
    assert np.isfinite(result.points).all()
    with pytest.raises(LatentLabError, match="at least 8 held-out samples; there are 7"):
        ANALYSES["projection"](context(data=blobs(train=20, test=7)), method="tsne")


def test_neighbourhoods_tell_a_faithful_picture_from_a_shuffled_one():
    codes = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    assert neighbourhoods(codes, 3 * codes) == (10, 1.0, 1.0, 1.0)
    _, trustworthiness, continuity, kept = neighbourhoods(codes, np.random.default_rng(1).permutation(codes))
    assert max(trustworthiness, continuity) < 0.6
    assert kept < 0.1


def test_a_torn_picture_can_be_trusted_and_a_folded_one_is_whole():
    """Venna & Kaski 2001: a false neighbour costs trust, a lost one continuity."""
    line = np.linspace(0, 1, 200)[:, None]
    # Two halves on top of each other bring together what was apart; a line that is cut keeps all that is near, near.
    folded, torn = np.abs(line - 0.5), line + 9 * (line > 0.5)
    _, trusted, whole, _ = neighbourhoods(line, np.pad(folded, ((0, 0), (0, 1))))
    assert whole > trusted + 0.2
    circle = np.c_[np.cos(2 * np.pi * line), np.sin(2 * np.pi * line)]
    _, trusted, whole, _ = neighbourhoods(circle, np.pad(torn, ((0, 0), (0, 1))))
    assert trusted > whole


def continuity_by_hand(codes, points, k):
    """1 − 2 / (N k (2N − 3k − 1)) Σ_i Σ_{j in V_i} (r̂(i, j) − k), V_i being neighbours that the points lost."""
    far = [np.linalg.norm(x[:, None] - x[None], axis=2) for x in (codes, points)]
    near, ranks = far[0].argsort(axis=1), far[1].argsort(axis=1).argsort(axis=1)
    lost = sum(max(0, ranks[i, j] - k) for i in range(len(codes)) for j in near[i, 1 : k + 1])
    n = len(codes)
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


def test_continuity_is_that_of_the_paper():
    rng = np.random.default_rng(3)
    codes, points = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    k, _, continuity, _ = neighbourhoods(codes, points)
    assert continuity == pytest.approx(continuity_by_hand(codes, points, k))


def test_many_samples_are_all_drawn_by_pca_and_measured_in_part(monkeypatch):
    for constant, count in {"projection.SHOWN": 60, "projection.MOVED": 70, "embedding.MANY": 65}.items():
        monkeypatch.setattr(f"core.analysis.{constant}", count)
    data = blobs(test=90)
    all_of_them, some = (ANALYSES["projection"](context(data=data), method=method) for method in ("pca", "tsne"))
    assert all_of_them.counts == some.counts == Counts(shown=60, held_out=90, fitted=200, training=200)
    assert len(all_of_them.points) == len(all_of_them.samples) == len(all_of_them.labels) == 90
    # The same samples come first, so that a selection means the same in both.
    assert len(some.points) == 70
    np.testing.assert_array_equal(some.samples, all_of_them.samples[:70])
    assert (all_of_them.looked_at, some.looked_at) == (60, 60)
    for found in (all_of_them, some):
        assert found.trustworthiness == neighbourhoods(found.codes[:60], found.points[:60])[1]
    assert some.trustworthiness > 0.9


def test_all_training_codes_are_projected_and_only_the_first_large_samples_come_along(monkeypatch):
    monkeypatch.setattr("core.analysis.projection.SHOWN", 60)
    monkeypatch.setattr("core.analysis.projection.fitting", lambda split: 100)
    data = blobs()
    training = ANALYSES["projection"](context(data=data), of="training")
    assert len(training.points) == len(training.codes) == len(training.labels) == 200
    assert len(training.samples) == 100
    places = data.train.order(200)
    np.testing.assert_array_equal(training.codes, data.train.x[places])
    np.testing.assert_array_equal(training.labels, data.train.y[places])
    assert training.counts == Counts(shown=80, held_out=80, fitted=200, training=200)
    assert training.looked_at == 60
    with pytest.raises(LatentLabError, match="no kind of points called 'test'"):
        ANALYSES["projection"](context(data=data), of="test")


@pytest.mark.parametrize("method", ["kmeans", "dbscan"])
def test_clusters_of_many_samples_are_all_drawn_and_scored_in_part(method, monkeypatch):
    monkeypatch.setattr("core.analysis.data.SHOWN", 60)
    found = ANALYSES["clustering"](context(data=blobs(test=90)), method=method)
    assert len(found.assignments) == 60
    assert len(found.plane) == len(found.samples) == len(found.labels) == len(found.clustered) == 90
    np.testing.assert_array_equal(found.clustered[:60], found.assignments)


def test_clusters_are_found_in_some_of_very_many_training_samples():
    few = ANALYSES["clustering"](context(data=blobs(train=6000)), clusters=4)
    assert few.counts == Counts(shown=80, held_out=80, fitted=5000, training=6000)


def test_known_factors_go_with_their_samples():
    data = load_dataset("sprites")
    result = ANALYSES["projection"](context(data=data))
    known = {x.tobytes(): factors for x, factors in zip(data.test.x.numpy(), data.test.factors.numpy(), strict=True)}
    for sample, factors in zip(result.samples[:200], result.factors[:200], strict=True):
        np.testing.assert_array_equal(known[sample.tobytes()], factors)
    groups = by_factor(result.factors[:, 0])
    assert len(groups.names) == len(groups.marks) == groups.members.max() + 1 == 8
    # From the least to the most, in steps of equal width.
    order = np.argsort(result.factors[:, 0])
    assert (np.diff(groups.members[order]) >= 0).all()
    np.testing.assert_array_equal(by_factor(np.arange(16.0)).members, np.arange(16) // 2)


def test_a_shadow_comes_with_its_axes_and_others_with_their_way():
    flat, moved = (ANALYSES["projection"](context(), method=method) for method in ("pca", "tsne"))
    np.testing.assert_allclose(flat.codes @ flat.axes, flat.points, atol=1e-5)
    assert flat.frames is None
    assert moved.axes is None
    assert moved.steps == tuple(range(BETWEEN, EXAGGERATED + ITERATIONS + 1, BETWEEN))
    assert moved.frames.shape == (len(moved.steps), 80, 2)
    # The exaggerated phase pulls together what the second lets go.
    assert np.abs(moved.frames[0]).max() < np.abs(moved.frames[-1]).max() / 10


@UMAP
@pytest.mark.parametrize(("method", "first"), [("tsne", BETWEEN), ("umap", 0)])
def test_what_moves_stops_when_it_is_told_to_and_is_measured_where_it_stands(method, first):
    seen = []

    def follow(points, share):
        seen.append(points)
        return len(seen) == 4

    stopped = ANALYSES["projection"](replace(context(), follow=follow), method=method)
    assert stopped.steps == tuple(first + BETWEEN * i for i in range(4))
    np.testing.assert_allclose(stopped.points, seen[-1], atol=0.1)
    assert stopped.trustworthiness == neighbourhoods(stopped.codes, stopped.points)[1]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_belongs_to_a_method_and_has_limits(name):
    setting = SETTINGS[name]
    assert any(name in method.settings for method in METHODS.values())
    with pytest.raises(LatentLabError, match=f"{setting.title} lies between"):
        ANALYSES["projection"](context(), **{name: setting.high + setting.step})


@UMAP
def test_what_umap_compiles_is_kept_for_the_next_process():
    from umap.layouts import _nb_optimize_layout_euclidean_single_epoch
    from umap.umap_ import compute_membership_strengths, fast_knn_indices, smooth_knn_dist

    umap_class()
    slow = fast_knn_indices, smooth_knn_dist, compute_membership_strengths, _nb_optimize_layout_euclidean_single_epoch
    assert all(each.stats.cache_path for each in slow)


@UMAP
@pytest.mark.parametrize(("method", "setting"), [(m, s) for m, each in METHODS.items() for s in each.settings])
def test_every_setting_of_a_method_moves_its_points(method, setting):
    stood, turned = (
        ANALYSES["projection"](context(), method=method, **settings)
        for settings in ({}, {setting: SETTINGS[setting].low or SETTINGS[setting].high})
    )
    assert not np.allclose(stood.points, turned.points)


def test_noise_has_the_shape_of_codes_and_nothing_else_of_them():
    result = ANALYSES["projection"](context(), of="noise")
    codes = ANALYSES["projection"](context()).codes
    assert result.labels is result.factors is None
    assert len(result.samples) == 0
    assert result.codes.shape == codes.shape
    many = noise_like(np.tile(codes, (100, 1)))
    np.testing.assert_allclose(many.mean(axis=0), codes.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(many.std(axis=0), codes.std(axis=0), atol=0.05)


def test_codes_that_hardly_vary_get_a_sentence():
    vary = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    refuse_flat(5 + 1e-3 * vary, has_prior=False)
    with pytest.raises(LatentLabError, match=r"vary by . × 10⁻⁶, little more than numbers are rounded by"):
        refuse_flat(5 + 1e-6 * vary, has_prior=False)
    refuse_flat(0.2 * vary, has_prior=True)
    with pytest.raises(LatentLabError, match=r"vary by 0\.06, next to nothing beside the prior"):
        refuse_flat(0.05 * vary, has_prior=True)


def test_collapsed_codes_are_seen_in_their_plane_only():
    collapsed, silent = Mirror(), Mirror()
    collapsed.encode = lambda x: 0.05 * x.flatten(1) / x.std()
    collapsed.code_prior = lambda hyperparameters: "normal"
    silent.encode = lambda x: torch.zeros(len(x), 2)
    assert ANALYSES["projection"](context(collapsed)).points.shape == (80, 2)
    for asked in ({"dimensions": 3}, {"method": "tsne"}):
        with pytest.raises(LatentLabError, match="beside the prior"):
            ANALYSES["projection"](context(collapsed), **asked)
    with pytest.raises(LatentLabError, match="All codes are the same"):
        ANALYSES["projection"](context(silent))


def test_a_projection_that_another_replaces_is_waited_for_no_longer_but_the_shadow_of_it_is(monkeypatch):
    tab, left = Memory(), []
    monkeypatch.setattr(
        Laboratory,
        "engine",
        SimpleNamespace(
            live=lambda run: None,
            store=SimpleNamespace(checkpoint=lambda run: 1),
            analyse=lambda run, name, asked, seed: Job(leave=lambda: left.append((run, *asked.values()))),
        ),
    )
    monkeypatch.setattr(analyses, "PATIENCE", 0)
    for page in (analyses, projected):
        monkeypatch.setattr(page, "memory", lambda: tab)
    first, second = SimpleNamespace(id="a"), SimpleNamespace(id="b")
    turned = [(first, "tsne", 5), (first, "tsne", 5), (first, "tsne", 6), (second, "tsne", 6), (first, "pca", 6)]
    for record, method, perplexity in [*turned, turned[0]]:
        asked = {"method": method, "perplexity": perplexity}
        projected._leave_the_last(record, asked)
        analyses.analysed(record, project, "Points", **asked)
    assert left == [("a", "tsne", 5), ("a", "tsne", 6), ("b", "tsne", 6)]
    assert len(tab.jobs) == 2


@pytest.mark.parametrize(("latents", "length", "tools"), [
    (2, 64, ["walk", "between", "draw"]),
    (4000, 64, ["draw"]),
    (2, MOST_PLACES + 1, ["walk", "between"]),
])  # fmt: skip
def test_hands_ask_for_no_more_than_a_question_holds(latents, length, tools):
    spec = replace(load_dataset("waves").spec, shape=(length, 1))
    record = SimpleNamespace(id="a", config=SimpleNamespace(model="autoencoder", hyperparameters=None), spec=spec)
    shown = SimpleNamespace(samples=np.zeros((1, *spec.shape), np.float32), codes=np.zeros((1, latents)), axes=None)
    assert hands_of(record, shown, "validation")["tools"] == tools
