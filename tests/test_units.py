"""The units of a code: who is dead, and what each adds, where the answer is known."""

import numpy as np
import pytest
import torch

import core
from core import DATASETS, MODELS, RunConfig
from core.analysis import Context
from core.analysis.units import DECODED, survey
from core.training.loop import Training
from core.units import added, turned
from tests.making import Mirror, blobs, config_of, context


def test_a_linear_decoder_adds_its_weights():
    config = RunConfig(dataset="digits", model="autoencoder", hyperparameters={"latent_size": 3, "hidden_sizes": []})
    model = MODELS["autoencoder"](config.hyperparameters, DATASETS["digits"].spec)
    model.initialize(torch.Generator().manual_seed(0))
    with torch.no_grad():
        result = survey(Context(model, core.load_dataset("digits"), config))
    (layer,) = (part for part in model.decoder if isinstance(part, torch.nn.Linear))
    atoms = layer.weight.detach().numpy().T.reshape(3, 1, 8, 8)[result.order]
    reach = np.ptp(result.activations, axis=0)[result.order].reshape(3, 1, 1, 1)
    np.testing.assert_allclose(result.loud - result.quiet, reach * atoms, atol=1e-5)
    assert not result.sigmoid
    assert result.target is None
    assert (np.diff(result.spreads[result.order]) <= 0).all()


def test_sparse_codes_are_silent_or_loud():
    config = RunConfig(dataset="digits", model="sparse_autoencoder", hyperparameters={"latent_size": 80})
    model = MODELS["sparse_autoencoder"](config.hyperparameters, DATASETS["digits"].spec)
    model.initialize(torch.Generator().manual_seed(0))
    # Two units are shut for good.
    with torch.no_grad():
        model.encoder[-1].bias[:2] = -50
        result = survey(Context(model, core.load_dataset("digits"), config))
    assert result.sigmoid
    assert result.target == 0.05
    assert result.dead == 2
    np.testing.assert_array_equal(result.activity == 0, np.arange(80) < 2)
    assert result.active == pytest.approx((result.activations > 0.1).mean())
    assert result.mean == pytest.approx(result.means.mean())
    assert result.loud.shape == (DECODED, 1, 8, 8)
    assert not {0, 1} & {*result.order.tolist()}


def test_one_unit_at_a_time_is_turned():
    codes = np.array([[0.0, 4.0], [2.0, 8.0]], dtype=np.float32)
    assert turned(codes, np.array([1, 0]), codes.max(axis=0)).tolist() == [[1.0, 8.0], [2.0, 6.0]]


def test_what_a_unit_adds_stands_around_the_middle_of_the_range():
    quiet, loud = np.zeros((1, 4)), np.array([[0.0, 0.5, -1.0, 1.0]])
    np.testing.assert_allclose(added(quiet, loud, (0.0, 2.0)), [[1.0, 1.5, 0.0, 2.0]], atol=0.02)


@pytest.mark.parametrize("sparsity", ["none", "kl"])
def test_parts_of_sparse_units_can_be_watched(sparsity):
    training = Training(config_of("sparse_autoencoder", sparsity=sparsity, latent_size=20))
    units = training.snapshot().units
    if sparsity == "none":
        assert units is None
    else:
        assert units.shape == (20, 1, 8, 8)
        assert np.abs(units - 0.5).max() >= 0.5


def test_codes_that_are_not_decoded_have_activity_alone():
    searching = Mirror()
    searching.autoencodes = False
    result = survey(context(searching, blobs()))
    assert result.loud is result.quiet is None
    assert result.activity.shape == (3,)
