"""InfoGAN: what its samples say about their code, against hand values."""

import math

import torch
from torch.nn import functional as F

from tests.making import made, normal, optimizers_of, rng

close = torch.testing.assert_close
SMALL = {"hidden_sizes": (8,), "discriminator_sizes": (8,), "components": 4}


def reading(network, *biases: float) -> None:
    """Let Q answer with these logits, whatever it sees."""
    torch.nn.init.zeros_(network.discriminator.recognition.weight)
    network.discriminator.recognition.bias.data = torch.tensor(biases)


def test_the_bound_is_the_log_probability_of_the_code_plus_its_entropy():
    network = made("info_gan", **SMALL)
    z = network.prior(4000, rng())
    fake = network.decode(z)
    # Q that cannot tell: −ln 4 + ln 4.
    reading(network, 0.0, 0.0, 0.0, 0.0)
    close(network.bound(z, fake), torch.tensor(0.0), atol=1e-6, rtol=0)
    # Q = (1/2, 1/6, 1/6, 1/6) whatever it sees: ln 4 − (ln 2 + 3 ln 6) / 4 for equally frequent codes.
    reading(network, math.log(3.0), 0.0, 0.0, 0.0)
    wanted = math.log(4) - (math.log(2) + 3 * math.log(6)) / 4
    close(network.bound(z, fake), torch.tensor(wanted), atol=0.02, rtol=0)


def test_the_bound_reaches_the_entropy_of_the_code_where_every_code_is_read_off():
    network = made("info_gan", **SMALL)
    z = network.prior(50, rng())
    # Features that are the code itself.
    network.discriminator.features = torch.nn.Identity()
    network.discriminator.recognition = torch.nn.Linear(4, 4, bias=False)
    network.discriminator.recognition.weight.data = 100 * torch.eye(4)
    close(network.bound(z, z[:, :4]), torch.tensor(math.log(4)))


def test_both_players_maximise_the_bound_and_nobody_does_at_weight_zero():
    def gradient(weight: float) -> torch.Tensor:
        network = made("info_gan", **SMALL, information=weight)
        z = network.prior(20, rng())
        loss = network.beside_generator(normal(20, 2), z, network.generator(z))
        return torch.autograd.grad(loss, network.generator[0].weight)[0]

    assert not gradient(0.0).any()
    assert gradient(1.0).any()
    close(gradient(2.0), 2 * gradient(1.0))
    network = made("info_gan", **SMALL, information=10.0)
    before = network.evaluate(normal(500, 2), rng())["information"]
    optimizers = optimizers_of(network, 0.05)
    for step in range(60):
        network.training_step(normal(64, 2, seed=step), optimizers, rng(step))
    assert network.evaluate(normal(500, 2), rng())["information"] > before + 0.1


def test_of_a_pack_the_code_of_its_first_sample_is_read_off():
    network = made("info_gan", **SMALL, packing=2)
    z = network.prior(6, rng())
    fake = network.decode(z)
    packs = torch.cat([fake[:3], fake[3:]], dim=1)
    logits = network.discriminator.recognition(network.discriminator.features(packs))
    wanted = math.log(4) - F.cross_entropy(logits, z[:3, :4].argmax(dim=1))
    close(network.bound(z, fake), wanted)


def test_samples_are_assigned_as_q_reads_them():
    network = made("info_gan", **SMALL)
    reading(network, math.log(3.0), 0.0, 0.0, 0.0)
    close(network.assign(normal(2, 2)), torch.tensor([[3.0, 1.0, 1.0, 1.0]]).expand(2, 4) / 6)
