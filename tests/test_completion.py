"""Completion: holes where they are said to be, and what fills them is right where the right value is known."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.impute import KNNImputer
from streamlit.testing.v1 import AppTest

from core import RunConfig
from core.analysis import ANALYSES, Context
from core.analysis.completion import COMPONENTS, ERRORS, HOLES, LETTERS, best_pca, by_components, by_neighbours
from core.analysis.principal import fit_pca, leading
from core.dataset import Dataset, DataSpec, Split
from core.errors import LatentLabError
from core.filling import FILLS, REPEATED, fill, fill_hole, search
from core.nn.inversion import invert
from core.training.loop import Training
from pages.ui import use_completion
from pages.ui.use_completion import _said
from tests.making import CENTRES, Mirror, context, made


class Rebuilds(Mirror):
    """A mirror without a prior."""

    capabilities = frozenset({"encode", "decode", "reconstruct"})
    latents = 3


class Snap(Rebuilds):
    """Rebuilds a sample as the centre that is nearest to it."""

    def decode(self, z):
        return CENTRES[torch.cdist(z, CENTRES).argmin(dim=1)]


@pytest.mark.parametrize(
    ("shape", "hidden"), [((1, 8, 8), 16), ((3, 5, 6), 3 * 2 * 3), ((8, 2), 4), ((8,), 2), ((2,), 1)]
)
def test_the_centre_quarter_is_in_the_centre(shape, hidden):
    seen = HOLES["centre"].seen(shape, np.random.default_rng(0))
    assert seen.shape == shape
    assert (seen == 0).sum() == hidden
    if shape == (1, 8, 8):
        np.testing.assert_array_equal(np.argwhere(seen[0] == 0)[[0, -1]], [[2, 2], [5, 5]])


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 6, 6), (8, 2), (8,), (2,)])
def test_half_is_hidden_at_random_in_all_channels_and_a_block_lies_anywhere(shape):
    rng = np.random.default_rng(0)
    many = [HOLES["random"].seen(shape, rng) for _ in range(40)]
    assert {float(seen.mean()) for seen in many} == {0.5}
    assert len({seen.tobytes() for seen in many}) > 1
    if len(shape) == 3:
        assert all((seen == seen[:1]).all() for seen in many)
    blocks = [HOLES["block"].seen(shape, rng) for _ in range(40)]
    assert {float(seen.mean()) for seen in blocks} == {0.75 if len(shape) == 3 else 0.5}
    assert len({seen.tobytes() for seen in blocks}) > 1


def test_neighbours_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    train, x = rng.normal(size=(60, 6)), rng.normal(size=(20, 6))
    seen = (rng.random((20, 6)) < 0.5).astype(float)
    seen[:, 0] = 1
    ours = np.where(seen == 1, x, by_neighbours(train, x, seen))
    theirs = KNNImputer(n_neighbors=5).fit(train).transform(np.where(seen == 1, x, np.nan))
    np.testing.assert_allclose(ours, theirs)


def test_pca_gives_what_is_to_be_expected_under_its_gaussian():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3)) @ rng.normal(size=(3, 8)) + 0.3 * rng.normal(size=(200, 8)) + 2
    pca = fit_pca(x, 3)
    seen = (rng.random(x.shape) < 0.6).astype(float)
    filled = by_components(pca, x, seen)
    covariance = pca.get_covariance()
    for row in range(20):
        here, gone = seen[row] == 1, seen[row] == 0
        # E[x_h | x_s] = μ_h + C_hs C_ss⁻¹ (x_s − μ_s)
        weights = covariance[np.ix_(gone, here)] @ np.linalg.inv(covariance[np.ix_(here, here)])
        expected = pca.mean_[gone] + weights @ (x[row] - pca.mean_)[here]
        np.testing.assert_allclose(filled[row][gone], expected, rtol=1e-6)


def test_pca_finds_what_lies_in_its_plane():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2)) @ rng.normal(size=(2, 8))
    seen = np.ones_like(x)
    seen[:, 3] = 0
    np.testing.assert_allclose(by_components(fit_pca(x, 2), x, seen), x, atol=0.01)


def test_leading_components_are_the_pca_that_scikit_learn_fits_with_fewer():
    x = np.random.default_rng(0).normal(size=(100, 6)) * [5, 4, 3, 2, 1, 0.5]
    for most in (6, 4):
        fewer, wanted = leading(fit_pca(x, most), 2), fit_pca(x, 2)
        np.testing.assert_allclose(np.abs(fewer.components_), np.abs(wanted.components_), rtol=1e-6)
        np.testing.assert_allclose(fewer.explained_variance_, wanted.explained_variance_)
        assert fewer.noise_variance_ == pytest.approx(wanted.noise_variance_)
        np.testing.assert_allclose(fewer.get_covariance(), wanted.get_covariance(), atol=1e-9)


def test_pca_has_the_components_that_fill_such_holes_best_whatever_the_size_of_the_code():
    rng = np.random.default_rng(0)
    seen = (rng.random((100, 20)) < 0.5).astype(float)
    for size in (2, 6):
        x = rng.normal(size=(400, size)) @ rng.normal(size=(size, 20)) + 0.1 * rng.normal(size=(400, 20))
        # One that has the variance of the noise adds next to nothing.
        assert size <= best_pca(x, seen).n_components_ <= size + 2
    found = ANALYSES["completion"](context(Rebuilds()), hole="centre")
    assert found.components in COMPONENTS


def test_of_words_letters_are_counted():
    """Words of three letters after each other, "abc" or "bca" or "cab", and a model that rebuilds each as "abc"."""

    class Says(Rebuilds):
        def reconstruct(self, x):
            return 0.6 * torch.eye(4)[[1, 2, 3]].expand_as(x)

    letters = torch.tensor([[1, 2, 3], [1, 2, 3], [2, 3, 1], [3, 1, 2]]).repeat(25, 1)
    part = Split(torch.eye(4)[letters], None)
    spec = DataSpec("sequence", (3, 4), (0.0, 1.0), alphabet=" abc")
    ready = Context(
        Says(), Dataset("words", part, part, part, spec), RunConfig(dataset="surnames", model="recurrent_gan")
    )
    found = ANALYSES["completion"](ready, hole="centre")
    assert found.right.shape == (4, 100)
    # The second letter of three is gone: "b" in every other word, which is also the most frequent one there.
    assert found.letters == found.mean_letters == 0.5
    assert found.knn_letters == 1
    assert found.spreads["letters"] == pytest.approx(np.sqrt(0.25 / 99))
    assert found.spreads.keys() == {*ERRORS, *LETTERS}
    assert _said(found).startswith("Here five neighbours fill")
    # By squared errors, half of a probability everywhere would count.
    assert ANALYSES["completion"](context(Rebuilds())).right is None


def test_a_hole_that_is_brushed_into_a_word_is_judged_as_the_score_beside_it_by_letters():
    class Says(Rebuilds):
        def reconstruct(self, x):
            return 0.6 * torch.eye(4)[[1, 2, 3]].expand_as(x)

    spec = DataSpec("sequence", (3, 4), (0.0, 1.0), alphabet=" abc")
    word, mean = np.eye(4, dtype=np.float32)[[1, 3, 3]], np.full((1, 3, 4), 0.25, np.float32)
    mean[..., 3] = 0.3
    # Of "acc" the last two are gone: the model says "bc", the mean "cc".
    assert fill_hole(Says(), spec, word, mean, [1, 2], None).scores == {"filled": 0.5, "mean": 1.0}


def test_a_network_that_runs_away_stays_inside_the_values_of_the_data():
    class Doubles(Rebuilds):
        def decode(self, z):
            return 2 * z + 1

    ready = context(Doubles())
    found = ANALYSES["completion"](ready, hole="random")
    low, high = ready.dataset.spec.value_range
    assert found.filled.min() >= low
    assert found.filled.max() <= high


def test_a_mirror_leaves_the_mean_and_what_is_seen_as_it_is():
    found = ANALYSES["completion"](context(Rebuilds()), hole="random")
    assert found.mse == pytest.approx(found.mean_mse)
    for filled in (found.filled, found.neighbours, found.principal):
        np.testing.assert_array_equal(filled[found.seen == 1], found.originals[found.seen == 1])
    hidden = found.seen == 0
    assert found.losses.shape == (len(ERRORS), 80)
    one = np.square(found.filled - found.originals)[0][hidden[0]].mean()
    assert found.losses[0, 0] == pytest.approx(one, rel=1e-5)
    # The model's answer is the mean in all of them.
    np.testing.assert_allclose(found.losses[0], found.losses[-1], rtol=1e-5)


def test_a_single_hole_has_a_spread_over_samples_and_decibels_by_hand():
    found = ANALYSES["completion"](context(Snap()), hole="centre")
    hidden = found.seen == 0
    for name, filled in {"mse": found.filled, "knn_mse": found.neighbours, "pca_mse": found.principal}.items():
        gaps = np.square(filled - found.originals)[hidden].reshape(80, -1).mean(axis=1)
        assert getattr(found, name) == pytest.approx(gaps.mean(), rel=1e-5)
        assert found.spreads[name] == pytest.approx(gaps.std(ddof=1) / np.sqrt(80), rel=1e-4) != 0
        # Values reach from −3 to 3.
        assert found.psnrs[name] == pytest.approx(10 * np.log10(36 / gaps.mean()), rel=1e-5)


def test_the_best_is_only_said_where_samples_agree():
    found = ANALYSES["completion"](context(Rebuilds()), hole="centre")
    losses = np.ones((4, 80))
    # Ahead of all in half of the samples, behind in the others: better by a hair on average.
    losses[0] += np.where(np.arange(80) % 2, 0.5, -0.51)
    assert _said(replace(found, losses=losses)).startswith("The model and five neighbours fill these holes equally")
    losses[0] = 0.99
    assert _said(replace(found, losses=losses)) == "The model fills these holes best, before five neighbours."
    losses[2] = 0.9
    assert _said(replace(found, losses=losses)) == "Here PCA fills holes better than this model."


def test_a_model_that_knows_the_groups_fills_better_than_the_mean():
    found = ANALYSES["completion"](context(Snap()), hole="random")
    assert found.mse < 0.9 * found.mean_mse
    with pytest.raises(LatentLabError, match="no hole called 'square'"):
        ANALYSES["completion"](context(), hole="square")


def test_a_generator_is_searched_by_what_is_seen_alone():
    to_four = torch.tensor([[1.0, 0.0, 1.0, -1.0], [0.0, 1.0, 1.0, 2.0]])
    z = torch.tensor([[0.5, -0.3], [-1.0, 0.8]])
    x = z @ to_four
    holed, seen = x.clone(), torch.ones_like(x)
    holed[:, 2:], seen[:, 2:] = 50.0, 0.0
    starts = torch.randn(30, 2, generator=torch.Generator().manual_seed(0))
    found = invert(lambda z: z @ to_four, holed, starts, 3.0, seen)
    torch.testing.assert_close(found, z, atol=0.02, rtol=0)
    # The hole is no part of the error; with it, what is found is elsewhere.
    assert (invert(lambda z: z @ to_four, holed, starts, 3.0) - z).abs().max() > 0.5


@pytest.mark.parametrize(("noise", "passes"), [("block", 1), ("masking", 1 + REPEATED)])
def test_one_that_was_trained_with_values_at_zero_sees_the_hole_at_zero_first(noise, passes):
    class Trained(Rebuilds):
        hyperparameters = SimpleNamespace(noise=noise)
        looked_at = ()

        def reconstruct(self, x):
            self.looked_at = (*self.looked_at, x)
            return 7.0 + x

    network, x, seen = Trained(), torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[1.0, 0.0, 1.0]])
    # 7 more each time, and 9 at most.
    wanted = 7.0 if passes == 1 else 9.0
    torch.testing.assert_close(fill(network, x, seen, (0.0, 9.0)), torch.tensor([[1.0, wanted, 3.0]]))
    assert [each[0, 1] for each in network.looked_at[:2]] == [0.0, 7.0][:passes]
    assert len(network.looked_at) == passes


def test_a_search_that_goes_on_comes_nearer_and_keeps_its_ways_apart():
    network = made("vae", "digits", latent_size=2)
    x, seen = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0)), torch.ones(1, 1, 8, 8)
    seen[..., 2:6, 2:6] = 0
    filled, codes = search(network, x, seen)
    assert (filled.shape, codes.shape) == ((FILLS, 1, 8, 8), (FILLS, 2))
    assert len(np.unique(codes, axis=0)) == FILLS
    np.testing.assert_array_equal(filled[:, seen[0] == 1], x.expand(FILLS, 1, 8, 8)[:, seen[0] == 1])

    def gap(codes):
        with torch.no_grad():
            return ((network.decode(torch.from_numpy(codes)) - x) * seen).square().flatten(1).sum(dim=1)

    assert (gap(search(network, x, seen, torch.from_numpy(codes))[1]) <= gap(codes)).all()


@pytest.mark.parametrize(("shape", "missing"), [((3, 2, 4), [5]), ((6, 2), [5]), ((6,), [5])])
def test_a_brushed_place_is_filled_in_all_channels_and_measured_beside_the_mean(shape, missing):
    sample, mean = np.random.default_rng(0).random((2, *shape), dtype=np.float32)

    class Keeps(Rebuilds):
        def reconstruct(self, x):
            return x

    network = Keeps()
    spec = DataSpec("vector", shape, (0.0, 1.0))
    found = fill_hole(network, spec, sample, mean, missing, None)
    hidden = np.zeros(shape[1:] if len(shape) == 3 else shape[:1], bool)
    hidden.reshape(-1)[missing] = True
    where = np.broadcast_to(hidden if len(shape) == 3 else hidden[:, None] if len(shape) == 2 else hidden, shape)
    # What rebuilds all as it is leaves in the hole what it was begun with.
    np.testing.assert_allclose(found.fills[0][where], mean[where], rtol=1e-6)
    np.testing.assert_array_equal(found.fills[0][~where], sample[~where])
    wanted = np.square(mean - sample)[where].mean()
    assert found.scores == pytest.approx({"filled": wanted, "mean": wanted})
    assert found.codes is None
    with pytest.raises(IndexError):
        fill_hole(network, spec, sample, mean, [10_000], None)


def page(record):
    from pages.ui.use_completion import completion

    completion(record)


def test_fills_of_points_are_drawn_on_the_plane(monkeypatch):
    config = RunConfig(dataset="two_moons", model="autoencoder", steps=1, hyperparameters={"latent_size": 1})
    training = Training(config)
    few = replace(training.dataset, test=training.dataset.test[:20])
    found, drawn = ANALYSES["completion"](Context(training.model.eval(), few, config)), []
    monkeypatch.setattr(use_completion, "analysed", lambda *asked, **parameters: found)
    monkeypatch.setattr(use_completion.st, "plotly_chart", lambda figure, **_: drawn.append(figure))
    record = SimpleNamespace(id="run", config=config, spec=training.dataset.spec)
    app = AppTest.from_function(page, kwargs={"record": record}).run()
    assert not app.exception
    (figure,) = drawn
    original, filled = (np.stack([trace.x, trace.y], axis=1) for trace in figure.data[:2])
    np.testing.assert_array_equal(original, found.originals)
    np.testing.assert_array_equal(filled, found.filled)
    # One number of each point is hidden, and only that one is filled in.
    assert (found.seen.sum(axis=1) == 1).all()
    assert ((filled != original) <= (found.seen == 0)).all()
