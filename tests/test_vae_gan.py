"""VAE-GAN: who minimises what, as in algorithm 1 of Larsen et al. 2016."""

import torch

from tests.making import made, normal, optimizers_of, rng, weights

close = torch.testing.assert_close
SMALL = {"hidden_sizes": (8,), "discriminator_sizes": (8,)}


def test_likeness_is_half_the_squared_distance_in_the_discriminators_features():
    network = made("vae_gan", **SMALL)
    # Features 2 x: ½ ‖2 (x − x̃)‖² = 2 ‖x − x̃‖²
    network.discriminator.features = torch.nn.Linear(2, 2, bias=False)
    network.discriminator.features.weight.data = 2 * torch.eye(2)
    x, rebuilt = torch.tensor([[1.0, 2.0], [0.0, 0.0]]), torch.tensor([[1.0, 0.0], [3.0, 0.0]])
    close(network.feature_distance(x, rebuilt), torch.tensor((2 * 4.0 + 2 * 9.0) / 2))
    assert network.feature_distance(x[:0], x[:0]) == 0


def test_half_of_the_codes_are_of_samples_and_half_of_the_prior():
    network = made("vae_gan", **SMALL)
    for parameter in network.encoder.parameters():
        torch.nn.init.zeros_(parameter)
    # q(z | x) = N((5, 5), e⁻²⁰)
    network.encoder[-1].bias.data = torch.tensor([5.0, 5.0, -20.0, -20.0])
    z = network.noise(normal(1000, 2), 1000, rng())
    close(z[:500], torch.full((500, 2), 5.0), atol=1e-2, rtol=0)
    close(z[500:].mean(dim=0), torch.zeros(2), atol=0.15, rtol=0)
    close(z[500:].std(dim=0), torch.ones(2), atol=0.1, rtol=0)
    # Fewer samples than codes asked for: the prior fills up. A single code is of the prior.
    assert network.noise(normal(3, 2), 20, rng()).shape == (20, 2)
    assert network.noise(normal(1, 2), 1, rng()).abs().max() < 5


def test_the_decoder_pays_for_unlikeness_in_proportion():
    def gradient(gamma: float) -> torch.Tensor:
        network, x = made("vae_gan", **SMALL, gamma=gamma), normal(8, 2)
        z = network.noise(x, 8, rng())
        loss = network.beside_generator(x, z, network.generator(z))
        return torch.autograd.grad(loss, network.generator[0].weight)[0]

    assert not gradient(0.0).any()
    assert gradient(0.1).any()
    close(gradient(0.2), 2 * gradient(0.1))


def test_the_encoder_goes_down_its_prior_and_likeness_and_ignores_the_game():
    network, x = made("vae_gan", **SMALL, players="generator", gamma=0.0), normal(8, 2)
    terms = network.terms(x, rng(3))
    wanted = torch.autograd.grad(terms["kl"] + terms["feature_distance"], list(network.encoder.parameters()))
    before, judge = weights(network.encoder), weights(network.discriminator)
    network.training_step(x, optimizers_of(network, 0.1), rng(3))
    for old, new, slope in zip(before, network.encoder.parameters(), wanted, strict=True):
        close(new.detach(), old - 0.1 * slope)
    assert all(torch.equal(old, new) for old, new in zip(judge, network.discriminator.parameters(), strict=True))


def test_reconstructions_are_decoded_posterior_means():
    network, x = made("vae_gan", **SMALL), normal(5, 2)
    mean, log_variance = network.posterior(x)
    assert torch.equal(network.encode(x), mean)
    close(network.spreads(x), (log_variance / 2).exp())
    assert torch.equal(network.reconstruct(x), network.ema_generator(mean))


def test_a_reconstruction_is_compared_with_its_own_original():
    network, x = made("vae_gan", **SMALL, gamma=1.0), normal(8, 2)
    # q(z | x) = N(x, e⁻³⁰)
    network.encoder = torch.nn.Linear(2, 4)
    network.encoder.weight.data = torch.cat([torch.eye(2), torch.zeros(2, 2)])
    network.encoder.bias.data = torch.tensor([0.0, 0.0, -30.0, -30.0])
    z = network.noise(x, 8, rng())
    close(z[:4], x[:4])
    assert network.beside_generator(x, z, torch.cat([x[:4], normal(4, 2, seed=1)])) == 0
    assert network.beside_generator(x, z, torch.cat([x[4:], x[4:]])) > 0
