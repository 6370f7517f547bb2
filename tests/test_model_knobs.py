"""What the knobs of all models do: those that matter are heard, and wherever they stand, training lives."""

import math
import random
from contextlib import suppress
from itertools import product

import numpy as np
import pytest

from core import DATASETS, MODELS, RunConfig
from core.errors import Diverged
from core.hyperparameters import Knob
from core.training.loop import Training
from tests.model_cases import (
    CASES,
    STANDS_FOR,
    config_of,
    each_model,
    finite,
    other_values,
    refused_by,
    same,
    samples_of,
    together,
    weights_of,
)

pytestmark = pytest.mark.usefixtures("often_checked")


def open_doors(knob: Knob):
    """Every setting of the other knobs under which this one matters."""
    return [dict(zip(knob.needs, values, strict=True)) for values in product(*knob.needs.values())]


def closed_doors(model: str, knob: Knob):
    """Every setting of one other knob under which this one does not matter."""
    others = {other.name: other for other in MODELS[model].Hyperparameters.knobs()}
    return [{name: value} for name, wanted in knob.needs.items() for value in others[name].choices
            if value not in wanted]  # fmt: skip


def listening(model: str, dataset: str, **hyperparameters) -> RunConfig:
    """A short run to its end, so that schedules have their say, and no step too far."""
    begin = config_of(model, dataset).hyperparameters
    rates = {name: 1e-5 for name in ("learning_rate", "discriminator_learning_rate") if hasattr(begin, name)}
    return config_of(model, dataset, steps=6, **{**rates, "batch_size": 16, **hyperparameters})


# One kind of data for each model: a knob that is heard on one is heard on all.
FIRST = dict(reversed(CASES))
HEARD = [
    (model, dataset, knob) for model, dataset in FIRST.items()
    for knob in MODELS[model].Hyperparameters.knobs()
    if other_values(knob, getattr(listening(model, dataset).hyperparameters, knob.name), dataset)
]  # fmt: skip
FIRST_WITH = {knob.name: model for model, _, knob in reversed(HEARD)}


@pytest.mark.parametrize(("model", "dataset", "knob"), together(HEARD), ids=lambda part: getattr(part, "name", part))
def test_changing_a_knob_that_matters_changes_the_weights_or_what_is_drawn(model, dataset, knob):
    # Where a knob is heard with one value, so it is with others, as the first model that has it shows.
    most = None if FIRST_WITH[knob.name] == model else 1
    for door in open_doors(knob)[:most]:
        base = listening(model, dataset, **door)
        assert knob.matters(dict(base.hyperparameters))
        weights = weights_of(base)
        for value in other_values(knob, getattr(base.hyperparameters, knob.name), dataset)[:most]:
            changed = listening(model, dataset, **door, **{knob.name: value})
            is_heard = not same(weights_of(changed), weights) or not same(samples_of(changed), samples_of(base))
            assert is_heard, f"{knob.name} = {value} changes nothing under {door}"


@pytest.mark.parametrize(("model", "dataset"), together(FIRST.items()))
def test_changing_a_knob_that_does_not_matter_changes_nothing(model, dataset):
    for knob in MODELS[model].Hyperparameters.knobs():
        for door in closed_doors(model, knob):
            if "bce" in door.values() and DATASETS[dataset].spec.value_range != (0.0, 1.0):
                continue
            base = listening(model, dataset, **door)
            assert not knob.matters(dict(base.hyperparameters))
            for value in other_values(knob, knob.default, dataset):
                changed = listening(model, dataset, **door, **{knob.name: value})
                assert same(weights_of(changed), weights_of(base)), f"{knob.name} is heard under {door}"


def anywhere(knob: Knob, dice: random.Random):
    """Some value inside the hard limits, limits as likely as not; at most 16 units or clusters, batches of 32."""
    if knob.choices:
        return dice.choice(knob.choices)
    if knob.type is tuple:
        return tuple(dice.randint(1, 16) for _ in range(dice.randint(0, 3)))
    high = min(knob.high, {"Architecture": 16}.get(knob.group, 32 if knob.name == "batch_size" else knob.high))
    if dice.random() < 0.5:
        return dice.choice([knob.low, high])
    if knob.scale == "log" and knob.low > 0:
        value = math.exp(dice.uniform(math.log(knob.low), math.log(high)))
        return round(value) if knob.type is int else min(max(value, knob.low), high)
    return dice.randint(knob.low, high) if knob.type is int else dice.uniform(knob.low, high)


# Four configurations a model, in parts that can be run side by side.
WALK = 4
PARTS = 2


@each_model
@pytest.mark.parametrize("part", range(PARTS))
def test_a_random_walk_through_the_ranges_trains_or_says_why_not(model, part):
    datasets = [STANDS_FOR[kind] for kind in sorted(MODELS[model].kinds)]
    for number in range(part, WALK, PARTS):
        dataset, dice = datasets[number % len(datasets)], random.Random(f"{model} {number}")
        drawn = {knob.name: anywhere(knob, dice) for knob in MODELS[model].Hyperparameters.knobs()}
        if drawn.get("reconstruction_loss") in refused_by(DATASETS[dataset].spec):
            drawn["reconstruction_loss"] = "mse"
        training = Training(config_of(model, dataset, steps=3, **drawn))
        with suppress(Diverged):
            training.advance()
        assert training.done or training.step == 0
        assert finite(training)
        views = training.snapshot().views
        assert all(np.isfinite(view).all() for view in views.values()), drawn


@pytest.mark.parametrize("model", ["autoencoder", "vae"])
def test_the_largest_learning_rate_diverges_and_keeps_finite_weights(model):
    training = Training(config_of(model, "digits", steps=500, learning_rate=10.0))
    with pytest.raises(Diverged, match=r"Diverged at step \d.*learning rate down \(it is 10") as diverged:
        training.advance()
    assert f"step {diverged.value.step:,}" in str(diverged.value)
    assert finite(training)


def test_a_default_that_differs_from_its_paper_says_so():
    helps = {knob.name: knob.help for knob in MODELS["sparse_autoencoder"].Hyperparameters.knobs()}
    assert helps["sparsity_weight"].endswith("(in the paper: 3).")
    # Inherited from the autoencoder, whose paper is another: this one's loss is the default.
    assert "in the paper" not in helps["reconstruction_loss"]
    assert "in the paper: 1000 – 500 – 250" in MODELS["autoencoder"].Hyperparameters.knobs()[3].help


def test_a_variational_model_calls_its_loss_a_likelihood():
    for model in ("vae", "convolutional_vae", "beta_tc_vae"):
        (knob,) = (knob for knob in MODELS[model].Hyperparameters.knobs() if knob.name == "reconstruction_loss")
        assert knob.label == "Likelihood"
