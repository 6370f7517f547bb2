"""Codes in two or three dimensions: faithful where they can be, and honest about how far."""

import itertools

import numpy as np
import pytest

from core import load_dataset
from core.analysis import ANALYSES
from core.analysis.projection import METHODS, neighbourhoods
from core.analysis.result import Counts
from core.errors import LatentLabError
from pages.ui.cloud import by_factor
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
    assert neighbourhoods(codes, 3 * codes) == (10, 1.0, 1.0)
    _, trustworthiness, kept = neighbourhoods(codes, np.random.default_rng(1).permutation(codes))
    assert trustworthiness < 0.6
    assert kept < 0.1


def test_many_samples_are_shown_in_part_and_counted():
    result = ANALYSES["projection"](context(data=blobs(test=2500)))
    assert result.counts == Counts(shown=2000, held_out=2500, fitted=200, training=200)
    assert len(result.points) == 2000
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
