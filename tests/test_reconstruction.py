"""Reconstructions against those of PCA, and their signal-to-noise ratio."""

import numpy as np
import pytest
import torch

import core
from core import DATASETS, MODELS, RunConfig
from core.analysis import ANALYSES, Context
from core.analysis.reconstruction import psnr
from tests.making import context


def linear_autoencoder(config, components, mean):
    """The model of `config`, its one layer either way set to PCA's."""
    model = MODELS["autoencoder"](config.hyperparameters, DATASETS[config.dataset].spec)
    (encoder,), (decoder,) = ([part for part in net.modules() if isinstance(part, torch.nn.Linear)]
                              for net in (model.encoder, model.decoder))  # fmt: skip
    components, mean = torch.tensor(components), torch.tensor(mean)
    encoder.weight.data, encoder.bias.data = components, -components @ mean
    decoder.weight.data, decoder.bias.data = components.T.contiguous(), mean
    return model


def test_a_linear_autoencoder_with_the_weights_of_pca_reconstructs_like_pca():
    config = RunConfig(dataset="digits", model="autoencoder", hyperparameters={"latent_size": 5, "hidden_sizes": []})
    data = core.load_dataset("digits")
    # The yardstick by way of the singular value decomposition, apart from the code under test.
    train = data.train.x.flatten(1).numpy()
    components = np.linalg.svd(train - train.mean(axis=0), full_matrices=False)[2][:5]
    model = linear_autoencoder(config, components, train.mean(axis=0))
    result = ANALYSES["reconstruction"](Context(model, data, config))
    np.testing.assert_allclose(result.reconstructions, result.pca_reconstructions, atol=1e-4)
    np.testing.assert_allclose(result.errors, result.pca_errors, atol=1e-5)
    assert result.model_psnr == pytest.approx(result.pca_psnr, abs=0.01)
    assert result.pca_mse < result.mean_mse
    assert result.size == 5
    # The yardstick's reconstruction is PCA's.
    x, mean = result.originals.reshape(len(result.originals), -1), train.mean(axis=0)
    again = (x - mean) @ components.T @ components + mean
    np.testing.assert_allclose(again.reshape(result.originals.shape), result.pca_reconstructions, atol=1e-5)


def test_reconstruction_errors_are_sorted_and_belong_to_their_samples():
    run = core.fit(RunConfig(dataset="digits", model="autoencoder", steps=5))
    result = ANALYSES["reconstruction"](Context(run.model, run.dataset, run.config))
    errors = ((result.originals - result.reconstructions) ** 2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(result.errors, errors, rtol=1e-4)
    assert (np.diff(result.errors[result.order]) <= 0).all()
    assert sorted(result.order) == list(range(len(run.dataset.test.x)))
    assert result.model_mse == pytest.approx(float(errors.mean()), rel=1e-4)
    # Knobs are turned by other samples.
    seen = {sample.tobytes() for sample in run.history[-1].originals}
    assert not seen & {sample.tobytes() for sample in result.originals}


def test_pca_takes_no_more_components_than_there_are_dimensions():
    wide = context(model="sparse_autoencoder")
    wide.model.latents = 64
    result = ANALYSES["reconstruction"](wide)
    assert result.size == 3
    assert result.pca_mse < 1e-10
    assert result.pca_is_exact
    wide.model.latents = 2
    assert not ANALYSES["reconstruction"](wide).pca_is_exact


@pytest.mark.parametrize(("mse", "value_range", "decibels"), [(0.01, 1.0, 20.0), (0.04, 2.0, 20.0), (1.0, 1.0, 0.0)])
def test_psnr_is_ten_decibels_for_each_power_of_ten(mse, value_range, decibels):
    assert psnr(mse, value_range) == pytest.approx(decibels)


def test_a_perfect_reconstruction_has_a_finite_psnr():
    assert 100 < ANALYSES["reconstruction"](context()).model_psnr < 200
