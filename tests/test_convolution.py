"""Convolutional networks at any size, and the rules of the DCGAN."""

import dataclasses
import math
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from core import DATASETS, MODELS, RunConfig
from core.model import Model
from core.nn.convolution import BatchNorm, convolutional_backbone, halving, level_sizes
from core.nn.initialization import initialize
from core.nn.layers import Bounded, Centred
from core.training.loop import Training
from tests.making import rng

SIZES = [(1, 5, 5), (1, 8, 8), (3, 7, 13), (2, 9, 9), (1, 28, 28), (1, 2, 31)]
close = torch.testing.assert_close
each_size = pytest.mark.parametrize("shape", SIZES, ids=str)


def pictures(n: int, shape: tuple[int, ...]) -> Tensor:
    return torch.rand(n, *shape, generator=rng())


def dcgan(shape: tuple[int, ...] = (1, 8, 8), **hyperparameters) -> Model:
    spec = dataclasses.replace(DATASETS["digits"].spec, shape=shape)
    network = MODELS["dcgan"](MODELS["dcgan"].Hyperparameters(**hyperparameters), spec)
    network.initialize(rng())
    return network


def one_step(network: Model, x: Tensor) -> dict[str, Tensor]:
    optimizers = {
        name: torch.optim.Adam(part.parameters(), lr=1e-3) for name, part in network.optimised_modules().items()
    }
    return network.training_step(x, optimizers, rng())


def of(kind: type[nn.Module], network: nn.Module) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, kind)]


# ---------------------------------------------------------------------------------------------------------- backbone


def test_levels_halve_and_round_up_until_one_pixel_is_left():
    assert level_sizes((7, 13), 5) == [(7, 13), (4, 7), (2, 4), (1, 2), (1, 1), (1, 1)]


@each_size
@pytest.mark.parametrize("channels", [(), (3,), (4, 5), (2, 3, 4, 5, 6, 7)], ids=len)
def test_decoder_mirrors_the_encoder_level_by_level(shape, channels):
    hp = SimpleNamespace(channels=channels, activation="relu", latent_size=3)
    encoder, decoder = convolutional_backbone(hp, shape, 6)
    seen: dict[str, list[tuple[int, ...]]] = {"down": [], "up": []}
    for layer in of(nn.Conv2d, encoder):
        layer.register_forward_hook(lambda layer, inputs, _: seen["down"].append(tuple(inputs[0].shape[1:])))
    for layer in of(nn.Conv2d, decoder):
        layer.register_forward_hook(lambda layer, _, output: seen["up"].append(tuple(output.shape[1:])))
    assert encoder(pictures(2, shape)).shape == (2, 6)
    assert decoder(torch.zeros(2, 3)).shape == (2, *shape)
    # What a level of the encoder was given, its mirror image gives back.
    assert seen["down"] == seen["up"][::-1]
    assert len(seen["down"]) == len(channels)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu", "tanh", "sigmoid"])
def test_bending_after_pooling_is_bending_before_it(activation):
    hp = SimpleNamespace(channels=(4,), activation=activation, latent_size=3)
    encoder, _ = convolutional_backbone(hp, (2, 7, 5), 3)
    (conv,), (pool,), x = of(nn.Conv2d, encoder), of(nn.MaxPool2d, encoder), pictures(3, (2, 7, 5))
    bend = encoder[3]
    close(encoder(x), encoder[-1](pool(bend(conv(x))).flatten(1)))


@pytest.mark.parametrize("model", ["convolutional_autoencoder", "convolutional_vae", "dcgan"])
def test_a_few_steps_on_large_pictures(model):
    training = Training(RunConfig(dataset="fashion", model=model, steps=2, hyperparameters={"batch_size": 8}))
    training.advance()
    training.model.eval()
    with torch.no_grad():
        assert training.model.decode(torch.zeros(2, training.model.latents)).shape == (2, 1, 28, 28)
        assert training.model.encode(training.dataset.test.x[:3]).shape[0] == 3


# ------------------------------------------------------------------------------------------------------ first weights


def fans_by_torch(layer: nn.Module) -> tuple[float, float]:
    """Fan-in and fan-out as torch counts them, each output's (transpose: each input's) share of a stride's gaps."""
    fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(layer.weight)
    gaps = math.prod(layer.stride)
    # Torch takes the weight's first axis for the outputs; a transposed convolution's are on the second.
    if isinstance(layer, nn.ConvTranspose2d):
        return fan_out / gaps, fan_in
    return fan_in, fan_out / gaps


@pytest.mark.parametrize("kind", [nn.Conv2d, nn.ConvTranspose2d])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("scheme", ["he", "xavier"])
def test_first_weights_of_convolutions_have_the_variance_of_their_fans(kind, stride, scheme):
    layer = kind(40, 60, 4, stride=stride)
    initialize(layer, scheme, rng())
    fan_in, fan_out = fans_by_torch(layer)
    variance = 2 / fan_in if scheme == "he" else 2 / (fan_in + fan_out)
    assert layer.weight.var().item() == pytest.approx(variance, rel=0.03)
    assert not layer.bias.any()


@pytest.mark.parametrize(("kind", "size"), [(nn.Conv2d, 32), (nn.ConvTranspose2d, 16)])
def test_he_keeps_the_size_of_a_signal_through_convolutions(kind, size):
    layer = kind(30, 50, 4, stride=2, padding=1)
    initialize(layer, "he", rng())
    x = torch.randn(4, 30, size, size, generator=rng())
    # Half of the mean square is lost to a relu, so 2 / fan-in makes up for it.
    inner = layer(x.relu())[:, :, 2:-2, 2:-2]
    assert inner.square().mean().item() == pytest.approx(1.0, rel=0.1)


# ------------------------------------------------------------------------------------------------------------- DCGAN


@pytest.mark.parametrize("side", range(1, 15))
def test_a_strided_convolution_halves_and_its_transpose_restores(side):
    shape = halving((side, side + 3))
    x = torch.zeros(1, 1, side, side + 3)
    half = nn.Conv2d(1, 1, **shape)(x)
    assert tuple(half.shape[2:]) == level_sizes((side, side + 3), 1)[1]
    assert nn.ConvTranspose2d(1, 1, **shape)(half).shape == x.shape


@each_size
@pytest.mark.parametrize("channels", [(), (4,), (3, 4, 5, 6)], ids=len)
@pytest.mark.parametrize("packing", [1, 3])
def test_dcgan_plays_at_any_size(shape, channels, packing):
    network = dcgan(shape, channels=channels, packing=packing, latent_size=3, batch_size=6)
    assert all(torch.isfinite(loss) for loss in one_step(network, pictures(6, shape)).values())
    network.eval()
    x = pictures(5, shape)
    assert network.sample(5).shape == x.shape
    assert network.criticise(x).shape == (5,)
    # One number a filter, however large the picture.
    assert network.encode(x).shape == (5, (shape[0] * packing, *channels)[-1 if channels else 0])


def test_rules_of_the_dcgan():
    network = dcgan(channels=(6, 7, 8))
    generator = [type(layer) for layer in network.generator]
    up = [BatchNorm, nn.ReLU, nn.ConvTranspose2d]
    # Batch norm and relu before every convolution, neither after the last, whose output a tanh bounds.
    assert generator == [nn.Linear, nn.Unflatten, *up, *up, *up, Bounded]
    critic = [type(layer) for layer in network.discriminator.features]
    down = [nn.Conv2d, BatchNorm, nn.LeakyReLU]
    # No batch norm on the critic's first layer.
    assert critic == [Centred, nn.Conv2d, nn.LeakyReLU, *down, *down, nn.Flatten]
    assert {layer.negative_slope for layer in of(nn.LeakyReLU, network)} == {0.2}
    assert {layer.stride for layer in of(nn.Conv2d, network) + of(nn.ConvTranspose2d, network)} == {(2, 2)}
    assert not of(nn.MaxPool2d, network)


@pytest.mark.parametrize("priced", [{"objective": "wasserstein_gp"}, {"r1": 0.1}, {"r2": 0.1}, {}], ids=str)
def test_without_batch_norm_a_discriminator_scores_each_sample_alone(priced):
    network, x = dcgan(channels=(4, 5), batch_norm="off", **priced).train(), pictures(6, (1, 8, 8))
    assert not of(BatchNorm, network.discriminator)
    assert of(BatchNorm, network.generator)
    close(network.discriminator(x)[:2], network.discriminator(x[:2]))
    # Whether there is batch norm is decided by its own knob alone.
    with_norm = dcgan(channels=(4, 5), **priced).train()
    assert not torch.allclose(with_norm.discriminator(x)[:2], with_norm.discriminator(x[:2]))


def test_samples_stay_inside_the_value_range_and_may_reach_its_ends():
    network = dcgan().eval()
    with torch.no_grad():
        for layer in of(nn.ConvTranspose2d, network.ema_generator):
            layer.weight.mul_(100)
    samples = network.sample(50)
    assert samples.min() >= 0
    assert samples.max() <= 1
    assert samples.min() < 0.01
    assert samples.max() > 0.99


def test_encoded_are_the_last_features_averaged_over_the_picture():
    network, x = dcgan(channels=(4, 5)).eval(), pictures(3, (1, 8, 8))
    close(network.encode(x), network.discriminator.features(x).reshape(3, 5, 4).mean(dim=2))


def test_batch_norm_of_one_value_uses_its_running_statistics():
    norm = BatchNorm(3).train()
    norm.running_mean.copy_(torch.tensor([1.0, 2.0, 3.0]))
    norm.running_var.fill_(4.0)
    # (5 − mean) / √4
    close(norm(torch.full((1, 3, 1, 1), 5.0)).flatten(), torch.tensor([2.0, 1.5, 1.0]), atol=1e-5, rtol=0)
    x = torch.randn(4, 3, 2, 2, generator=rng())
    close(norm(x), nn.functional.batch_norm(x, None, None, training=True))


def test_a_single_sample_is_a_batch():
    network = dcgan((1, 5, 5), channels=(4, 4, 4), batch_size=2, packing=2)
    assert all(torch.isfinite(loss) for loss in one_step(network, pictures(1, (1, 5, 5))).values())
