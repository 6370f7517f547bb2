"""Models that are given labels: their bounds and losses by hand, which class samples are of, and what is never told."""

import math
from dataclasses import replace

import pytest
import torch
from pydantic import ValidationError
from torch.distributions import MultivariateNormal

from core import DATASETS, MODELS, RunConfig, load_dataset
from core.analysis import Context
from core.analysis.generation import generate, nearest
from core.analysis.judge import verdict
from core.analysis.likelihood import importance_weighted
from core.analysis.sampling import conditions_of, sampler
from core.analysis.yardstick import measure
from core.dataset import Split
from core.errors import LatentLabError
from core.query import models_for
from core.sentences import sentences
from core.sweeps.measures import measures
from core.training.loop import Training
from tests.making import made, normal, optimizers_of, rng

close = torch.testing.assert_close
TOLD = [name for name, model in MODELS.items() if model.needs_labels]
SMALL = {"hidden_sizes": (8,), "discriminator_sizes": (8,)}
UNLABELLED = replace(DATASETS["wine"].spec, label_names=())


def small(model: str, dataset: str, **hyperparameters):
    known = MODELS[model].Hyperparameters.model_fields
    values = {name: value for name, value in SMALL.items() if name in known}
    return made(model, dataset, **{**values, **hyperparameters})


# Enough to draw digits after 150 steps.
QUICK = {
    "conditional_vae": {"hidden_sizes": (128,), "batch_size": 64, "learning_rate": 1e-2, "kl_warmup": 0},
    "ac_gan": {"hidden_sizes": (64,), "discriminator_sizes": (64,), "batch_size": 64},
}


def short(model: str, steps: int, *left_out: str) -> Training:
    data = {"left_out": list(left_out)}
    training = Training(
        RunConfig(dataset="digits", model=model, steps=steps, seed=1, hyperparameters=QUICK[model], data=data)
    )
    training.advance()
    training.model.requires_grad_(False).eval()
    return training


# ------------------------------------------------------------------------------------------------- conditional VAE


def mixture_of_lines():
    """A conditional VAE of points of the plane whose p(x | y) are known, two Gaussians, and its log p(x)."""
    network = made(
        "conditional_vae", "two_moons", hidden_sizes=(), latent_size=1, reconstruction_loss="mse", decoder_std=0.5
    ).requires_grad_(False)
    (decoder,) = (layer for layer in network.decoder if isinstance(layer, torch.nn.Linear))
    # x = c_y + w z + b + σ ε
    centres, w, b = torch.tensor([[1.0, 0.0], [-0.5, 0.5]]), torch.tensor([1.0, -1.0]), torch.tensor([0.25, 0.0])
    decoder.weight.copy_(torch.cat([centres, w[None]]).T)
    decoder.bias.copy_(b)
    covariance = torch.outer(w, w) + 0.25 * torch.eye(2)
    # q(z | x, y) = N(0, 1) and q(y | x) = (3/4, 1/4), whatever x is: right on the mean, for the weights know better.
    for layer in (network.encoder[-1], network.classifier[-1]):
        layer.weight.zero_()
        layer.bias.zero_()
    network.classifier[-1].bias[0] = math.log(3.0)

    def log_p(x, y):
        return MultivariateNormal(centres[y] + b, covariance).log_prob(x)

    return network, log_p


def test_importance_weights_over_classes_and_codes_come_to_the_likelihood_of_a_mixture():
    network, log_p = mixture_of_lines()
    x = torch.tensor([0.5, 0.0])
    exact = torch.logsumexp(torch.stack([log_p(x, 0), log_p(x, 1)]) + math.log(0.5), dim=0)
    draws = x.expand(50_000, 2)
    close(importance_weighted(network.log_weights(draws, draws, rng())[:, None])[0], exact, atol=0.02, rtol=0)
    # One class alone was met: its Gaussian is all there is.
    network.met[1] = False
    close(importance_weighted(network.log_weights(draws, draws, rng())[:, None])[0], log_p(x, 0), atol=0.02, rtol=0)


def test_without_a_label_the_bound_is_the_mean_over_what_the_classifier_believes():
    network = made("conditional_vae", "two_moons", hidden_sizes=(), latent_size=1).requires_grad_(False)
    encoder, classifier = network.encoder[-1], network.classifier[-1]
    # No noise in z, so that the terms of a class are one number; q(y | x) = (3/4, 1/4), whatever x is.
    encoder.weight[1] = 0.0
    encoder.bias[1] = -30.0
    classifier.weight.zero_()
    classifier.bias.copy_(torch.tensor([math.log(3.0), 0.0]))
    x = torch.tensor([[0.3, -0.7]])
    (nll_0, kl_0), (nll_1, kl_1) = (network.bound_given(x, torch.tensor([y]), rng()) for y in (0, 1))
    nll, kl = network.bound(x.expand(20_000, 2), rng())
    # Σ_y q(y | x) U(x, y), and KL(q(y | x) ‖ p(y)) = ln 2 − H (eq. 7)
    of_class = math.log(2) + 0.75 * math.log(0.75) + 0.25 * math.log(0.25)
    wanted = 0.75 * (nll_0 + kl_0.sum()) + 0.25 * (nll_1 + kl_1.sum()) + of_class
    close((nll + kl.sum(dim=1)).mean(), wanted.squeeze(), atol=0.02, rtol=1e-2)
    close(kl[0, 0], torch.tensor(of_class))


def test_a_labelled_step_pays_for_the_class_that_it_is_told():
    network = small("conditional_vae", "two_moons", kl_warmup=0)
    x, y = normal(6, 2), torch.tensor([0, 1, 1, 0, 1, 0])
    nll, kl = network.bound_given(x, y, rng(1))
    measured = network.labelled_step(x, y, optimizers_of(network, 0.0), rng(1))
    # −L(x, y) = E log p(x | y, z) + log p(y) − KL (eq. 6), with p(y) = 1/2
    close(measured["loss"], (nll + kl.sum(dim=1)).mean() + math.log(2))
    # The encoder is told, too: the other class, another posterior.
    told, otherwise = (network.posterior_given(x, each)[0] for each in (y, 1 - y))
    assert (told != otherwise).all()


def test_a_code_says_the_class_that_the_classifier_names_and_lies_with_the_nearest_class():
    network = small("conditional_vae", "digits").requires_grad_(False)
    x = torch.rand(5, 1, 8, 8, generator=rng())
    y = network.classify(x).argmax(dim=1)
    close(network.encode(x)[:, :10], torch.nn.functional.one_hot(y, 10).float())
    z = network.encode(x)
    between = z.clone()
    between[:, :10] = 0.6 * z[:, :10] + 0.4 / 9 * (1 - z[:, :10])
    close(network.decode(between), network.decode(z))
    other = network.under(z, (y + 1) % 10)
    assert torch.equal(other[:, 10:], z[:, 10:])
    assert (network.decode(other) != network.decode(z)).flatten(1).any(dim=1).all()


# ---------------------------------------------------------------------------------------------------------- AC-GAN


def test_both_players_pay_for_a_class_that_is_not_named():
    network = small("ac_gan", "ring", classification=2.0)
    torch.nn.init.zeros_(network.discriminator.recognition.weight)
    # P(y | x) = (3, 1, 1, …, 1) / 10, whatever x is.
    network.discriminator.recognition.bias.data = torch.tensor([math.log(3.0)] + [0.0] * 7)
    real = Split(normal(2, 2), torch.tensor([0, 1]))
    z = network.coded(torch.tensor([0, 0, 5]), normal(3, 2))
    fake = network.generator(z)
    of_real = -(math.log(0.3) + math.log(0.1)) / 2
    of_fake = -(2 * math.log(0.3) + math.log(0.1)) / 3
    # −λ L_C (eq. 3)
    close(network.beside_discriminator(real, z, fake), torch.tensor(2 * (of_real + of_fake)))
    close(network.beside_generator(real.x, z, fake), torch.tensor(2 * of_fake))
    # A class that training has not met takes no share: 3 of 9 and 1 of 9.
    network.met[7] = False
    close(network.beside_generator(real.x, z, fake), torch.tensor(-2 * (2 * math.log(3 / 9) + math.log(1 / 9)) / 3))


def test_the_labels_of_a_part_go_with_its_samples():
    network = small("ac_gan", "ring", discriminator_steps=2)
    seen = []
    network.beside_discriminator = lambda real, z, fake: seen.append(real) or fake.new_zeros(())
    x, y = normal(8, 2), torch.arange(8)
    network.labelled_step(x, y, optimizers_of(network), rng())
    assert [part.y.tolist() for part in seen] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert torch.equal(torch.cat([part.x for part in seen]), x)


# ------------------------------------------------------------------------------------------------------------ both


@pytest.fixture(scope="module")
def runs():
    return {model: short(model, 150) for model in TOLD}


@pytest.mark.parametrize("model", TOLD)
def test_samples_are_of_the_class_that_was_asked_for(runs, model):
    training = runs[model]
    train, network = training.dataset.train, training.model

    def classes_of(samples):
        # By the nearest training sample: an independent judge.
        return train.y[nearest(samples, train.x)[1]]

    y = network.in_turn(100)
    assert y[:11].tolist() == [*range(10), 0]
    assert (classes_of(network.sample(100, seed=3)) == y).float().mean() > 0.8
    context = Context(network, training.dataset, training.config)
    drawn = sampler(context, "", "7")(30, 0)
    assert (classes_of(drawn) == 7).float().mean() > 0.8
    assert torch.equal(torch.from_numpy(generate(context, n=30, condition="7").samples), drawn)
    with pytest.raises(LatentLabError, match="no condition called 'cat'"):
        generate(context, condition="cat")


@pytest.mark.parametrize("model", TOLD)
def test_how_often_held_out_classes_are_told_stands_beside_the_largest_class(runs, model):
    training = runs[model]
    validation, found = training.dataset.validation, training.measure()
    named = training.model.classify(validation.x).argmax(dim=1)
    assert found["test_accuracy"] == pytest.approx(float((named == validation.y).float().mean()), abs=1e-6)
    assert found["test_accuracy"] > 0.85
    largest = training.dataset.train.y.bincount().argmax()
    baselines = measure(Context(training.model, training.dataset, training.config)).baselines
    assert baselines["accuracy"] == pytest.approx(float((validation.y == largest).float().mean()))


@pytest.mark.parametrize("model", TOLD)
def test_a_class_that_was_left_out_is_neither_named_nor_drawn(model):
    training = short(model, 3, "3", "8")
    network = training.model
    assert network.met.nonzero().flatten().tolist() == [0, 1, 2, 4, 5, 6, 7, 9]
    assert not network.classify(training.dataset.validation.x)[:, [3, 8]].any()
    assert network.in_turn(9).tolist() == [0, 1, 2, 4, 5, 6, 7, 9, 0]
    assert {*network.parted(network.prior(400, rng()))[0].tolist()} == {0, 1, 2, 4, 5, 6, 7, 9}
    assert [*conditions_of(training.config, training.dataset.spec)] == list("01245679")
    # What is held out has these classes still, and is measured with them.
    assert all(map(math.isfinite, training.measure().values()))


@pytest.mark.parametrize("model", TOLD)
def test_training_hands_over_the_labels_of_its_batch_and_nothing_else_has_them(model):
    training = Training(RunConfig(dataset="wine", model=model, steps=4, hyperparameters={"batch_size": 32}))
    labels = {
        tuple(x.tolist()): int(y) for x, y in zip(training.dataset.train.x, training.dataset.train.y, strict=True)
    }
    seen, step = [], training.model.labelled_step

    def watched(x, y, *others):
        seen.append(([labels[tuple(each.tolist())] for each in x], y.tolist()))
        return step(x, y, *others)

    training.model.labelled_step = watched
    training.advance()
    assert len(seen) == 4
    assert all(wanted == given for wanted, given in seen)


@pytest.mark.parametrize("model", TOLD)
def test_data_without_labels_are_refused_with_a_sentence(model):
    title = MODELS[model].title
    said = f"{title} learns from the labels of two classes or more; these data have none. Choose another model."
    for names in ((), ("only one",)):
        spec = replace(UNLABELLED, label_names=names)
        with pytest.raises(ValidationError) as refused:
            RunConfig.for_data(spec, dataset="upload_0123456789abcdef", model=model)
        assert sentences(refused.value) == [said]
        assert model not in models_for(spec)
    assert model in models_for(DATASETS["wine"].spec)
    source = replace(DATASETS["wine"], spec=UNLABELLED)
    query = {"dataset": "upload_0123456789abcdef", "model": model}
    config, mistakes = RunConfig.from_query(query, {query["dataset"]: source})
    assert config.model == "vae"
    assert mistakes == [f"{said} Variational autoencoder is taken instead."]


def test_infogan_draws_one_category_where_it_is_asked_for():
    config = RunConfig(dataset="digits", model="info_gan", hyperparameters={"components": 4})
    network = made("info_gan", "digits", components=4).requires_grad_(False)
    conditions = conditions_of(config, DATASETS["digits"].spec)
    assert conditions == {"A": 0, "B": 1, "C": 2, "D": 3}
    z = network.prior(9, rng())
    under = network.under(z, torch.full((9,), 2))
    assert under[:, :4].tolist() == [[0.0, 0.0, 3.0, 0.0]] * 9
    assert torch.equal(under[:, 4:], z[:, 4:])
    drawn = sampler(Context(network, load_dataset("digits", seed=0), config), "", "C")(9, 0)
    close(drawn, network.decode(under))


def test_the_judge_counts_samples_of_the_class_that_was_wanted():
    sure, torn = [0.95, 0.0], [0.5, 0.5]

    def classify(samples):
        return torch.tensor([sure, sure, torn, sure[::-1]])

    wanted = torch.tensor([0, 1, 0, 1])
    # Three are of some class, and two of these of theirs.
    assert verdict(classify, torch.zeros(4, 2), wanted) == (0.75, 1.0, pytest.approx(2 / 3), 0.5)
    assert verdict(classify, torch.zeros(4, 2))[3] is None


@pytest.mark.parametrize("model", TOLD)
def test_a_sweep_is_judged_by_the_classes_told_and_not_by_clusters_of_codes_that_say_them(model):
    keys = [each.key for each in measures(RunConfig(dataset="digits", model=model), DATASETS["digits"].spec)]
    assert "test_accuracy" in keys
    assert not any(key.startswith("clusters.") for key in keys)
