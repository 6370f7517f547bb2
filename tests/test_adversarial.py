"""What GANs minimise and what holds their critics back, against hand values or another implementation."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize

from core import DATASETS, MODELS, RunConfig
from core.nn.adversarial import discriminator_loss, generator_loss, gradient_penalty, pack, zero_centred_penalty
from core.nn.dropout import dropout
from core.nn.initialization import initialize
from core.nn.spectral import normalise_layers
from core.training.loop import Training
from tests.making import first_dataset, made, normal, optimizers_of, rng, weights

close = torch.testing.assert_close
OBJECTIVES = ["minimax", "non_saturating", "least_squares", "wasserstein_gp", "wasserstein_clipping"]


# ------------------------------------------------------------------------------------------------------------ dropout


def test_dropout_silences_its_share_of_hidden_units_and_turns_up_the_rest():
    network = nn.Sequential(nn.Linear(1, 4000), nn.ReLU(), nn.Linear(4000, 3))
    x, seen = torch.ones(50, 1), []
    network[1].register_forward_hook(lambda layer, inputs, outputs: seen.append(outputs))
    network(x)
    with dropout(network, 0.25, rng()):
        network[2].register_forward_pre_hook(lambda layer, inputs: seen.append(inputs[0]))
        network(x)
    whole, dropped = seen[0], seen[-1]
    heard = (whole > 0).expand_as(dropped)
    kept = dropped[heard] != 0
    close(kept.float().mean(), torch.tensor(0.75), atol=0.01, rtol=0)
    # ỹ = r y / (1 − p)
    close(dropped[heard][kept], whole[heard][kept] / 0.75)
    # Others for each sample; and afterwards all are back.
    assert not torch.equal(dropped[0], dropped[1])
    assert torch.equal(network(x), network(x))


@pytest.mark.parametrize("model", ["gan", "dcgan", "wgan_gp", "recurrent_gan"])
def test_every_discriminator_drops_out_while_it_trains_and_only_then(model):
    dataset = first_dataset(model)
    settings = RunConfig(dataset=dataset, model=model).hyperparameters.model_copy(update={"dropout": 0.5})
    network = MODELS[model](settings, DATASETS[dataset].spec)
    network.initialize(rng())
    x = normal(8, *network.shape)
    with dropout(network.discriminator, 0.5, rng(1)):
        assert not torch.equal(network.criticise(x), network.criticise(x))
    steps = [network.training_step(x, optimizers_of(network, 0.0), rng(seed))["generator_loss"] for seed in (1, 1, 2)]
    assert steps[0] == steps[1] != steps[2]
    assert torch.equal(network.criticise(x), network.criticise(x))


# ------------------------------------------------------------------------------------------------------------- losses

# The scores of which a sigmoid makes D(x) = 0.8 and D(G(z)) = 0.3; the other losses take those two as they are.
REAL, FAKE = math.log(0.8 / 0.2), math.log(0.3 / 0.7)
BY_HAND = {
    # −ln 0.8 − ln 0.7; then ln 0.7, and −ln 0.3
    "minimax": (REAL, FAKE, 0.579818, -0.356675),
    "non_saturating": (REAL, FAKE, 0.579818, 1.203973),
    # ½ 0.2² + ½ 0.3²; ½ 0.7²
    "least_squares": (0.8, 0.3, 0.065, 0.245),
    "wasserstein_gp": (0.8, 0.3, -0.5, -0.3),
    "wasserstein_clipping": (0.8, 0.3, -0.5, -0.3),
}


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_both_losses_by_hand(objective):
    real, fake, critic, generator = BY_HAND[objective]
    close(discriminator_loss(torch.tensor([real]), torch.tensor([fake]), objective).item(), critic, atol=1e-6, rtol=0)
    close(generator_loss(torch.tensor([fake]), objective).item(), generator, atol=1e-6, rtol=0)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_both_losses_are_means_over_samples_of_their_definition(objective):
    real, fake = 2 * normal(50, seed=1), 2 * normal(40, seed=2)
    ones, zeros = torch.ones(50), torch.zeros(40)
    d_real, d_fake = real.sigmoid(), fake.sigmoid()
    logistic = F.binary_cross_entropy(d_real, ones) + F.binary_cross_entropy(d_fake, zeros)
    critic, generator = {
        "minimax": (logistic, (1 - d_fake).log().mean()),
        "non_saturating": (logistic, -d_fake.log().mean()),
        "least_squares": (
            F.mse_loss(real, ones) / 2 + F.mse_loss(fake, zeros) / 2, F.mse_loss(fake, ones[:40]) / 2,
        ),
    }.get(objective, (fake.mean() - real.mean(), -fake.mean()))  # fmt: skip
    close(discriminator_loss(real, fake, objective), critic)
    close(generator_loss(fake, objective), generator)


def test_an_undecided_critic_sits_at_log_4():
    undecided = torch.zeros(7)
    close(discriminator_loss(undecided, undecided, "minimax"), torch.tensor(math.log(4)))


# ---------------------------------------------------------------------------------------------------------- penalties


@pytest.mark.parametrize("shape", [(5, 2), (5, 1, 2, 3)])
def test_zero_centred_penalty_of_a_linear_critic_is_half_its_squared_slope(shape):
    x = normal(*shape).requires_grad_(True)
    w = normal(math.prod(shape[1:]), seed=1).requires_grad_(True)
    penalty = zero_centred_penalty(x.flatten(1) @ w + 3, x)
    close(penalty, 0.5 * w.square().sum())
    # It is minimised, so it must reach the weights: ∇ ½‖w‖² = w.
    close(*torch.autograd.grad(penalty, w), w)


@pytest.mark.parametrize("shape", [(5, 2), (5, 1, 2, 3)])
def test_gradient_penalty_of_a_linear_critic_is_its_slope_s_squared_distance_from_1(shape):
    real, fake = normal(*shape, seed=1), normal(*shape, seed=2)
    w = normal(math.prod(shape[1:]), seed=3).requires_grad_(True)
    penalty = gradient_penalty(lambda x: x.flatten(1) @ w + 3, real, fake, rng())
    close(penalty, (w.norm() - 1) ** 2)
    # ∇ (‖w‖ − 1)² = 2 (‖w‖ − 1) w / ‖w‖
    close(*torch.autograd.grad(penalty, w), 2 * (w.norm() - 1) * w / w.norm())


@pytest.mark.parametrize("prices", [{"r1": 0.5, "r2": 2.0}, {"objective": "wasserstein_gp"}], ids=str)
def test_penalties_at_every_third_step_count_three_times(prices):
    spec = DATASETS["ring"].spec
    settings = RunConfig(dataset="ring", model="gan").hyperparameters.model_copy(update=prices)
    every_step, every_third = (
        MODELS["gan"](settings.model_copy(update={"penalty_every": every}), spec) for every in (1, 3)
    )
    every_step.initialize(rng())
    every_third.load_state_dict(every_step.state_dict())
    real, fake = normal(6, 2, seed=1), normal(6, 2, seed=2)
    *scores, penalty = every_step.scores_and_penalty(real, fake, rng())
    assert penalty > 0
    for step, times in enumerate((3, 0, 0, 3)):
        every_third.step = step
        *same, rare = every_third.scores_and_penalty(real, fake, rng())
        close(rare, times * penalty)
        close(same, scores)


def test_gradient_penalty_looks_between_real_and_generated_samples_everywhere_alike():
    real, fake, seen = normal(20_000, 1, 1, 2, seed=1), normal(20_000, 1, 1, 2, seed=2), []

    def critic(x: Tensor) -> Tensor:
        seen.append(x.detach())
        return x.flatten(1).sum(dim=1)

    gradient_penalty(critic, real, fake, rng())
    alpha = ((seen[0] - fake) / (real - fake)).flatten(1)
    # One α for all values of a sample; differences near zero leave little of its digits.
    assert (alpha[:, 0] - alpha[:, 1]).abs().quantile(0.99) < 1e-3
    shares = alpha[:, 0].histc(10, 0, 1) / 20_000
    close(shares, torch.full((10,), 0.1), atol=0.012, rtol=0)


@pytest.mark.parametrize("objective", ["minimax", "non_saturating", "least_squares", "wasserstein_gp"])
def test_critic_pays_for_its_slope_at_real_and_at_generated_points(objective):
    network = made(discriminator_sizes=(), r1=0.7, r2=0.2, gradient_penalty=0.3, objective=objective)

    class Square(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.square()

    # D(x) = Σ w x², so ∇D = 2 w x differs from place to place.
    network.discriminator.features = Square()
    w = network.discriminator.score.weight
    real, fake = normal(6, 2, seed=1), normal(6, 2, seed=2)
    bare = discriminator_loss(network.criticise(real), network.criticise(fake), objective)
    expected = 0.7 * 0.5 * (2 * w * real).square().sum(dim=1).mean()
    expected = expected + 0.2 * 0.5 * (2 * w * fake).square().sum(dim=1).mean()
    if objective == "wasserstein_gp":
        expected = expected + 0.3 * gradient_penalty(network.discriminator, real, fake, rng(5))
    real_scores, fake_scores, penalty = network.scores_and_penalty(real, fake, rng(5))
    close(discriminator_loss(real_scores, fake_scores, objective), bare)
    close(penalty, expected)


def test_clipped_weights_stay_clipped():
    network = made("wgan_gp", objective="wasserstein_clipping", clip=0.03)
    assert max(weight.abs().max() for weight in weights(network.discriminator)) > 0.03
    optimizers = optimizers_of(network)
    for step in range(3):
        network.training_step(normal(12, 2, seed=step), optimizers, rng(step))
        reach = max(weight.abs().max().item() for weight in weights(network.discriminator))
        assert reach == pytest.approx(0.03)
    assert max(weight.abs().max() for weight in weights(network.generator)) > 0.03


# ---------------------------------------------------------------------------------------------- spectral normalisation


def stretched() -> nn.Sequential:
    network = nn.Sequential(nn.Conv2d(3, 5, 3), nn.Flatten(), nn.Linear(20, 7), nn.ReLU(), nn.Linear(7, 1))
    normalise_layers(network)
    initialize(network, "he", rng())
    return network


def layers_of(network: nn.Module) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]


def test_spectral_norm_divides_by_the_largest_singular_value():
    network = stretched()
    for _ in range(200):
        network(normal(2, 3, 4, 4))
    for layer in layers_of(network):
        original = layer.parametrizations.weight.original
        sigma = torch.linalg.svdvals(original.flatten(1))[0]
        assert abs(sigma - 1) > 0.05
        close(layer.weight, original / sigma, rtol=1e-4, atol=1e-6)
        # The gradient knows that σ depends on the weights too: the same through torch's own decomposition.
        direction = normal(*original.shape, seed=9)
        got = torch.autograd.grad((layer.weight * direction).sum(), original)
        wanted = torch.autograd.grad((original / torch.linalg.matrix_norm(original.flatten(1), 2) * direction).sum(),
                                     original)  # fmt: skip
        close(got, wanted, rtol=1e-3, atol=1e-4)


def test_spectral_norm_stands_still_while_it_is_looked_at():
    network = stretched().eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    first = network(normal(2, 3, 4, 4))
    assert torch.equal(network(normal(2, 3, 4, 4)), first)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("seed", range(5))
def test_spectral_norm_gives_a_new_critic_scores_of_a_sane_size(seed):
    network = made(spectral="on")
    network.initialize(rng(seed))
    points = 4 * torch.rand(500, 2, generator=rng()) - 2
    scores = network.eval().criticise(points)
    # Points are at most 2√2 away; an estimate of σ from one iteration is seldom below half of it, in four layers.
    assert scores.abs().max() < 2**4 * 2 * math.sqrt(2)
    # However large the weights are: only their directions count.
    with torch.no_grad():
        for layer in network.discriminator.modules():
            if parametrize.is_parametrized(layer):
                layer.parametrizations.weight.original.mul_(1000)
    torch.testing.assert_close(network.criticise(points), scores)


def test_spectral_norm_of_weights_that_are_zero_is_zero():
    network = stretched()
    initialize(network, "zero", rng())
    assert not network(normal(2, 3, 4, 4)).any()
    # And it wakes up with them.
    with torch.no_grad():
        network[4].parametrizations.weight.original.fill_(0.5)
    network(normal(2, 3, 4, 4))
    close(network[4].weight.norm(), torch.tensor(1.0))


def test_spectral_norm_of_a_run_is_the_same_bit_for_bit():
    runs = []
    for seed in range(2):
        torch.manual_seed(seed)
        training = Training(RunConfig(dataset="ring", model="gan", steps=5, hyperparameters={"spectral": "on"}))
        training.advance()
        runs.append(training.model.state_dict())
    one, other = runs
    assert len([name for name in one if name.endswith("weight.0.u")]) == 4
    assert all(torch.equal(value, other[name]) for name, value in one.items())


# ------------------------------------------------------------------------------------------------------------- packing


def test_pack_lays_samples_side_by_side():
    x = torch.arange(14.0).reshape(7, 2)
    # Packs of 3: (0, 2, 4) and (1, 3, 5); sample 6 is left over.
    packed = torch.tensor([[0.0, 1, 4, 5, 8, 9], [2, 3, 6, 7, 10, 11]])
    assert torch.equal(pack(x, 3, 1), packed)
    # Too few for a pack: from the start again.
    assert torch.equal(pack(x[:2], 3, 1), torch.tensor([[0.0, 1, 2, 3, 0, 1]]))


@pytest.mark.parametrize(("shape", "axis", "wanted"), [((8, 3, 4, 5), 1, (4, 6, 4, 5)), ((8, 6, 2), 2, (4, 6, 4))])
def test_pictures_are_packed_as_channels_and_sequences_as_features(shape, axis, wanted):
    x = normal(*shape)
    packed = pack(x, 2, axis)
    assert packed.shape == wanted
    first, second = packed.chunk(2, dim=axis)
    assert torch.equal(torch.cat([first, second]), x)


def test_packed_critic_learns_from_packs_and_judges_a_sample_whatever_its_batch():
    network, x = made(packing=3), normal(12, 2)
    network.before_step(x, rng())
    seen = []
    handle = network.discriminator.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0].shape))
    network.training_step(x, optimizers_of(network), rng())
    assert seen[:2] == [(4, 6), (4, 6)]
    handle.remove()
    scores = network.criticise(x)
    for one in range(12):
        close(network.criticise(x[one : one + 1]), scores[one : one + 1])
    # Its companions are two real samples, chosen once.
    close(scores, network.discriminator(torch.cat([x, x[0].expand(12, 2), x[1].expand(12, 2)], dim=1)))
    network.step = 1
    network.before_step(normal(12, 2, seed=5), rng())
    close(network.criticise(x), scores)
