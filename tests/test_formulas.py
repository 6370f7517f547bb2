"""Every formula against values worked out by hand, or against another implementation of it."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.distributions import Bernoulli, Normal
from torch.nn import functional as F

from core import DATASETS, MODELS
from core.model import Model
from core.nn.corruption import corrupt
from core.nn.initialization import initialize
from core.nn.losses import (
    bernoulli_nll,
    critic_loss,
    gaussian_kl,
    gaussian_nll,
    generator_loss,
    reconstruction_distance,
    zero_centred_penalty,
)
from core.nn.sparsity import kl_penalty, l1_penalty, sparsity_penalty

close = torch.testing.assert_close


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=rng(seed))


def uniform(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, generator=rng(seed))


def made(model: str, dataset: str, **hyperparameters) -> Model:
    network = MODELS[model](MODELS[model].Hyperparameters(**hyperparameters), DATASETS[dataset])
    network.initialize(rng())
    return network


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


@pytest.mark.parametrize("kind", ["l1", "kl"])
def test_sparse_loss_is_distance_plus_weighted_penalty(kind):
    network, x = made("sparse_autoencoder", "digits", sparsity=kind, sparsity_weight=0.25), uniform(6, 1, 8, 8)
    losses, codes = network.losses(x, x), network.encode(x)
    penalty = l1_penalty(codes) if kind == "l1" else kl_penalty(codes, 0.05)
    close(losses["loss"], F.mse_loss(network.reconstruct(x), x) + 0.25 * penalty)
    # KL speaks of probabilities.
    assert kind == "l1" or ((codes > 0) & (codes < 1)).all()


# -------------------------------------------------------------------------------------------------------- corruption

MANY, RANGE = 200_000, (-1.0, 3.0)


def test_gaussian_corruption_has_the_level_as_standard_deviation():
    x = uniform(MANY)
    added = corrupt(x, "gaussian", 0.3, RANGE, rng(1)) - x
    # Five standard errors: σ/√n of the mean, σ/√(2n) of the deviation.
    assert abs(added.mean()) < 5 * 0.3 / math.sqrt(MANY)
    assert abs(added.std() - 0.3) < 5 * 0.3 / math.sqrt(2 * MANY)


@pytest.mark.parametrize(("noise", "hit"), [("masking", 0.0), ("flip", 1.5)])
def test_masking_and_flipping_hit_their_share_and_leave_the_rest(noise, hit):
    x = torch.full((MANY,), 0.5)  # mirrored in −1…3: 1.5
    seen = corrupt(x, noise, 0.3, RANGE, rng(1))
    share = (seen == hit).float().mean()
    assert abs(share - 0.3) < 5 * math.sqrt(0.3 * 0.7 / MANY)
    assert ((seen == hit) | (seen == x)).all()


@pytest.mark.parametrize(("noise", "expected"), [("masking", [0.0, 0.0]), ("flip", [3.0, 0.8])])
def test_full_level_hits_every_value(noise, expected):
    close(corrupt(torch.tensor([-1.0, 1.2]), noise, 1.0, RANGE, rng()), torch.tensor(expected))


@pytest.mark.parametrize("noise", ["none", "gaussian", "masking", "flip"])
def test_corruption_follows_its_generator_and_spares_the_original(noise):
    x = uniform(3, 1, 8, 8)
    kept = x.clone()
    first = corrupt(x, noise, 0.3, (0.0, 1.0), rng(1))
    assert torch.equal(first, corrupt(x, noise, 0.3, (0.0, 1.0), rng(1)))
    assert torch.equal(x, kept)
    assert torch.equal(first, x) is (noise == "none")
    assert torch.equal(corrupt(x, noise, 0.0, (0.0, 1.0), rng(1)), x)


def test_the_target_of_a_corrupted_input_is_the_clean_one():
    network, x = made("denoising_autoencoder", "digits"), uniform(6, 1, 8, 8)
    seen = network.corrupt(x, rng(1))
    assert not torch.equal(seen, x)
    close(network.evaluate(x, rng(1))["loss"], F.mse_loss(network.reconstruct(seen), x))
    close(network.evaluate(x, rng(1))["mse"], F.mse_loss(network.reconstruct(x), x))


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


# ------------------------------------------------------------------------------------------------------- adversaries


def test_critic_loss_by_its_definition():
    real, fake = 2 * normal(50, seed=1), 2 * normal(50, seed=2)
    direct = -real.sigmoid().log().mean() - (1 - fake.sigmoid()).log().mean()
    for objective in ("minimax", "non_saturating"):
        close(critic_loss(real, fake, objective), direct)
    close(critic_loss(real, fake, "least_squares"), ((real - 1) ** 2 / 2).mean() + (fake**2 / 2).mean())


def test_generator_loss_by_its_definition():
    fake = 2 * normal(50)
    close(generator_loss(fake, "minimax"), (1 - fake.sigmoid()).log().mean())
    close(generator_loss(fake, "non_saturating"), -fake.sigmoid().log().mean())
    close(generator_loss(fake, "least_squares"), ((fake - 1) ** 2 / 2).mean())


def test_an_undecided_critic_sits_at_log_4():
    undecided = torch.zeros(7)
    close(critic_loss(undecided, undecided, "minimax"), torch.tensor(math.log(4)))


@pytest.mark.parametrize("shape", [(5, 2), (5, 1, 2, 3)])
def test_zero_centred_penalty_of_a_linear_critic_is_half_its_squared_slope(shape):
    x = normal(*shape).requires_grad_(True)
    w = normal(math.prod(shape[1:]), seed=1).requires_grad_(True)
    penalty = zero_centred_penalty(x.flatten(1) @ w + 3, x)
    close(penalty, 0.5 * w.square().sum())
    # It is minimised, so it must reach the weights: ∇ ½‖w‖² = w.
    close(*torch.autograd.grad(penalty, w), w)


@pytest.mark.parametrize("objective", ["minimax", "non_saturating", "least_squares"])
def test_critic_pays_for_its_slope_at_real_and_generated_points(objective):
    network = made("gan", "ring", critic_sizes=(), gradient_penalty=0.7, objective=objective)
    real, fake = normal(6, 2, seed=1), normal(6, 2, seed=2)
    bare = critic_loss(network.criticise(real), network.criticise(fake), objective)
    squared_slope = network.critic[0].weight.square().sum()
    loss, penalty = network.critic_objective(real, fake)
    close(loss, bare)
    close(penalty, 0.5 * squared_slope + 0.5 * squared_slope)


def test_learning_rate_falls_from_half_time_to_two_percent():
    network = made("gan", "ring", learning_rate=1.0)
    network.steps = 100
    rates = []
    for network.step in (0, 50, 75, 90, 99, 100):
        rates.append(network.learning_rate())
    assert rates == pytest.approx([1.0, 1.0, 0.5, 0.2, 0.02, 0.02])


def test_instance_noise_fades_out_by_half_time():
    network, x = made("gan", "ring", instance_noise=0.8), torch.zeros(MANY, 1)
    network.steps = 100
    levels = []
    for network.step in (0, 25, 50, 80):
        levels.append(network.blur(x, rng()).std().item())
    assert levels == pytest.approx([0.8, 0.4, 0.0, 0.0], rel=0.02)


def test_samples_come_from_the_running_average_of_the_generator():
    network = made("gan", "ring", averaging=0.9)
    before = [value.clone() for value in network.average.parameters()]
    optimizers = {name: torch.optim.SGD(part.parameters(), lr=0.1) for name, part in network.parts().items()}
    network.training_step(normal(8, 2), optimizers, rng())
    moved = zip(before, network.generator.parameters(), network.average.parameters(), strict=True)
    for old, current, average in moved:
        close(average, 0.9 * old + 0.1 * current)
        assert not torch.equal(average, old)
    z = torch.randn(5, 2, generator=rng(4))
    close(network.sample(5, seed=4), network.average(z))


# ------------------------------------------------------------------------------------------------------- deep features


def test_layer_wise_term_by_hand():
    network = made("deep_autoencoder", "ring", latent_size=1, hidden_sizes=(2, 1), layer_weight=2.0, activation="relu")
    first, second, to_code = (layer for layer in network.encoder if isinstance(layer, nn.Linear))
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[1.0, 1.0], [1.0, -1.0]]))
        second.weight.copy_(torch.tensor([[1.0, 2.0]]))
        to_code.weight.fill_(1.0)
        for layer in network.decoder:
            if isinstance(layer, nn.Linear):
                layer.weight.fill_(0.5)
    x = torch.tensor([[1.0, 0.0]])
    # h₁(x) = relu(1, 1), h₂(x) = relu(1 + 2) = 3 = code; decoder: 1.5, then (0.75, 0.75), then x̂ = (0.75, 0.75).
    rebuilt = torch.tensor([[0.75, 0.75]])
    close(network.reconstruct(x), rebuilt)
    # h₁(x̂) = relu(1.5, 0), h₂(x̂) = relu(1.5 + 0) = 1.5:  (0.5² + 1²)/2 + (3 − 1.5)² = 0.625 + 2.25
    losses = network.losses(x, x)
    close(losses["layers"], torch.tensor(2.875))
    # d(x, x̂) = (0.25² + 0.75²)/2 = 0.3125
    close(losses["reconstruction"], torch.tensor(0.3125))
    close(losses["loss"], torch.tensor(0.3125 + 2 * 2.875))


def test_layer_wise_term_does_not_reward_feeling_nothing():
    network = made("deep_autoencoder", "ring", layer_weight=1.0)
    x = normal(4, 2).requires_grad_(True)
    network.layer_distance(x, normal(4, 2, seed=1)).backward(inputs=list(network.encoder.parameters()))
    only_targets = network.layer_distance(x, normal(4, 2, seed=1).requires_grad_(True))
    (gradient,) = torch.autograd.grad(only_targets, x, allow_unused=True)
    assert gradient is None


# ------------------------------------------------------------------------------------------------ variational bound


@pytest.mark.parametrize(("dataset", "loss"), [("digits", "bce"), ("digits", "mse"), ("ring", "mse")])
def test_elbo_is_the_expected_log_likelihood_minus_the_divergence(dataset, loss):
    network = made("vae", dataset, reconstruction_loss=loss, latent_size=3, beta=4.0, decoder_std=0.2)
    x = (uniform(6, *DATASETS[dataset].shape) > 0.5).float()
    found = network.evaluate(x, rng(7))
    close(found["elbo"], -(found["reconstruction"] + found["kl"]))
    close(found["loss"], found["reconstruction"] + 4.0 * found["kl"])

    mean, log_variance = network.posterior(x)
    q = Normal(mean, (0.5 * log_variance).exp())
    z = mean + q.stddev * torch.randn(mean.shape, generator=rng(7))
    p = Bernoulli(probs=network.decode(z)) if loss == "bce" else Normal(network.decode(z), 0.2)
    close(found["reconstruction"], -p.log_prob(x).flatten(1).sum(dim=1).mean(), rtol=1e-4, atol=1e-4)
    divergence = torch.distributions.kl_divergence(q, Normal(0, 1)).sum(dim=1).mean()
    close(found["kl"], divergence, rtol=1e-4, atol=1e-5)
    close(network.encode(x), mean)


def one_vae_step(network: Model, x: Tensor, step: int) -> tuple[Tensor, Tensor, Tensor]:
    """The step's loss, and the two terms of the bound it must be made of: nll (N,) and KL (N, latents)."""
    network.step = step
    with torch.no_grad():
        nll, kl = network.bound(x, rng(step))
    optimizers = {"autoencoder": torch.optim.SGD(network.parameters(), lr=0.0)}
    return network.training_step(x, optimizers, rng(step))["loss"], nll, kl


def test_kl_warms_up_over_its_steps():
    network, x = made("vae", "digits", beta=3.0, kl_warmup=4), uniform(6, 1, 8, 8)
    for step, warm in enumerate([0.25, 0.5, 0.75, 1.0, 1.0, 1.0]):
        loss, nll, kl = one_vae_step(network, x, step)
        close(loss, nll.mean() + warm * 3.0 * kl.sum(dim=1).mean())


def test_free_bits_are_charged_for_each_latent_whether_used_or_not():
    network, x = made("vae", "digits", latent_size=4, kl_warmup=0, beta=2.0, free_bits=0.5), uniform(6, 1, 8, 8)
    with torch.no_grad():
        # The first latent's mean is pushed far from the prior, the others' posteriors are the prior.
        network.encoder[-1].weight.zero_()
        network.encoder[-1].bias.copy_(torch.tensor([3.0] + [0.0] * 7))
    loss, nll, _ = one_vae_step(network, x, 0)
    # Σ_j max(0.5, KL_j) with KL_1 = 3²/2 and KL_2 = KL_3 = KL_4 = 0
    close(loss, nll.mean() + 2.0 * (4.5 + 3 * 0.5))
    close(network.evaluate(x, rng(0))["kl"], torch.tensor(4.5))
