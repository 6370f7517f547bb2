"""One contract for all models: what stands in the table is held to it, on every kind of data it accepts."""

import math
from functools import partial
from itertools import product
from typing import get_args

import pytest
import torch

from core import MODELS, RunConfig
from core.metrics import GRADIENT_NORM
from core.model import Capability
from core.training.loop import Training
from tests.making import first_dataset, rng
from tests.model_cases import (
    CASES,
    STEPS,
    bits,
    config_of,
    each_case,
    in_one_go,
    other_values,
    reference,
    same,
    together,
    trained,
    weights_of,
)

pytestmark = pytest.mark.usefixtures("often_checked")


def knobs_of(model: str) -> set[str]:
    return {knob.name for knob in MODELS[model].Hyperparameters.knobs()}


@each_case
def test_configuration_survives_json(model, dataset):
    for knob in MODELS[model].Hyperparameters.knobs():
        for value in other_values(knob, knob.default, dataset):
            config = config_of(model, dataset, **{knob.name: value})
            assert RunConfig.model_validate_json(config.model_dump_json()) == config


@each_case
def test_trains_with_finite_metrics_and_twice_to_the_same_bits(model, dataset):
    first = reference(model, dataset)
    torch.manual_seed(1)
    training = trained(config_of(model, dataset))
    assert same(bits(training), first)
    snapshot = training.snapshot()
    assert (training.step, snapshot.step) == (STEPS, STEPS)
    assert all(math.isfinite(value) for value in snapshot.metrics.values())
    seen = {name for name in snapshot.metrics if not name.startswith("test_")}
    assert seen
    # Whatever is measured of training samples is measured on held-out ones too, and all of it is declared.
    assert {f"test_{name}" for name in seen - {GRADIENT_NORM.name}} <= snapshot.metrics.keys()
    declared = {metric.name for metric in MODELS[model].metrics}
    assert {name.removeprefix("test_") for name in snapshot.metrics} <= declared
    assert {f"test_{name}" for name in MODELS[model].headline} & snapshot.metrics.keys()
    assert not same(training.model.state_dict(), Training(training.config).model.state_dict())


@each_case
def test_can_do_exactly_what_it_declares(model, dataset):
    training = trained(config_of(model, dataset, steps=2))
    network, x, hp = training.model, training.dataset.test.x[:5], training.config.hyperparameters
    inputs = {"decode": torch.zeros(5, network.latents), "flow": torch.zeros(5, network.latents), "sample": 5}
    outputs = {
        "encode": (5, network.latents) if network.autoencodes else (5, None),
        "assign": (5, network.cluster_count(hp) if "assign" in network.capabilities else None),
        "criticise": (5,),
        "likelihood": (5,),
        "flow": (None, *x.shape),
        "index": (5, getattr(hp, "n_codes", None)),
        "trajectory": (5, None, getattr(hp, "hidden_size", None)),
        "predict": (5, *x.shape[1:2], None, None),
        "classify": (5, network.classes),
    }
    for capability in get_args(Capability):
        # A likelihood is given by its importance weights, at a draw from the posterior.
        is_drawn = capability == "likelihood"
        act = partial(network.log_weights, x, rng=rng()) if is_drawn else getattr(network, capability)
        if capability not in network.capabilities:
            with pytest.raises(NotImplementedError):
                act(inputs.get(capability, x))
            continue
        result = act(inputs.get(capability, x))
        wanted = outputs.get(capability, tuple(x.shape))
        assert len(result.shape) == len(wanted), capability
        assert all(size in (number, None) for number, size in zip(result.shape, wanted, strict=True)), capability
        assert result.dtype == (torch.int64 if capability == "index" else torch.float32), capability
        assert torch.isfinite(result).all(), capability
        if capability in ("assign", "classify"):
            torch.testing.assert_close(result.sum(dim=1), torch.ones(5))


@each_case
def test_samples_follow_their_seed_alone(model, dataset):
    network = trained(config_of(model, dataset, steps=2)).model
    if "sample" not in network.capabilities:
        return
    torch.manual_seed(0)
    first = network.sample(4, seed=1)
    torch.manual_seed(1)
    assert torch.equal(network.sample(4, seed=1), first)
    assert not torch.equal(network.sample(4, seed=2), first)


@pytest.mark.parametrize("model", together([(name,) for name in MODELS if "latent_size" in knobs_of(name)]))
def test_another_latent_size_changes_neither_the_other_layers_nor_the_batches(model):
    small, large = (Training(config_of(model, first_dataset(model), latent_size=size)) for size in (2, 3))
    assert torch.equal(small.order, large.order)
    first, second = (dict(training.model.named_parameters()) for training in (small, large))
    alike = [name for name in first if name in second and first[name].shape == second[name].shape]
    assert any(first[name].any() for name in alike)
    assert [name for name in alike if not torch.equal(first[name], second[name])] == []


@each_case
def test_other_seed_gives_other_weights(model, dataset):
    config = config_of(model, dataset, steps=2)
    assert not same(weights_of(config), weights_of(config.model_copy(update={"seed": 4})))


# Small enough an epoch that a reshuffle happens after the cut, too.
CUT = [(model, dataset, {"batch_size": 1000 if dataset == "two_moons" else 256}) for model, dataset in CASES] + [
    ("autoencoder", "digits", {"batch_size": 256, "optimizer": optimizer, "momentum": momentum})
    for optimizer, momentum in product(("adam", "sgd", "rmsprop"), (0.0, 0.9))
]


@pytest.mark.parametrize(("model", "dataset", "changed"), together(CUT))
def test_resumes_bit_for_bit(model, dataset, changed):
    config = config_of(model, dataset, **changed)
    before = Training(config)
    before.advance(7)
    state = before.state()
    after = Training(config)
    after.restore(state)
    assert after.state() == state
    after.advance()
    assert after.step == STEPS
    assert same(bits(after), in_one_go(config))


@each_case
def test_neither_cutting_a_run_in_pieces_nor_looking_in_between_changes_anything(model, dataset):
    training = Training(config_of(model, dataset))
    for steps in (1, 4, 0, 6, 2):
        training.advance(steps)
        training.snapshot()
    assert training.step == 13
    # No time at all is one step, so that every slice gets somewhere.
    while not training.done:
        before = training.step
        training.advance(seconds=0.0)
        assert training.step == before + 1
    assert same(bits(training), reference(model, dataset))
