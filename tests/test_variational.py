"""Codes with a prior: bounds of a likelihood that is known exactly, and codes that a critic spreads out."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, Normal, kl_divergence
from torch.nn import functional as F

import core
from core import DATASETS, MODELS, RunConfig
from core.analysis import ANALYSES, Context
from core.analysis.independent import binary_entropy, binary_nll, histogram_nll, normal_nll
from core.analysis.likelihood import activities, estimate, importance_weighted, inactive_latents
from core.dataset import Dataset, DataSpec, Split
from core.errors import LatentLabError
from core.model import Model
from core.nn.losses import bernoulli_nll, gaussian_kl
from core.uploads.prepare.levels import levels_of
from tests.making import rng

close = torch.testing.assert_close

# Probabilistic PCA (Tipping & Bishop 1999): x = W z + b + σ ε. Its columns are orthogonal, so that the exact posterior
# is one of those that the encoder can give.
VALUES, STD = 5, 0.5
W = torch.tensor([[2.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, -1.5], [0.0, 0.0]], dtype=torch.float64)
B = torch.tensor([0.5, -1.0, 0.0, 2.0, 1.0], dtype=torch.float64)
EXACT = MultivariateNormal(B, W @ W.T + STD**2 * torch.eye(VALUES, dtype=torch.float64))


def made(model: str, spec: DataSpec, **hyperparameters) -> Model:
    network = MODELS[model](MODELS[model].Hyperparameters(**hyperparameters), spec)
    network.initialize(rng())
    return network.requires_grad_(False)


def linear_gaussian(shift: float = 0.0, stretch: float = 1.0) -> Model:
    """A VAE that is probabilistic PCA; its posterior is the exact one, or `shift` and `stretch` deviations from it."""
    spec = replace(DATASETS["ring"].spec, shape=(VALUES,))
    network = made("vae", spec, latent_size=2, hidden_sizes=(), reconstruction_loss="mse", decoder_std=STD).double()
    decoder, encoder = (
        next(layer for layer in net if isinstance(layer, torch.nn.Linear)) for net in (network.decoder, network.encoder)
    )
    decoder.weight.copy_(W)
    decoder.bias.copy_(B)
    # M = Wᵀ W + σ² I: the posterior is N(M⁻¹ Wᵀ (x − b), σ² M⁻¹).
    precision = W.T @ W + STD**2 * torch.eye(2, dtype=torch.float64)
    to_mean, variance = torch.linalg.solve(precision, W.T), STD**2 / precision.diagonal()
    encoder.weight.copy_(torch.cat([to_mean, torch.zeros_like(to_mean)]))
    encoder.bias.copy_(torch.cat([shift * variance.sqrt() - to_mean @ B, (stretch**2 * variance).log()]))
    return network


def drawn(n: int) -> Tensor:
    """Samples (n, 5) of the exact model."""
    z, noise = (torch.randn(n, size, generator=rng(size), dtype=torch.float64) for size in (2, VALUES))
    return z @ W.T + B + STD * noise


def log_weights(network: Model, x: Tensor, draws: int) -> Tensor:
    generator = rng(3)
    return torch.stack([network.log_weights(x, x, generator) for _ in range(draws)])


def context(network: Model, train: Tensor, test: Tensor) -> Context:
    unseen = Split(test, None)
    data = Dataset("own", Split(train, None), unseen, unseen, DataSpec("vector", tuple(train.shape[1:]), (0.0, 1.0)))
    return Context(network, data, RunConfig(dataset="ring", model="vae"))


# ------------------------------------------------------------------------------------------------------------ bounds


def test_with_the_exact_posterior_every_draw_tells_the_exact_likelihood():
    x = drawn(20)
    close(log_weights(linear_gaussian(), x, 3), EXACT.log_prob(x).expand(3, -1))


def test_elbo_falls_short_by_the_divergence_of_the_posterior():
    x, network = drawn(20), linear_gaussian(shift=0.7, stretch=1.5)
    found = log_weights(network, x, 4000)
    # In standard deviations of the exact posterior, the same for every x and both latents.
    gap = 2 * kl_divergence(Normal(0.7, 1.5), Normal(0.0, 1.0))
    error = found.std() / math.sqrt(found.numel())
    assert abs((EXACT.log_prob(x) - found.mean(dim=0)).mean() - gap) < 4 * error


def test_more_draws_bring_the_importance_weighted_bound_up_to_the_likelihood():
    x = drawn(2000)
    exact = EXACT.log_prob(x).mean()
    found = log_weights(linear_gaussian(shift=0.7, stretch=1.5), x, 1000)
    bounds = [found.mean()] + [importance_weighted(found[:draws]).mean() for draws in (2, 5, 50, 1000)]
    # Burda et al. 2016, theorem 1.
    assert all(lower < higher for lower, higher in pairwise(bounds))
    # In expectation none is above; the last is so near that its chance error may show.
    assert all(bound < exact for bound in bounds[:4])
    assert abs(bounds[-1] - exact) < 2e-3
    assert exact - bounds[0] > 0.5


def test_importance_weighted_bound_by_hand():
    # log (1 + 3 + 8)/3 and log (2 + 2 + 2)/3
    weights = torch.tensor([[1.0, 2.0], [3.0, 2.0], [8.0, 2.0]])
    close(importance_weighted(weights.log()), torch.tensor([4.0, 2.0]).log())
    close(importance_weighted(weights[:1]), weights[0])
    close(importance_weighted(weights - 1000.0), importance_weighted(weights) - 1000.0)


def test_gaussian_divergence_by_hand():
    # ½ (σ² + μ² − 1 − ln σ²): at μ = 1, σ = 1: ½; at μ = 0, σ² = e²: ½ (e² − 3)
    mean, log_variance = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 2.0]])
    close(gaussian_kl(mean, log_variance), torch.tensor([[0.5, 0.5 * (math.e**2 - 3)]]))


# ------------------------------------------------------------------------------------------------------------ report


def test_report_on_a_model_whose_likelihood_is_known():
    x = drawn(1500)
    seen = []
    look = replace(context(linear_gaussian(0.3, 1.2), drawn(3000), x), report=seen.append)
    result = estimate(look, draws=200)
    exact = float(EXACT.log_prob(x).mean())
    assert result.elbo < result.iwae < exact + 1e-3
    assert result.iwae == pytest.approx(exact, abs=5e-3)
    assert result.bits_per_dim == pytest.approx(-exact / VALUES / math.log(2), abs=2e-3)
    assert "density" in result.likelihood_of
    assert result.iwaes.mean() == pytest.approx(result.iwae)
    assert (result.active_units, result.latents) == (2, 2)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize("loss", ["mse", "gaussian"])
def test_probabilities_of_values_in_steps_add_up_to_one(loss):
    spec = DataSpec("vector", (1,), (-1.25, 1.25), levels=41)
    network = made("vae", spec, latent_size=1, hidden_sizes=(), reconstruction_loss=loss, decoder_std=0.3)
    for parameter in [*network.encoder.parameters(), *network.decoder.parameters()]:
        parameter.zero_()
    # Without weights p(x) is N(0, σ²) whatever the code.
    steps = (torch.arange(-20, 21) / 16)[:, None]
    data = Dataset("own", Split(steps, None), Split(steps.repeat(40, 1), None), Split(steps.repeat(40, 1), None), spec)
    result = estimate(Context(network, data, RunConfig(dataset="ring", model="vae")), draws=1)
    assert "41 grey levels" in result.likelihood_of
    probabilities, shown = np.exp(result.iwaes), data.test.fixed(2000).x[:, 0].numpy()
    assert probabilities.sum() / 40 == pytest.approx(1.0, abs=1e-4)
    # Its mean is 0, not half a step beside it.
    assert (probabilities * shown).sum() / 40 == pytest.approx(0.0, abs=1e-4)
    # One of 41 levels each, which a histogram of them tells as well.
    assert result.independent_bits == pytest.approx(math.log2(41), abs=1e-4)


def black_or_white() -> Model:
    return made("vae", DATASETS["digits"].spec, latent_size=3, reconstruction_loss="bce")


def test_black_or_white_pixels_have_the_elbo_of_the_grey_values_in_expectation():
    network, x = black_or_white(), torch.rand(1, 1, 8, 8, generator=rng())
    many = x.repeat(2000, 1, 1, 1)
    # A decoder with opinions: by itself one in between calls black as likely as white.
    last = [layer for layer in network.decoder if isinstance(layer, torch.nn.Linear)][-1]
    last.bias.copy_(2 * torch.randn(64, generator=rng(5)))
    data = Dataset("own", Split(x, None), Split(many, None), Split(many, None), DATASETS["digits"].spec)
    result = estimate(Context(network, data, RunConfig(dataset="digits", model="vae")), draws=1)
    assert "black or white" in result.likelihood_of
    mean, log_variance = network.posterior(many)
    z = mean + (0.5 * log_variance).exp() * torch.randn(mean.shape, generator=rng(9))
    grey = -(bernoulli_nll(network.output(z), many) + gaussian_kl(mean, log_variance).sum(dim=1)).mean()
    error = float(result.elbos.std()) * math.sqrt(2 / len(many))
    assert abs(result.elbo - float(grey)) < 5 * error


def test_a_unit_is_active_when_its_mean_follows_the_sample():
    # Variances: ((0.3)/2)² = 0.0225, 0, ((0.1)/2)² = 0.0025
    means = torch.tensor([[0.0, 1.0, 0.1], [0.3, 1.0, 0.0]])
    close(activities(means), torch.tensor([0.0225, 0.0, 0.0025]))
    network = linear_gaussian()
    next(layer for layer in network.encoder if isinstance(layer, torch.nn.Linear)).weight[0].zero_()
    result = estimate(context(network, drawn(300), drawn(300)), draws=1)
    assert result.active_units == 1
    assert inactive_latents(network.encode(drawn(300)).numpy()) == [0]
    # ½ (m² + v − 1 − ln v) of the one whose mean m stands still, v its posterior's variance.
    mean, variance = float(network.encode(drawn(1))[0, 0]), STD**2 / (5 + STD**2)
    assert result.divergences[0] == pytest.approx(0.5 * (mean**2 + variance - 1 - math.log(variance)), rel=1e-6)


def test_what_has_no_latents_by_hand():
    train, x = torch.tensor([[0.0], [0.0], [0.5], [1.0]]), torch.tensor([[0.0], [1.0]])
    # Laplace's rule: (2 + 1)/(4 + 3), (1 + 1)/(4 + 3)
    close(histogram_nll(train, x, 3, (0.0, 1.0)), -torch.tensor([3 / 7, 2 / 7]).log())
    # The mean picture: 3/8
    close(binary_nll(train, x), -torch.tensor([5 / 8, 3 / 8]).log())
    # Two values of ½ and one that is certain: 2 ln 2
    close(binary_entropy(torch.tensor([[0.5, 0.5, 1.0]])), torch.tensor([2 * math.log(2)]))
    close(normal_nll(train, x, (0.0, 1.0)), -Normal(0.375, train.std(correction=0)).log_prob(x[:, 0]))


def test_levels_are_counted():
    sixteenths = torch.tensor([0.0, 0.25, 0.4375, 1.0])
    assert levels_of(sixteenths.numpy(), (0.0, 1.0)) == 17
    assert levels_of((torch.arange(256) / 255).numpy(), (0.0, 1.0)) == 256
    assert levels_of(torch.tensor([-1.0, 1.0]).numpy(), (-1.0, 1.0)) == 2
    assert levels_of(torch.rand(1000, generator=rng()).numpy(), (0.0, 1.0)) is None
    assert levels_of(torch.rand(9, generator=rng()).numpy(), (0.0, 1.0)) is None


def test_codes_that_are_the_prior_fill_it_and_a_point_does_not():
    network = linear_gaussian()
    first = next(layer for layer in network.encoder if isinstance(layer, torch.nn.Linear))
    first.weight.zero_()
    first.bias.zero_()
    filled = estimate(context(network, drawn(300), drawn(300)), draws=1)
    assert filled.prior_filled == pytest.approx(filled.prior_filled_by_draws, abs=0.05)
    # log σ² = −20: all codes are one point.
    first.bias[2:] = -20.0
    assert estimate(context(network, drawn(300), drawn(300)), draws=1).prior_filled < 0.1


def test_only_models_with_a_likelihood_have_bounds():
    config = RunConfig(dataset="ring", model="gan")
    network = MODELS["gan"](config.hyperparameters, DATASETS["ring"].spec)
    with pytest.raises(LatentLabError, match="capability likelihood; GAN lacks it"):
        ANALYSES["likelihood"](Context(network, core.load_dataset("ring"), config))
    with pytest.raises(LatentLabError, match="at least one draw"):
        estimate(context(linear_gaussian(), drawn(9), drawn(9)), draws=0)


# ------------------------------------------------------------------------------------------------- codes and a critic


def stepped(learning: str) -> dict[str, bool]:
    """Which networks one step changes when only the optimiser called `learning` moves."""
    network = made("adversarial_autoencoder", DATASETS["digits"].spec).requires_grad_(True)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    optimizers = {
        name: torch.optim.SGD(part.parameters(), lr=0.1 if name == learning else 0.0)
        for name, part in network.optimised_modules().items()
    }
    network.training_step(torch.rand(16, 1, 8, 8, generator=rng()), optimizers, rng())
    after = network.state_dict()
    return {
        part: any(not torch.equal(after[name], before[name]) for name in after if name.startswith(part))
        for part in ("encoder", "decoder", "discriminator")
    }


def test_each_phase_moves_its_own_networks():
    assert stepped("autoencoder") == {"encoder": True, "decoder": True, "discriminator": False}
    assert stepped("discriminator") == {"encoder": False, "decoder": False, "discriminator": True}
    assert stepped("generator") == {"encoder": True, "decoder": False, "discriminator": False}


def test_adversarial_losses_by_their_definition():
    network = made("adversarial_autoencoder", DATASETS["digits"].spec, prior="uniform", latent_size=3)
    x = torch.rand(50, 1, 8, 8, generator=rng())
    found = network.evaluate(x, rng(4))
    codes, draws = network.encode(x), 2 * torch.rand(50, 3, generator=rng(4)) - 1
    real, fake = network.discriminator(draws).sigmoid(), network.discriminator(codes).sigmoid()
    close(found["discriminator_loss"], -real.log().mean() - (1 - fake).log().mean())
    close(found["generator_loss"], -fake.log().mean())
    close(found["reconstruction_loss"], F.binary_cross_entropy(network.decode(codes), x))
    close(found["discriminator_accuracy"], torch.cat([real > 0.5, fake <= 0.5]).float().mean())
    close(network.criticise(x).sigmoid(), fake.squeeze(1))


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_the_critic_spreads_codes_like_the_prior(prior):
    distances = []
    for rate in (1e-5, 4e-3):
        small = {"hidden_sizes": (64,), "discriminator_sizes": (64,), "discriminator_learning_rate": 4e-3}
        changes = {"prior": prior, "generator_learning_rate": rate, **small}
        config = RunConfig(dataset="digits", model="adversarial_autoencoder", steps=300, hyperparameters=changes)
        run = core.fit(config, every=math.inf)
        codes = run.model.encode(run.dataset.test.x)
        distances.append(energy_distance(codes, run.model.prior(len(codes), rng(1))))
    assert distances[1] < distances[0] / 10


def energy_distance(a: Tensor, b: Tensor) -> float:
    """2 E‖A − B‖ − E‖A − A′‖ − E‖B − B′‖ (Székely & Rizzo 2004): zero when both are drawn from one law."""
    return float(2 * torch.cdist(a, b).mean() - torch.cdist(a, a).mean() - torch.cdist(b, b).mean())
