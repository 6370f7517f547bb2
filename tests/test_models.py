"""One contract for all models: what stands in the table is held to it, on every kind of data it accepts."""

import math
import random
import re
from contextlib import suppress
from functools import cache, partial
from itertools import product
from typing import get_args

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load

from core import DATASETS, MODELS, RunConfig
from core.errors import Diverged
from core.hyperparameters import Knob
from core.model import Capability
from core.sentences import sentences
from core.training import loop
from core.training.loop import Training
from tests.making import first_dataset, rng

# The first dataset of each kind stands for the kind.
STANDS_FOR = {source.spec.kind: name for name, source in reversed(DATASETS.items())}
CASES = [(model, STANDS_FOR[kind]) for model, made in MODELS.items() for kind in sorted(made.kinds)]
# Past one of the loop's looks at the losses, which come more often here than they do elsewhere.
STEPS, CHECK_EVERY = 17, 10
KNOBS = [(model, knob) for model, made in MODELS.items() for knob in made.Hyperparameters.knobs()]


def together(rows):
    """Rows that begin with a model, so that all tests of one model share a process and what was trained there."""
    return [pytest.param(*row, marks=pytest.mark.xdist_group(row[0])) for row in rows]


@pytest.fixture(autouse=True, scope="module")
def often_checked():
    """Losses are looked at so often that a few steps are enough to see that it makes no difference."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "CHECK_EVERY", CHECK_EVERY)
        yield


each_model = pytest.mark.parametrize("model", together([(model,) for model in MODELS]))
each_case = pytest.mark.parametrize(("model", "dataset"), together(CASES))
each_knob = pytest.mark.parametrize(("model", "knob"), together(KNOBS), ids=lambda part: getattr(part, "name", part))


# Nothing that is asked here depends on how large a network is.
SMALL = {"hidden_sizes": (8,), "discriminator_sizes": (8,), "channels": (4, 4), "hidden_size": 8}


def config_of(model: str, dataset: str, steps: int = STEPS, **hyperparameters) -> RunConfig:
    small = {knob.name: SMALL[knob.name] for knob in MODELS[model].Hyperparameters.knobs() if knob.name in SMALL}
    return RunConfig(dataset=dataset, model=model, steps=steps, seed=3, hyperparameters={**small, **hyperparameters})


def trained(config: RunConfig) -> Training:
    training = Training(config)
    training.advance()
    return training


def bits(training: Training) -> dict[str, torch.Tensor]:
    """Everything the next step depends on: weights, optimiser, random numbers, order; not how pictures are turned."""
    return {name: tensor for name, tensor in load(training.state()).items() if not name.startswith("plane.")}


@cache
def in_one_go(config: RunConfig) -> dict[str, torch.Tensor]:
    """What a run without a break comes to, however often it is asked for."""
    torch.manual_seed(0)
    return bits(trained(config))


def reference(model: str, dataset: str) -> dict[str, torch.Tensor]:
    return in_one_go(config_of(model, dataset))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@cache
def weights_of(config: RunConfig) -> dict[str, torch.Tensor]:
    return trained(config).model.state_dict()


def finite(training: Training) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in training.model.state_dict().values())


# ------------------------------------------------------------------------------------------------ what is declared


@each_model
def test_says_what_it_is(model):
    made = MODELS[model]
    assert all(text.strip() for text in (made.title, made.summary))
    assert made.summary.endswith(".")
    assert made.references
    assert all(re.search(r"\b(19|20)\d\d\b", reference) for reference in made.references)
    assert made.kinds
    assert made.capabilities <= set(get_args(Capability))


# Knobs whose every choice is another formula.
MATHEMATICS = ("objective", "reconstruction_loss", "sparsity", "noise", "cell")


@each_model
def test_the_formula_is_that_of_the_chosen_objective(model):
    declared = MODELS[model].Hyperparameters
    for knob in declared.knobs():
        if knob.name in MATHEMATICS:
            formulas = [MODELS[model].formula(declared(**{knob.name: choice})) for choice in knob.choices]
            assert len({*formulas}) == len(knob.choices)
            for formula in formulas:
                assert formula.replace(r"\{", "").count("{") == formula.replace(r"\}", "").count("}")
                assert formula.count(r"\begin") == formula.count(r"\end")


def test_a_formula_has_the_terms_that_are_switched_on():
    dec = MODELS["deep_embedded_clustering"]
    assert "IDEC" in dec.formula(dec.Hyperparameters())
    pure = dec.formula(dec.Hyperparameters(reconstruction_weight=0.0))
    assert "DEC" in pure
    assert "IDEC" not in pure
    gan = MODELS["gan"]
    assert r"\nabla" in gan.formula(gan.Hyperparameters(r1=0.1, r2=0.0))
    assert r"\nabla" not in gan.formula(gan.Hyperparameters(r1=0.0, r2=0.0))
    vae = MODELS["vae"]
    assert r"\max\big(0.5" in vae.formula(vae.Hyperparameters(free_bits=0.5))
    assert "minus the ELBO" in vae.curves(vae.Hyperparameters()).text
    assert "minus the ELBO" not in vae.curves(vae.Hyperparameters(beta=4.0)).text


@each_knob
def test_knob_is_described_in_one_sentence(model, knob):
    assert knob.help.endswith(".")
    assert not re.search(r"[.!?]\s", knob.help)


@each_knob
def test_number_has_limits_and_the_slider_stays_inside(model, knob):
    if knob.type in (int, float):
        assert knob.low <= knob.default <= knob.high
        low, high = knob.soft or (knob.low, knob.high)
        assert knob.low <= low < high <= knob.high


@each_knob
def test_needs_name_other_knobs_and_values_they_take(model, knob):
    others = {other.name: other for other in MODELS[model].Hyperparameters.knobs()}
    for name, wanted in knob.needs.items():
        assert set(wanted) < set(others[name].choices)


# ---------------------------------------------------------------------------------------------- what it is refused


def bad_values(knob: Knob):
    """Values outside of the declaration, each with what its sentence must mention."""
    yield None, "None"
    if knob.choices:
        yield "no such choice", knob.choices[0]
        yield 1, knob.choices[0]
    elif knob.type is tuple:
        yield from [((0,), "1"), ((2049,), "2048"), ((8,) * 7, "6"), ((1.5,), "1.5"), (("8",), "'8'"), (8, "8")]
    else:
        below, above = (
            (knob.low - 1, knob.high + 1)
            if knob.type is int
            else (math.nextafter(knob.low, -math.inf), math.nextafter(knob.high, math.inf))
        )
        yield from [(below, str(knob.low)), (above, str(knob.high))]
        yield from [(math.nan, "nan"), ("1", "'1'"), (True, "True"), ([knob.default], str(knob.default))]
        yield from [(math.inf, "inf")] + [(knob.low + 0.5, "integer")] * (knob.type is int)


@each_knob
def test_value_outside_of_its_limits_is_refused_by_name(model, knob):
    dataset = STANDS_FOR[min(MODELS[model].kinds)]
    for bad, mention in bad_values(knob):
        with pytest.raises(ValidationError) as refused:
            config_of(model, dataset, **{knob.name: bad})
        (sentence,) = sentences(refused.value)
        assert sentence.startswith(knob.name), sentence
        assert mention in sentence
        assert sentence.endswith(".")


@each_knob
def test_limits_themselves_are_allowed(model, knob):
    dataset = STANDS_FOR[min(MODELS[model].kinds)]
    allowed = knob.choices or ([(), (2048,) * 6] if knob.type is tuple else [knob.low, knob.high])
    for value in allowed:
        config = config_of(model, dataset, **{knob.name: value})
        assert getattr(config.hyperparameters, knob.name) == value


@each_case
def test_unknown_hyperparameter_is_refused_by_name(model, dataset):
    with pytest.raises(ValidationError) as refused:
        config_of(model, dataset, nonsense=1)
    assert sentences(refused.value) == ["nonsense is not a hyper-parameter here."]


# ------------------------------------------------------------------------------------------------------ what it does


@each_case
def test_configuration_survives_json(model, dataset):
    for knob in MODELS[model].Hyperparameters.knobs():
        for value in other_values(knob, knob.default, dataset):
            config = config_of(model, dataset, **{knob.name: value})
            assert RunConfig.model_validate_json(config.model_dump_json()) == config


@each_case
def test_trains_with_finite_metrics(model, dataset):
    training = trained(config_of(model, dataset))
    snapshot = training.snapshot()
    assert (training.step, snapshot.step) == (STEPS, STEPS)
    assert all(math.isfinite(value) for value in snapshot.metrics.values())
    seen = {name for name in snapshot.metrics if not name.startswith("test_")}
    assert seen
    # Whatever is measured while training is measured on held-out data too, and all of it is declared.
    assert {f"test_{name}" for name in seen} <= snapshot.metrics.keys()
    declared = {metric.name for metric in MODELS[model].metrics}
    assert {name.removeprefix("test_") for name in snapshot.metrics} <= declared
    assert {f"test_{name}" for name in MODELS[model].headline} & snapshot.metrics.keys()
    assert not same(training.model.state_dict(), Training(training.config).model.state_dict())


@each_case
@pytest.mark.parametrize("capability", get_args(Capability))
def test_can_do_exactly_what_it_declares(model, dataset, capability):
    training = trained(config_of(model, dataset, steps=2))
    network, x, hp = training.model, training.dataset.test.x[:5], training.config.hyperparameters
    inputs = {"decode": torch.zeros(5, network.latents), "sample": 5}
    outputs = {
        "encode": (5, hp.latent_size) if network.autoencodes else (5, None),
        "assign": (5, getattr(hp, "n_clusters", None)),
        "criticise": (5,),
        "likelihood": (5,),
    }
    # A likelihood is given by its importance weights, at a draw from the posterior.
    act = partial(network.log_weights, x, rng=rng()) if capability == "likelihood" else getattr(network, capability)
    if capability not in network.capabilities:
        with pytest.raises(NotImplementedError):
            act(inputs.get(capability, x))
        return
    result = act(inputs.get(capability, x))
    wanted = outputs.get(capability, tuple(x.shape))
    assert len(result.shape) == len(wanted)
    assert all(size in (number, None) for number, size in zip(result.shape, wanted, strict=True))
    assert result.dtype == torch.float32
    assert torch.isfinite(result).all()
    if capability == "assign":
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


@each_case
def test_same_configuration_gives_the_same_bits(model, dataset):
    first = reference(model, dataset)
    torch.manual_seed(1)
    assert same(bits(trained(config_of(model, dataset))), first)


@each_model
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
def test_cutting_a_run_in_pieces_changes_nothing(model, dataset):
    config = config_of(model, dataset)
    training = Training(config)
    for steps in (1, 4, 0, 6, 2):
        training.advance(steps)
    assert training.step == 13
    # No time at all is one step, so that every slice gets somewhere.
    while not training.done:
        before = training.step
        training.advance(seconds=0.0)
        assert training.step == before + 1
    assert same(bits(training), reference(model, dataset))


@each_case
def test_looking_does_not_disturb(model, dataset):
    config = config_of(model, dataset)
    training = Training(config)
    while not training.done:
        training.advance(4)
        training.snapshot()
    assert same(bits(training), reference(model, dataset))


# ------------------------------------------------------------------------------------------------- what it listens to


def moved(knob: Knob, value: float) -> float:
    """A quarter of the way to the farther limit, measured on the knob's own scale."""
    there, back = (math.log, math.exp) if knob.scale == "log" and knob.low > 0 else (float, float)
    far = max(knob.low, knob.high, key=lambda limit: abs(there(limit) - there(value)))
    result = back(0.75 * there(value) + 0.25 * there(far))
    return round(result) if knob.type is int else result


def other_values(knob: Knob, value, dataset: str) -> list:
    """Values this knob may take instead of `value` on this dataset."""
    if knob.type is tuple:
        return [(*value, 8), tuple(size + 1 for size in value) or (3,)]
    if not knob.choices:
        return [moved(knob, value)]
    # Cross-entropy is for values in 0…1 only.
    refused = set() if DATASETS[dataset].spec.value_range == (0.0, 1.0) else {"bce"}
    return [choice for choice in knob.choices if choice not in {value} | refused]


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


@pytest.mark.parametrize(("model", "dataset", "knob"), together(HEARD), ids=lambda part: getattr(part, "name", part))
def test_changing_a_knob_that_matters_changes_the_weights(model, dataset, knob):
    for door in open_doors(knob):
        base = listening(model, dataset, **door)
        assert knob.matters(dict(base.hyperparameters))
        weights = weights_of(base)
        for value in other_values(knob, getattr(base.hyperparameters, knob.name), dataset):
            changed = listening(model, dataset, **door, **{knob.name: value})
            assert not same(weights_of(changed), weights), f"{knob.name} = {value} changes nothing under {door}"


@pytest.mark.parametrize(("model", "dataset"), together(FIRST.items()))
def test_changing_a_knob_that_does_not_matter_changes_nothing(model, dataset):
    for knob in MODELS[model].Hyperparameters.knobs():
        for door in closed_doors(model, knob):
            if "bce" in door.values() and DATASETS[dataset].spec.value_range != (0.0, 1.0):
                continue
            base = listening(model, dataset, **door)
            changed = listening(model, dataset, **door, **{knob.name: moved(knob, knob.default)})
            assert not knob.matters(dict(base.hyperparameters))
            assert same(weights_of(changed), weights_of(base)), f"{knob.name} is heard under {door}"


# ---------------------------------------------------------------------------------------------- what it lives through


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


# Eight configurations a model, in parts that can be run side by side.
WALK = 8
PARTS = 2


@each_model
@pytest.mark.parametrize("part", range(PARTS))
def test_a_random_walk_through_the_ranges_trains_or_says_why_not(model, part):
    datasets = [STANDS_FOR[kind] for kind in sorted(MODELS[model].kinds)]
    for number in range(part, WALK, PARTS):
        dataset, dice = datasets[number % len(datasets)], random.Random(f"{model} {number}")
        drawn = {knob.name: anywhere(knob, dice) for knob in MODELS[model].Hyperparameters.knobs()}
        if DATASETS[dataset].spec.value_range != (0.0, 1.0) and "reconstruction_loss" in drawn:
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
    assert "in the paper: 1000-500-250" in MODELS["autoencoder"].Hyperparameters.knobs()[3].help


def test_a_variational_model_calls_its_loss_a_likelihood():
    for model in ("vae", "convolutional_vae"):
        (knob,) = (knob for knob in MODELS[model].Hyperparameters.knobs() if knob.name == "reconstruction_loss")
        assert knob.label == "Likelihood"
