"""The variational bound and its terms against values worked out by hand, or against another implementation."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.distributions import Bernoulli, Categorical, Independent, MixtureSameFamily, Normal

from core import DATASETS, MODELS
from core.model import Model
from core.nn.likelihood import LearnedGaussian
from core.nn.losses import (
    aggregate_log_densities,
    gaussian_level_nll,
    kl_terms,
)
from tests.making import made, normal, rng, uniform

close = torch.testing.assert_close


def test_a_grey_level_has_the_probability_of_its_bin():
    x, mean, std = torch.tensor([[0.0, 0.25, 0.5, 1.0]]), torch.tensor([[0.1, 0.4, -1.0, 0.9]]), 0.3
    edges = torch.tensor([[-math.inf, 0.125, 0.375, 0.875], [0.125, 0.375, 0.625, math.inf]]).double()
    lower, upper = (torch.special.ndtr((edge - mean[0]) / std) for edge in edges)
    logs = torch.log(upper - lower)
    close(gaussian_level_nll(mean, x, std, 5, (0.0, 1.0)), -logs.sum(dim=0, keepdim=True).float())


@pytest.mark.parametrize("std", [0.003, 0.2, 5.0])
def test_probabilities_of_all_levels_add_up_to_one(std):
    levels = torch.linspace(-1, 1, 17)[:, None]
    for mean in (-4.0, -0.03, 0.7):
        nll = gaussian_level_nll(torch.full((17, 1), mean), levels, std, 17, (-1.0, 1.0))
        close((-nll).exp().sum(), torch.tensor(1.0), rtol=1e-4, atol=1e-4)


def test_the_learned_sigma_of_a_fixed_mean_becomes_the_deviation():
    likelihood = LearnedGaussian(MODELS["vae"].Hyperparameters(), replace(DATASETS["ring"].spec, shape=(4,)))
    x = 0.2 * normal(500, 4)
    optimizer = torch.optim.Adam(likelihood.parameters(), lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        likelihood.nll(torch.zeros_like(x), x).mean().backward()
        optimizer.step()
    close(likelihood.std, x.square().mean().sqrt(), rtol=1e-2, atol=1e-3)


def test_what_lies_beyond_an_open_bin_counts_as_its_edge():
    likelihood = LearnedGaussian(MODELS["vae"].Hyperparameters(), DATASETS["digits"].spec)
    output = torch.tensor([[-1.0, 0.0, 0.5, 1.3]])
    drawn = output + likelihood.std * normal(200_000, 4)
    close(likelihood.mean(output), drawn.clamp(0, 1).mean(dim=0, keepdim=True), rtol=0.0, atol=2e-3)


@pytest.mark.parametrize(("dataset", "loss"), [("digits", "bce"), ("digits", "mse"), ("ring", "mse")])
def test_elbo_is_the_expected_log_likelihood_minus_the_divergence(dataset, loss):
    network = made("vae", dataset, reconstruction_loss=loss, latent_size=3, beta=4.0, decoder_std=0.2, kl_warmup=0)
    x = (uniform(6, *DATASETS[dataset].spec.shape) > 0.5).float()
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


def test_both_curves_have_the_same_beta_while_it_warms_up():
    network, x = made("vae", "digits", beta=3.0, kl_warmup=4), uniform(6, 1, 8, 8)
    for step in range(6):
        loss, _, _ = one_vae_step(network, x, step)
        close(network.evaluate(x, rng(step))["loss"], loss)


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


def batch_of_posteriors(n: int = 40, latents: int = 3) -> tuple[Tensor, Tensor, Tensor]:
    """A code drawn from each of n posteriors, their means and log-variances."""
    mean, log_variance = normal(n, latents, seed=1), normal(n, latents, seed=2) - 1
    return mean + (0.5 * log_variance).exp() * normal(n, latents, seed=3), mean, log_variance


def test_aggregate_posterior_is_that_of_a_mixture():
    z, mean, log_variance = batch_of_posteriors()
    std = (0.5 * log_variance).exp()
    of_batch = Categorical(torch.ones(len(mean)))
    whole = MixtureSameFamily(of_batch, Independent(Normal(mean, std), 1))
    joint, marginals = aggregate_log_densities(z, mean, log_variance)
    close(joint, whole.log_prob(z))
    for j in range(3):
        close(marginals[:, j], MixtureSameFamily(of_batch, Normal(mean[:, j], std[:, j])).log_prob(z[:, j]))


def test_terms_of_the_divergence_by_hand():
    # Two posteriors far apart, N((10, 10), I) and N((−10, −10), I), at their means: q(z | n) = 1/2π, q(z) is half of
    # it, and q(z_j) half of 1/√2π. So I = log 2, TC = log ½ − 2 log ½ = log 2: each latent repeats the other.
    mean = torch.tensor([[10.0, 10.0], [-10.0, -10.0]])
    index_code, total_correlation, dimension_wise = kl_terms(mean, mean, torch.zeros(2, 2))
    close(index_code, torch.tensor(math.log(2)))
    close(total_correlation, torch.tensor(math.log(2)))
    # log ½ N(0) / N(10) for each of two latents
    close(dimension_wise, torch.tensor(2 * (50 - math.log(2))))
    # A posterior that is the prior for every sample says nothing.
    for term in kl_terms(normal(8, 3), torch.zeros(8, 3), torch.zeros(8, 3)):
        close(term, torch.tensor(0.0), atol=1e-6, rtol=0)


def test_terms_add_up_to_the_divergence_and_independent_latents_have_no_correlation():
    z, mean, log_variance = batch_of_posteriors(400)
    terms = kl_terms(z, mean, log_variance)
    posterior = Normal(mean, (0.5 * log_variance).exp())
    close(sum(terms), (posterior.log_prob(z) - Normal(0.0, 1.0).log_prob(z)).sum(dim=1).mean())
    # The same latents, each a copy of the first.
    copied = kl_terms(*(part[:, :1].expand(-1, 3) for part in (z, mean, log_variance)))
    assert 0 <= terms[1] < 0.2 * copied[1]


def test_the_constant_of_minibatch_weighted_sampling_moves_no_weight():
    # Chen et al. 2018: log q(z) ≈ log 1/(N M) Σ_m q(z | x_m), for N training samples.
    z, mean, log_variance = (part.requires_grad_() for part in batch_of_posteriors())
    each = torch.stack([Normal(m, (0.5 * v).exp()).log_prob(z) for m, v in zip(mean, log_variance, strict=True)], dim=1)
    weighted = [x.exp().sum(dim=1).log() - math.log(5000 * len(mean)) for x in (each.sum(dim=2), each)]
    expected = torch.autograd.grad((weighted[0] - weighted[1].sum(dim=1)).mean(), (z, mean, log_variance))
    found = torch.autograd.grad(kl_terms(z, mean, log_variance)[1], (z, mean, log_variance))
    for one, other in zip(found, expected, strict=True):
        close(one, other, rtol=1e-3, atol=1e-6)


def test_total_correlation_alone_is_charged_beta_times():
    network, x = made("beta_tc_vae", "digits", latent_size=3, beta=5.0, kl_warmup=4), uniform(20, 1, 8, 8)
    for step, warm in enumerate([0.25, 0.5, 0.75, 1.0, 1.0]):
        network.step = step
        found = network.evaluate(x, rng(step))
        charged = found["loss"] - found["reconstruction"]
        close(charged, warm * (found["kl"] + 4.0 * found["total_correlation"]))
        close(found["elbo"], -(found["reconstruction"] + found["kl"]))


def test_terms_are_of_groups_as_large_as_a_batch():
    network = made("beta_tc_vae", "digits", latent_size=3, batch_size=16)
    parts = batch_of_posteriors(40)
    groups = [torch.stack(kl_terms(*(part[at] for part in parts))) for at in (slice(16), slice(16, 32), slice(32, 40))]
    close(network.parted(*parts), 0.4 * groups[0] + 0.4 * groups[1] + 0.2 * groups[2])
