"""How GANs are trained, step by step, and what can be asked of their two networks."""

import copy
from dataclasses import replace

import pytest
import torch

from core import DATASETS, MODELS, RunConfig
from core.models._adversarial import Adversarial
from core.nn.inversion import invert
from core.nn.layers import Fourier
from core.training.loop import Training
from tests.making import made, normal, optimizers_of, rng, weights

close = torch.testing.assert_close
GANS = [name for name, model in MODELS.items() if issubclass(model, Adversarial)]
OBJECTIVES = ["minimax", "non_saturating", "least_squares", "wasserstein_gp", "wasserstein_clipping"]


# --------------------------------------------------------------------------------------------------- whose turn it is


@pytest.mark.parametrize(("players", "still"), [("generator", "discriminator"), ("discriminator", "generator")])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_who_does_not_play_keeps_every_weight(players, still, objective):
    network = made(players=players, objective=objective, r1=0.1)
    optimizers = optimizers_of(network)
    before = {name: weights(part) for name, part in network.optimised_modules().items()}
    for step in range(3):
        network.training_step(normal(12, 2, seed=step), optimizers, rng(step))
    after = {name: weights(part) for name, part in network.optimised_modules().items()}
    assert all(torch.equal(old, new) for old, new in zip(before[still], after[still], strict=True))
    assert not any(torch.equal(old, new) for old, new in zip(before[players], after[players], strict=True) if old.any())


@pytest.mark.parametrize(("players", "still"), [("generator", "discriminator"), ("discriminator", "generator")])
@pytest.mark.parametrize("spectral", ["off", "on"])
def test_who_does_not_play_keeps_batch_statistics_too(players, still, spectral):
    network = made("dcgan", "digits", players=players, spectral=spectral)
    before = {name: copy.deepcopy(part.state_dict()) for name, part in network.optimised_modules().items()}
    network.training_step(normal(12, 1, 8, 8), optimizers_of(network), rng())
    after = {name: part.state_dict() for name, part in network.optimised_modules().items()}
    assert all(torch.equal(after[still][key], value) for key, value in before[still].items())
    assert not all(torch.equal(after[players][key], value) for key, value in before[players].items())


def test_prices_can_be_turned_while_a_run_goes_on():
    for model in GANS:
        assert {"r1", "r2"} <= {knob.name for knob in MODELS[model].Hyperparameters.knobs() if knob.live}


def test_the_critic_s_statistics_are_those_of_its_own_steps():
    one, other = (made("dcgan", "digits", generator_steps=steps) for steps in (1, 5))
    for network in (one, other):
        network.training_step(normal(12, 1, 8, 8), optimizers_of(network), rng())
    buffers = dict(other.discriminator.named_buffers())
    assert buffers
    assert all(torch.equal(value, buffers[name]) for name, value in one.discriminator.named_buffers())


@pytest.mark.parametrize(("players", "counts"), [("both", (3, 2)), ("discriminator", (3, 0)), ("generator", (0, 2))])
def test_steps_of_a_turn_are_as_many_as_asked_for(players, counts):
    network = made(players=players, discriminator_steps=3, generator_steps=2, batch_size=4)
    optimizers, taken = optimizers_of(network), {"discriminator": 0, "generator": 0}
    for name, optimizer in optimizers.items():
        optimizer.register_step_post_hook(lambda *_, name=name: taken.update({name: taken[name] + 1}))
    network.training_step(normal(12, 2), optimizers, rng())
    assert (taken["discriminator"], taken["generator"]) == counts


def test_each_critic_step_sees_samples_and_noise_of_its_own():
    network, x = made(discriminator_steps=3, batch_size=4), normal(12, 2)
    assert network.samples_per_step == 12
    seen, original = [], network.scores_and_penalty

    def watched(real, fake, rng):
        seen.append((real.detach(), fake.detach()))
        return original(real, fake, rng)

    network.scores_and_penalty = watched
    network.training_step(x, optimizers_of(network, rate=0.0), rng())
    assert torch.equal(torch.cat([real for real, _ in seen]), x)
    assert len(torch.cat([fake for _, fake in seen]).unique(dim=0)) == 12


def test_generator_s_loss_leaves_no_gradient_at_the_critic():
    network = made(players="generator")
    network.training_step(normal(8, 2), optimizers_of(network), rng())
    assert all(weight.grad is None for weight in network.discriminator.parameters())
    assert all(weight.grad is not None for weight in network.generator.parameters())


def test_instance_noise_fades_out_by_half_time():
    network, x = made(instance_noise=0.8), torch.zeros(100_000, 1)
    network.steps = 100
    levels = []
    for network.step in (0, 25, 50, 80):
        levels.append(network.corrupt(x, rng()).std().item())
    assert levels == pytest.approx([0.8, 0.4, 0.0, 0.0], rel=0.02)


def test_samples_come_from_the_running_average_of_the_generator():
    network = made(ema_decay=0.9)
    # Old enough for all of its memory: before, at step s, it is (s + 1) / (s + 3) at most.
    network.step, network.steps = 500, 1000
    before = weights(network.ema_generator)
    network.training_step(normal(8, 2), optimizers_of(network), rng())
    moved = zip(before, network.generator.parameters(), network.ema_generator.parameters(), strict=True)
    for old, current, average in moved:
        close(average, 0.9 * old + 0.1 * current)
        assert not torch.equal(average, old)
    close(network.sample(5, seed=4), network.ema_generator(normal(5, 2, seed=4)))


def test_a_young_average_does_not_cling_to_the_first_weights():
    network = made(ema_decay=0.995)
    network.step, network.steps = 1, 1000
    before = weights(network.ema_generator)
    network.training_step(normal(8, 2), optimizers_of(network), rng())
    for old, current, average in zip(
        before, network.generator.parameters(), network.ema_generator.parameters(), strict=True
    ):
        close(average, 0.5 * old + 0.5 * current)


def test_without_memory_the_average_is_the_generator():
    network = made(ema_decay=0.0)
    network.training_step(normal(8, 2), optimizers_of(network), rng())
    assert all(map(torch.equal, weights(network.ema_generator), weights(network.generator)))
    assert network.ema_distance() == 0
    with torch.no_grad():
        for weight in network.ema_generator.parameters():
            weight.mul_(0.75)
    close(network.ema_distance(), torch.tensor(0.25))


# ------------------------------------------------------------------------------------------------- what can be asked


def test_uniform_prior_fills_its_square_and_normal_noise_is_normal():
    z = made(prior="uniform", latent_size=3).prior(50_000, rng())
    assert z.shape == (50_000, 3)
    assert -1 <= z.min() < -0.999
    assert 0.999 < z.max() <= 1
    # Var U(−1, 1) = 1/3
    close(z.var(dim=0), torch.full((3,), 1 / 3), atol=0.01, rtol=0)
    close(z.mean(dim=0), torch.zeros(3), atol=0.015, rtol=0)
    close(made(latent_size=3).prior(50_000, rng()).std(dim=0), torch.ones(3), atol=0.015, rtol=0)


def test_fourier_features_are_waves_of_doubling_frequency():
    # (v, sin πv, sin 2πv, cos πv, cos 2πv) at v = ¼
    half = 0.5**0.5
    close(Fourier(2)(torch.tensor([[0.25]])), torch.tensor([[0.25, half, 1.0, half, 0.0]]))
    assert Fourier(3)(normal(5, 2)).shape == (5, 2 * 7)
    assert made(fourier_octaves=3).discriminator.features[2](normal(5, 2)).shape == (5, 14)


def test_a_mixture_prior_is_one_of_its_components_and_noise():
    network = made("gan", "digits", prior="mixture", components=4, latent_size=3)
    z = network.prior(20_000, rng())
    assert z.shape == (20_000, network.latents) == (20_000, 7)
    which = z[:, :4]
    assert set(which.unique().tolist()) == {0.0, 3.0}
    assert (which.sum(dim=1) == 3).all()
    close((which > 0).float().mean(dim=0), torch.full((4,), 1 / 4), atol=0.015, rtol=0)
    close(z[:, 4:].std(dim=0), torch.ones(3), atol=0.02, rtol=0)
    assert network.sample(5).shape == (5, 1, 8, 8)


@pytest.mark.parametrize("model", [name for name in GANS if "prior" in MODELS[name].Hyperparameters.model_fields])
def test_every_gan_that_may_learns_from_a_mixture(model):
    dataset = next(name for name, source in DATASETS.items() if source.spec.kind in MODELS[model].kinds)
    training = Training(RunConfig(dataset=dataset, model=model, hyperparameters={"prior": "mixture", "components": 3}))
    training.advance(steps=2)
    assert training.model.prior(5, rng()).shape == (5, training.model.latents)
    assert len(training.snapshot().samples) > 0


@pytest.mark.parametrize(
    "options", [{}, {"packing": 2}, {"spectral": "on"}, {"fourier_octaves": 2}, {"discriminator_sizes": ()}]
)
def test_codes_are_the_features_whose_weighted_sum_is_the_score(options):
    network, x = made(**options).eval(), normal(6, 2)
    codes, score = network.encode(x), network.discriminator.score
    assert codes.shape == (6, score.in_features)
    close(network.criticise(x), codes @ score.weight[0] + score.bias)


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_inversion_finds_the_noise_behind_a_sample(prior):
    network = made(latent_size=3, prior=prior, hidden_sizes=(32,), activation="tanh").requires_grad_(False)
    x = network.decode(network.prior(40, rng(7)))
    starts = network.prior(256, rng(0))
    nearest = torch.cdist(x, network.decode(starts)).min(dim=1).values.square().mean()
    found = (network.reconstruct(x) - x).square().sum(dim=1)
    assert found.mean() < 0.01 * nearest
    # Each is searched for on its own.
    close(network.reconstruct(x[:1]), network.reconstruct(x)[:1], atol=1e-4, rtol=0)


def test_inversion_stays_where_the_prior_is_and_is_never_worse_than_its_best_start():
    starts = 2 * torch.rand(30, 2, generator=rng()) - 1
    # The nearest z would lie far outside.
    x = torch.tensor([[5.0, -3.0], [0.5, 0.25]])
    found = invert(lambda z: z, x, starts, reach=1.0)
    close(found, torch.tensor([[1.0, -1.0], [0.5, 0.25]]), atol=1e-3, rtol=0)
    # Valleys much narrower than a step: a search that kept its last z would have lost its way.
    # Starts beyond the reach are begun from where they are allowed to be, and judged there.
    beyond = invert(lambda z: (500 * z).sin(), x / 6, 3 * starts, reach=1.0)
    allowed = torch.cdist(x / 6, (500 * (3 * starts).clamp(-1, 1)).sin()).min(dim=1).values
    assert ((x / 6 - (500 * beyond).sin()).norm(dim=1) <= allowed + 1e-6).all()
    wild = invert(lambda z: (500 * z).sin(), x / 6, starts, reach=1.0)
    nearest = torch.cdist(x / 6, (500 * starts).sin()).min(dim=1).values
    assert ((x / 6 - (500 * wild).sin()).norm(dim=1) <= nearest + 1e-6).all()


@pytest.mark.parametrize("model", GANS)
def test_the_curve_that_means_something_is_plotted_first(model):
    made_of = MODELS[model]
    dataset = next(name for name, source in DATASETS.items() if source.spec.kind in made_of.kinds)
    objectives = next(knob.choices for knob in made_of.Hyperparameters.knobs() if knob.name == "objective")
    for objective in objectives:
        config = RunConfig(dataset=dataset, model=model, steps=1, hyperparameters={"objective": objective})
        training = Training(config)
        training.advance()
        curves = made_of.curves(config.hyperparameters)
        measured = training.model.evaluate(training.dataset.train.x[:50], rng())
        assert set(curves.metrics) <= measured.keys()
        assert "slope" in measured or objective != "wasserstein_gp"
        if objective.startswith("wasserstein"):
            assert curves.metrics == ("distance",)
            assert measured["distance"] == -measured["critic_loss"]
        else:
            assert curves.metrics == ("discriminator_accuracy",)


@pytest.mark.parametrize("options", [{"model": "dcgan", "dataset": "digits"}, {"objective": "wasserstein_gp"}])
def test_both_curves_differ_in_nothing_but_the_real_samples(options):
    model, dataset = options.pop("model", "gan"), options.pop("dataset", "ring")
    training = Training(RunConfig(dataset=dataset, model=model, hyperparameters={"ema_decay": 0.9, **options}))
    training.advance(steps=3)
    # One set of samples on both sides: batch statistics and a generator of another age would tell them apart.
    observer = training.observer
    observer.training = observer.shown
    measured = training.snapshot().metrics
    assert len(measured) >= 6
    for name in ("generator_loss", *training.model.curves(training.config.hyperparameters).metrics):
        assert measured[name] == measured[f"test_{name}"]
    observer.training = replace(observer.shown, x=observer.x + 1)
    changed = training.snapshot().metrics
    assert changed["generator_loss"] == measured["generator_loss"]
    assert changed != measured


def test_the_slope_of_a_critic_is_measured_between_real_and_generated_samples():
    network = made(objective="wasserstein_gp", discriminator_sizes=())
    weight = network.discriminator.score.weight
    with torch.no_grad():
        measured = network.evaluate(normal(9, 2), rng())
    # A linear critic has one slope everywhere, ‖w‖.
    close(measured["slope"], weight.norm().detach())
    assert "slope" not in made().evaluate(normal(9, 2), rng())


def test_accuracy_is_the_share_told_apart():
    real, fake = torch.tensor([0.2, 0.7, -1.0, 3.0]), torch.tensor([-0.1, 0.4, 0.6, -2.0])
    # Right at logit 0: three real ones and two generated; at one half, least squares: two and three.
    assert made().measure(real, fake)["discriminator_accuracy"] == 5 / 8
    assert made(objective="least_squares").measure(real, fake)["discriminator_accuracy"] == 5 / 8
    assert made(objective="least_squares").measure(real, fake - 0.2)["discriminator_accuracy"] == 6 / 8
    assert made().measure(real, fake - 0.2)["discriminator_accuracy"] == 5 / 8


def test_verdicts_change_at_a_probability_of_a_half_and_half_way_between_a_critic_s_scores():
    real, fake = torch.tensor([4.0, 5.0, 90.0]), torch.tensor([-70.0, 1.0, 2.0])
    assert made().boundary(real, fake) == 0
    assert made(objective="least_squares").boundary(real, fake) == 0.5
    assert made(objective="wasserstein_gp").boundary(real, fake) == 3
    assert made(objective="wasserstein_clipping").boundary(real + 9, fake + 9) == 12
