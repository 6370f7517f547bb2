"""Random kernels against a loop over time, and quantiles by hand."""

import numpy as np
import pytest
import torch

from core.analysis import ANALYSES
from core.analysis.rocket import quantiles, random_kernel_features, rocket
from core.dataset import Dataset, DataSpec, Split
from tests.making import Mirror, normal
from tests.making import context as context_of


def test_a_kernel_is_a_dilated_product_and_its_features_the_maximum_and_the_share_above_nothing(monkeypatch):
    seen = []
    convolved = torch.nn.functional.conv1d

    def watched(series, kernel, bias, dilation, padding):
        seen.append((series, kernel, bias, dilation, padding))
        return convolved(series, kernel, bias, dilation=dilation, padding=padding)

    monkeypatch.setattr("core.analysis.rocket.F.conv1d", watched)
    found = random_kernel_features(normal(3, 20, 2), kernels=12)
    assert found.shape == (3, 24)
    at = 0
    for series, kernel, bias, dilation, padding in seen:
        np.testing.assert_allclose(kernel.sum(dim=2), 0, atol=1e-5)
        assert (kernel.shape[2] - 1) * dilation < 20
        assert padding in (0, (kernel.shape[2] - 1) * dilation // 2)
        wide = np.pad(series.numpy(), ((0, 0), (0, 0), (padding, padding)))
        reach = dilation * np.arange(kernel.shape[2])
        last = wide.shape[2] - reach[-1]
        for number, (weights, shift) in enumerate(zip(kernel.numpy(), bias.numpy(), strict=True)):
            answers = np.stack(
                [(wide[:, :, t + reach] * weights).sum(axis=(1, 2)) + shift for t in range(last)], axis=1
            )
            np.testing.assert_allclose(found[:, at + number], answers.max(axis=1), rtol=1e-4, atol=1e-5)
            share = found[:, at + len(kernel) + number]
            np.testing.assert_allclose(share, (answers > 0).mean(axis=1), atol=0.04)
        at += 2 * len(kernel)


def test_kernels_are_drawn_as_the_paper_says(monkeypatch):
    drawn = []

    def noted(series, kernel, bias, dilation, padding):
        drawn.extend((kernel.shape[2], dilation, padding, float(b), w) for w, b in zip(kernel[:, 0], bias, strict=True))
        return torch.zeros(1, len(kernel), 1)

    monkeypatch.setattr("core.analysis.rocket.F.conv1d", noted)
    random_kernel_features(normal(1, 64, 1), kernels=3000)
    lengths, dilations, paddings, biases, weights = zip(*drawn, strict=True)
    assert len(drawn) == 3000
    for length in (7, 9, 11):
        dilated = np.array([d for of, d in zip(lengths, dilations, strict=True) if of == length])
        assert len(dilated) / 3000 == pytest.approx(1 / 3, abs=0.03)
        # 2^a rounded down is 1 for a below 1, of all up to log₂((T − 1) / (l − 1)).
        assert (dilated == 1).mean() == pytest.approx(1 / np.log2(63 / (length - 1)), abs=0.05)
        assert dilated.max() == 63 // (length - 1)
        spread = np.concatenate([w for of, w in zip(lengths, weights, strict=True) if of == length]).std()
        assert spread == pytest.approx(np.sqrt(1 - 1 / length), abs=0.02)
    assert np.mean(np.array(paddings) > 0) == pytest.approx(0.5, abs=0.03)
    # U(−1, 1)
    assert np.std(biases) == pytest.approx(1 / np.sqrt(3), abs=0.02)
    assert max(np.abs(biases)) <= 1


def test_the_height_and_the_place_of_a_series_are_not_seen():
    x = normal(4, 30, 1)
    torch.testing.assert_close(
        random_kernel_features(3 * x + 5, 40), random_kernel_features(x, 40), atol=1e-4, rtol=1e-4
    )


@pytest.mark.parametrize("shape", [(20, 2, 1), (20, 8, 8), (20, 64, 3)])
def test_series_of_any_length_have_features_that_are_finite(shape):
    for rows in rocket(normal(*shape), torch.zeros(shape)):
        assert np.isfinite(rows).all()


def test_quantiles_know_how_large_values_and_steps_are_and_no_more():
    x = torch.tensor([0.0, 1, -3, 2, 0, 0, 0, 0, 0, 0, -10]).reshape(1, 11, 1)
    values, steps = quantiles(x)[0, :11], quantiles(x)[0, 11:]
    # |values| in order: eight of them quantile by quantile.
    np.testing.assert_allclose(values, [0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 10])
    assert (steps[0], steps[-1]) == (0, 10)
    # Neither forwards from backwards nor, of values, the order.
    np.testing.assert_allclose(quantiles(x.flip(1)), quantiles(x), atol=1e-6)
    shuffled = quantiles(x[:, torch.tensor([3, 10, 0, 5, 1, 9, 2, 8, 4, 7, 6])])[0]
    np.testing.assert_allclose(shuffled[:11], values, atol=1e-6)
    assert not np.allclose(shuffled[11:], steps)


def test_series_of_two_roughnesses_are_told_apart_by_both_and_by_no_raw_value():
    rng = np.random.default_rng(0)
    y = torch.from_numpy(rng.integers(2, size=200))
    smooth = torch.linspace(0, 12, 40) + torch.from_numpy(rng.uniform(0, 6, (200, 1))).float()
    x = torch.where(y[:, None] == 1, smooth.sin(), normal(200, 40).clamp(-1, 1)).unsqueeze(2)
    train, test = Split(x[:100], y[:100]), Split(x[100:], y[100:])
    data = Dataset("rough", train, test, test, DataSpec("sequence", (40, 1), (-1.0, 1.0), ("rough", "smooth")))
    found = ANALYSES["clustering_scores"](context_of(Mirror(), data), clusters=2, restarts=2)
    assert found.rocket.ari.mean > 0.9
    assert found.quantiles.ari.mean > 0.9
    assert found.raw.ari.mean < 0.5
