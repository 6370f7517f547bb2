"""Noise taken off by yardsticks whose answers are known, and by models that do nothing or know everything."""

import numpy as np
import pytest
import torch

from core.analysis.denoising import LEVELS, best_components, denoise, rebuilt, wiener
from core.analysis.principal import fit_pca
from core.training.loop import Training
from tests.making import Mirror, blobs, config_of, context, made, rng

RANGE = (-50.0, 50.0)


def rows(n=4000, seed=0):
    """Rows of six dimensions, two of which vary much, one little, and the rest next to nothing."""
    spread = np.array([3.0, 2.0, 0.25, 0.01, 0.01, 0.01])
    turn = np.linalg.qr(np.random.default_rng(9).normal(size=(6, 6)))[0]
    return (np.random.default_rng(seed).normal(size=(n, 6)) * spread) @ turn + 5.0


def test_the_wiener_filter_is_the_linear_answer_with_the_least_error():
    clean, sigma = rows(), 0.5
    noisy = clean + sigma * np.random.default_rng(1).normal(size=clean.shape)
    answer = wiener(fit_pca(clean, 6), noisy, sigma)
    # μ + C (C + σ² I)⁻¹ (x̃ − μ), by the covariance itself.
    covariance, mean = np.cov(clean.T), clean.mean(axis=0)
    expected = mean + (noisy - mean) @ np.linalg.inv(covariance + sigma**2 * np.eye(6)) @ covariance
    np.testing.assert_allclose(answer, expected, atol=1e-8)
    # Least squares from noisy to clean finds nothing better that is linear.
    inputs = np.column_stack([noisy, np.ones(len(noisy))])
    fitted = inputs @ np.linalg.lstsq(inputs, clean, rcond=None)[0]
    assert np.square(answer - clean).mean() == pytest.approx(np.square(fitted - clean).mean(), rel=0.01)


def test_pca_keeps_the_components_that_stand_out_of_the_noise():
    # A component pays where its variance is above the noise's: 9, 4, 0.0625 and 0.0001.
    assert best_components(rows(), (0.001, 0.1, 0.5, 2.5), RANGE) == [6, 3, 2, 1]


def test_leading_components_are_those_of_pca():
    clean = rows(300)
    pca = fit_pca(clean, 2)
    np.testing.assert_allclose(rebuilt(fit_pca(clean, 6), clean, 2), pca.inverse_transform(pca.transform(clean)))


def test_a_model_that_copies_leaves_the_noise_and_is_no_worse_than_nothing():
    data = blobs()
    result = denoise(context(Mirror(), data))
    assert result.levels.tolist() == list(LEVELS)
    assert result.components.tolist() == [3, 3, 3, 3]
    for level, each in zip(result.levels, result.repaired, strict=True):
        # Both are held inside the range.
        assert each.noisy == pytest.approx(level**2, rel=0.2)
        assert each.model == each.noisy
        assert each.wiener < each.noisy
        assert not each.is_worse


class Mean(Mirror):
    """Every sample is rebuilt as zeros, whatever it is."""

    def decode(self, z):
        return torch.zeros_like(z)


def test_a_model_that_loses_more_than_the_noise_is_worse_than_nothing():
    result = denoise(context(Mean(), blobs()))
    assert all(each.is_worse for each in result.repaired)
    assert len({each.model for each in result.repaired}) == 1


def test_a_model_that_searches_is_asked_for_few_samples():
    searching = Mirror()
    searching.autoencodes = False
    assert denoise(context(searching, blobs(test=300))).counts.shown == 200


def test_noise_removed_is_measured_while_an_autoencoder_of_pictures_trains():
    network = made("autoencoder", "digits").requires_grad_(False)
    x = torch.full((400, 1, 8, 8), 0.5)
    # What is seen of the noise is brought to 0.01 by an answer that is off by 0.1 everywhere, and left by a copy.
    network.encode, network.decode = torch.clone, lambda z: torch.full_like(z, 0.6)
    seen = np.square(np.clip(np.random.default_rng(0).normal(0, 0.3, 100_000), -0.5, 0.5)).mean()
    assert float(network.noise_removed(x, rng())) == pytest.approx(10 * np.log10(seen / 0.01), abs=0.1)
    network.decode = torch.clone
    assert float(network.noise_removed(x, rng())) == 0


def test_noise_removed_is_measured_of_pictures_alone():
    assert "test_noise_removed" in Training(config_of("denoising_autoencoder", "digits")).snapshot().metrics
    assert "test_noise_removed" not in Training(config_of("denoising_autoencoder", "ring")).snapshot().metrics
