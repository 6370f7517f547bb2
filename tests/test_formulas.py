"""Formulas that models share against values worked out by hand, or against another implementation of them."""

import math

import pytest
import torch
from torch import nn
from torch.distributions import Bernoulli, Normal
from torch.nn import functional as F

from core.model import Model
from core.nn.initialization import initialize
from core.nn.losses import (
    bernoulli_nll,
    gaussian_kl,
    gaussian_nll,
    reconstruction_distance,
)
from core.nn.sparsity import active_units, dead_units, kl_penalty, l1_penalty, sparsity_penalty, weight_penalty
from tests.making import made, normal, rng, uniform

close = torch.testing.assert_close
# Draws, where a mean is measured.
MANY = 200_000


# ---------------------------------------------------------------------------------------------------------- sparsity


def test_l1_is_the_sum_over_units_averaged_over_samples():
    # (|1| + |−2| + 0 + |3|) / 2
    close(l1_penalty(torch.tensor([[1.0, -2.0], [0.0, 3.0]])), torch.tensor(3.0))


def test_kl_sparsity_by_hand():
    codes = torch.tensor([[0.2, 0.9], [0.4, 0.1]])  # means 0.3 and 0.5
    # 0.05 ln(0.05/0.3) + 0.95 ln(0.95/0.7) = 0.200525;  0.05 ln(0.05/0.5) + 0.95 ln(0.95/0.5) = 0.494632
    close(kl_penalty(codes, 0.05), torch.tensor(0.695157), atol=2e-6, rtol=0)


def test_kl_sparsity_is_zero_at_the_target_and_finite_for_saturated_units():
    close(kl_penalty(torch.full((4, 3), 0.2), 0.2), torch.tensor(0.0), atol=1e-6, rtol=0)
    silent = torch.zeros(4, 2, requires_grad=True)
    penalty = kl_penalty(silent, 0.05) + kl_penalty(torch.ones(4, 2), 0.05)
    penalty.backward()
    assert torch.isfinite(penalty)
    assert torch.isfinite(silent.grad).all()


@pytest.mark.parametrize(("kind", "expected"), [("none", 0.0), ("l1", 0.9), ("kl", 0.0)])
def test_sparsity_penalty_takes_the_kind_it_is_asked_for(kind, expected):
    close(sparsity_penalty(torch.full((2, 3), 0.3), kind, 0.3), torch.tensor(expected), atol=1e-6, rtol=0)


def test_kl_penalty_wakes_a_unit_that_is_almost_dead():
    logits = torch.full((8, 1), -20.0, requires_grad=True)
    kl_penalty(logits.sigmoid(), 0.05).backward()
    # d/da of ρ log(ρ/ρ̂) with ρ̂ = σ(a): −ρ (1 − ρ̂), shared by the batch.
    torch.testing.assert_close(logits.grad, torch.full((8, 1), -0.05 / 8), rtol=1e-3, atol=0)


@pytest.mark.parametrize("kind", ["l1", "kl"])
def test_sparse_loss_is_distance_plus_weighted_penalty(kind):
    network = made("sparse_autoencoder", "digits", sparsity=kind, sparsity_weight=0.25, weight_decay=0.1)
    x = uniform(6, 1, 8, 8)
    losses, codes = network.losses(x, x), network.encode(x)
    penalty = l1_penalty(codes) if kind == "l1" else kl_penalty(codes, 0.05)
    (decoder,) = (layer for layer in network.decoder if isinstance(layer, nn.Linear))
    decay = 0.1 * decoder.weight.square().sum() / 2
    close(losses["loss"], F.mse_loss(network.reconstruct(x), x) + 0.25 * penalty + decay)
    # KL speaks of probabilities.
    assert kind == "l1" or ((codes > 0) & (codes < 1)).all()


def test_weights_are_priced_at_half_their_squares_and_biases_not():
    layer = nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, -2.0], [3.0, 0.0]]))
        layer.bias.fill_(9.0)
    # (1 + 4 + 9) / 2
    close(weight_penalty(nn.Sequential(layer, nn.Sigmoid())), torch.tensor(7.0))


def test_a_sigmoid_is_active_above_a_tenth_and_dead_when_no_sample_wakes_it():
    codes = torch.tensor([[0.09, 0.0, 0.11], [0.05, 0.9, 0.0]])
    assert active_units(codes, sigmoid=True).tolist() == [[False, False, True], [False, True, False]]
    assert dead_units(codes, sigmoid=True).tolist() == [True, False, False]


def test_a_linear_unit_is_active_where_it_moves_beside_the_one_that_moves_most():
    # Means 5, 0 and 7; the standard deviation of the first is 2, so that 0.2 decides.
    codes = torch.tensor([[3.0, 0.1, 7.0], [7.0, -0.1, 7.0], [3.0, 0.3, 7.0], [7.0, -0.3, 7.0]])
    assert active_units(codes, sigmoid=False).int().sum(dim=0).tolist() == [4, 2, 0]
    assert dead_units(codes, sigmoid=False).tolist() == [False, False, True]
    assert dead_units(torch.full((3, 2), 0.7), sigmoid=False).all()


def test_activity_is_measured_where_codes_are_priced():
    x = uniform(6, 1, 8, 8)
    sparse, plain = made("sparse_autoencoder", "digits"), made("autoencoder", "digits")
    measured = sparse.evaluate(x, rng())
    close(measured["active_codes"], (sparse.encode(x) > 0.1).float().mean())
    close(measured["dead_units"], (sparse.encode(x).amax(dim=0) <= 0.1).float().mean())
    assert not {"active_codes", "dead_units"} & plain.evaluate(x, rng()).keys()
    assert (sparse.target_activation, plain.target_activation) == (0.05, None)


# ---------------------------------------------------------------------------------------------------- initialisation

IN, OUT = 500, 300
VARIANCES = {"he": 2 / IN, "xavier": 2 / (IN + OUT), "normal": 0.05**2, "uniform": 0.05**2 / 3, "zero": 0.0}


@pytest.mark.parametrize(("scheme", "variance"), VARIANCES.items())
def test_initial_weights_have_the_paper_s_variance_and_biases_are_zero(scheme, variance):
    network = nn.Sequential(nn.Linear(IN, OUT), nn.ReLU(), nn.Sequential(nn.Linear(OUT, IN)))
    initialize(network, scheme, rng())
    weight = network[0].weight
    assert weight.var().item() == pytest.approx(variance, rel=0.02)
    assert abs(weight.mean()) <= 5 * math.sqrt(variance / weight.numel())
    # A uniform law reaches √3 standard deviations and no further, a normal one beyond four.
    reach = weight.abs().max().item() / math.sqrt(variance or 1)
    assert (reach <= math.sqrt(3) * (1 + 1e-6)) is (scheme in ("xavier", "uniform", "zero"))
    assert not network[0].bias.any()
    assert not network[2][0].bias.any()
    assert network[2][0].weight.any() == (scheme != "zero")


# --------------------------------------------------------------------------------------- distances and likelihoods


def test_reconstruction_distance_is_the_mean_over_all_values():
    output, x = torch.tensor([[1.0, 2.0], [0.0, -1.0]]), torch.tensor([[0.0, 1.0], [1.0, 1.0]])
    # (1 + 1 + 1 + 4) / 4
    close(reconstruction_distance(output, x, "mse"), torch.tensor(1.75))
    close(reconstruction_distance(output, x, "bce"), F.binary_cross_entropy(output.sigmoid(), x))


def test_bernoulli_nll_per_sample():
    logits, x = 3 * normal(5, 1, 4, 4), (uniform(5, 1, 4, 4) > 0.5).float()
    close(bernoulli_nll(logits, x), -Bernoulli(logits=logits).log_prob(x).sum(dim=(1, 2, 3)))


@pytest.mark.parametrize("std", [0.1, 1.0, 0.01])
def test_gaussian_nll_per_sample(std):
    mean, x = normal(5, 3, seed=1), normal(5, 3, seed=2)
    close(gaussian_nll(mean, x, std), -Normal(mean, std).log_prob(x).sum(dim=1))


def test_gaussian_kl_is_what_monte_carlo_says():
    mean = torch.tensor([[0.0, 1.5, -0.5, 0.0]], dtype=torch.float64)
    log_variance = torch.tensor([[0.0, -1.0, 0.7, -4.0]], dtype=torch.float64)
    std = (0.5 * log_variance).exp()
    z = mean + std * torch.randn(MANY, 4, generator=rng(), dtype=torch.float64)
    draws = Normal(mean, std).log_prob(z) - Normal(0, 1).log_prob(z)
    error = (draws.mean(dim=0) - gaussian_kl(mean, log_variance)[0]).abs()
    assert (error <= 4 * draws.std(dim=0) / math.sqrt(MANY)).all()
    assert gaussian_kl(mean, log_variance)[0, 0] == 0


# ---------------------------------------------------------------------------------------------------- learning rate


def test_learning_rate_falls_from_half_time_to_two_percent():
    network = made("gan", "ring", learning_rate=1.0)
    network.steps = 100
    rates = []
    for network.step in (0, 50, 75, 90, 99, 100):
        rates.append(network.learning_rate("generator"))
    assert rates == pytest.approx([1.0, 1.0, 0.5, 0.2, 0.02, 0.02])


# ------------------------------------------------------------------------------------------------------- deep features


def by_hand(**weights) -> Model:
    """A deep autoencoder of layers so small that features can be reckoned by hand."""
    network = made("deep_autoencoder", "ring", latent_size=1, hidden_sizes=(2, 1), activation="relu", **weights)
    first, second, to_code = (layer for layer in network.encoder if isinstance(layer, nn.Linear))
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[1.0, 1.0], [1.0, -1.0]]))
        second.weight.copy_(torch.tensor([[1.0, 2.0]]))
        to_code.weight.fill_(1.0)
        for layer in network.decoder:
            if isinstance(layer, nn.Linear):
                layer.weight.fill_(0.5)
    return network


def test_layer_wise_term_by_hand():
    network, x = by_hand(layer_weight=2.0), torch.tensor([[1.0, 0.0]])
    # h₁(x) = relu(1, 1), h₂(x) = relu(1 + 2) = 3 = code; decoder: 1.5, then (0.75, 0.75), then x̂ = (0.75, 0.75).
    rebuilt = torch.tensor([[0.75, 0.75]])
    close(network.reconstruct(x), rebuilt)
    # h₁(x̂) = relu(1.5, 0), h₂(x̂) = relu(1.5 + 0) = 1.5:  (0.5² + 1²)/2 + (3 − 1.5)² = 0.625 + 2.25
    losses = network.losses(x, x)
    close(losses["layers"], torch.tensor(2.875))
    # d(x, x̂) = (0.25² + 0.75²)/2 = 0.3125
    close(losses["reconstruction"], torch.tensor(0.3125))
    close(losses["loss"], torch.tensor(0.3125 + 2 * 2.875))


def test_mirrored_term_by_hand():
    network, x = by_hand(mirror="on", mirror_weight=2.0, mirror_ratio=3.0), torch.tensor([[1.0, 0.0]])
    # h₁(x) = (1, 1), h₂(x) = 3; ĥ₂ = 1.5 next to the code, ĥ₁ = (0.75, 0.75) next to x̂:  3 · 0.25² + 9 · 1.5²
    losses = network.losses(x, x)
    close(losses["mirrored"], torch.tensor(3 * 0.0625 + 9 * 2.25))
    close(losses["loss"], losses["reconstruction"] + 2 * losses["mirrored"])
    # The decoder's layers answer to a corrupted input, the targets are those of the clean one: code 0, all layers 0.
    close(network.losses(x, 0 * x)["mirrored"], torch.tensor(3 * 1.0 + 9 * 9.0))
    losses["mirrored"].backward()
    assert all(weight.grad is not None for weight in network.decoder[0].parameters())
    # The encoder hears of it through the code alone.
    first, second, _ = (layer for layer in network.encoder if isinstance(layer, nn.Linear))
    close(first.weight.grad[1, 0] / second.weight.grad[0, 1], torch.tensor(2.0))


def test_layer_wise_term_does_not_reward_feeling_nothing():
    network = made("deep_autoencoder", "ring", layer_weight=1.0)
    x = normal(4, 2).requires_grad_(True)
    network.layer_distance(x, normal(4, 2, seed=1)).backward(inputs=list(network.encoder.parameters()))
    only_targets = network.layer_distance(x, normal(4, 2, seed=1).requires_grad_(True))
    (gradient,) = torch.autograd.grad(only_targets, x, allow_unused=True)
    assert gradient is None
