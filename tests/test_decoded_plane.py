"""The plane of codes, decoded while a model trains, and samples of a Gaussian fitted to codes."""

import numpy as np
import pytest
import torch

from core import Snapshot
from core.inference import decode
from core.plane import Plane, lattice
from core.training.loop import Training
from core.training.observer import fitted
from tests.making import config_of


def looked_at(dataset="digits", model="autoencoder", **settings):
    """A model that has learned a little, and what is seen of it then."""
    training = Training(config_of(model, dataset, steps=20, **settings))
    training.advance()
    return training, training.snapshot()


def decoded_by_hand(training, codes):
    return decode(training.model.eval(), torch.tensor(np.stack(codes), dtype=torch.float32))


def test_two_latents_are_decoded_where_they_lie():
    training, snapshot = looked_at(latent_size=2)
    (left, bottom), (right, top) = snapshot.frame
    assert np.array_equal(snapshot.lattice, snapshot.frame)
    assert len(snapshot.decoded) == 64
    corner = [left + (right - left) / 16, top - (top - bottom) / 16]
    # The third of the second row.
    inside = [left + 5 * (right - left) / 16, top - 3 * (top - bottom) / 16]
    by_hand = decoded_by_hand(training, [corner, inside])
    np.testing.assert_allclose(snapshot.decoded[[0, 10]], by_hand, rtol=1e-4, atol=1e-5)


def test_one_latent_is_decoded_along_a_line():
    training, snapshot = looked_at(latent_size=1)
    (left, low), (right, high) = snapshot.lattice
    assert low == high == 0
    by_hand = decoded_by_hand(training, [[left + (k + 0.5) * (right - left) / 8] for k in range(8)])
    np.testing.assert_allclose(snapshot.decoded, by_hand, rtol=1e-4, atol=1e-5)


def test_more_latents_are_decoded_on_their_principal_axes_through_their_mean():
    training, snapshot = looked_at(latent_size=5)
    axes, mean = training.observer.planes["codes"].axes, snapshot.codes.mean(axis=0)
    x, y = lattice(*snapshot.lattice, 8, 8)[10]
    by_hand = mean + (x - mean @ axes[:, 0]) * axes[:, 0] + (y - mean @ axes[:, 1]) * axes[:, 1]
    np.testing.assert_allclose(snapshot.decoded[[10]], decoded_by_hand(training, [by_hand]), rtol=1e-3, atol=1e-4)
    # Back on the plane they lie where they came from.
    places = lattice(*snapshot.frame, 3, 3)
    plane = Plane()
    plane.flatten(snapshot.codes)
    np.testing.assert_allclose(plane.lift(places, snapshot.codes) @ plane.axes, places, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("model", "dataset", "settings", "shape"),
    [
        ("autoencoder", "ring", {"latent_size": 1}, (256, 2)),
        ("autoencoder", "ring", {"latent_size": 3}, (256, 2)),
        ("autoencoder", "wine", {"latent_size": 2}, (36, 13)),
        ("recurrent_autoencoder", "waves", {"latent_size": 3, "hidden_size": 4}, (36, 64, 1)),
        ("vae", "digits", {"latent_size": 2}, (64, 1, 8, 8)),
    ],
)
def test_every_kind_of_data_has_a_lattice(model, dataset, settings, shape):
    _, snapshot = looked_at(dataset, model, **settings)
    assert snapshot.decoded.shape == shape
    # A model with a prior is sampled from that.
    assert (snapshot.fitted is None) is (model == "vae")


@pytest.mark.parametrize(("model", "dataset"), [("gan", "ring"), ("recurrent_clustering", "waves")])
def test_codes_that_are_not_decoded_have_no_lattice(model, dataset):
    snapshot = Training(config_of(model, dataset)).snapshot()
    assert snapshot.codes is not None
    assert (snapshot.decoded, snapshot.lattice, snapshot.fitted) == (None, None, None)


def test_samples_have_the_mean_and_the_covariance_of_codes():
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(300, 3)) @ rng.normal(size=(3, 3)) + [5, 0, -2]).astype(np.float32)
    drawn = fitted(codes, 40_000, seed=0).numpy()
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(codes.T, bias=True), rtol=0.05, atol=0.05)


def test_a_draw_goes_along_when_codes_are_turned():
    codes = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    quarter = np.array([[0, 1], [-1, 0]], np.float32)
    np.testing.assert_allclose(fitted(codes @ quarter, 9, 0), fitted(codes, 9, 0).numpy() @ quarter, atol=1e-5)


def test_a_snapshot_from_before_opens_without_a_lattice():
    _, snapshot = looked_at(latent_size=2)
    views = {name: view for name, view in snapshot.views.items() if name not in ("decoded", "lattice", "fitted")}
    before = Snapshot(
        step=snapshot.step,
        steps=snapshot.steps,
        seconds=snapshot.seconds,
        metrics=snapshot.metrics,
        value_range=snapshot.value_range,
        **views,
    )
    opened = Snapshot.from_bytes(before.to_bytes())
    assert opened.views.keys() == views.keys()
    assert opened.decoded is None
