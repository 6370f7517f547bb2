"""What models declare of themselves and of their knobs, and which values are refused."""

import math
import re
from typing import get_args

import pytest
from pydantic import ValidationError

from core import DATASETS, MODELS
from core.hyperparameters import Knob
from core.model import Capability
from core.sentences import sentences
from tests.model_cases import (
    STANDS_FOR,
    config_of,
    each_case,
    each_model,
    refused_by,
)


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


def knobs_of(model: str) -> list[Knob]:
    return MODELS[model].Hyperparameters.knobs()


@each_model
def test_knobs_are_described_in_one_sentence(model):
    for knob in knobs_of(model):
        assert knob.help.endswith("."), knob.name
        assert not re.search(r"[.!?]\s", knob.help), knob.name


@each_model
def test_numbers_have_limits_and_their_sliders_stay_inside(model):
    for knob in knobs_of(model):
        if knob.type in (int, float):
            assert knob.low <= knob.default <= knob.high, knob.name
            low, high = knob.soft or (knob.low, knob.high)
            assert knob.low <= low < high <= knob.high, knob.name


@each_model
def test_needs_name_other_knobs_and_values_they_take(model):
    known = {knob.name: knob for knob in knobs_of(model)}
    for knob in known.values():
        for name, wanted in knob.needs.items():
            assert set(wanted) < set(known[name].choices), knob.name


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


@each_model
def test_values_outside_of_their_limits_are_refused_by_name(model):
    dataset = STANDS_FOR[min(MODELS[model].kinds)]
    for name, bad, mention in [(knob.name, *bad) for knob in knobs_of(model) for bad in bad_values(knob)]:
        with pytest.raises(ValidationError) as refused:
            config_of(model, dataset, **{name: bad})
        (sentence,) = sentences(refused.value)
        assert sentence.startswith(name), sentence
        assert mention in sentence
        assert sentence.endswith(".")


@each_model
def test_limits_themselves_are_allowed(model):
    dataset = STANDS_FOR[min(MODELS[model].kinds)]
    refused = refused_by(DATASETS[dataset].spec)
    for knob in knobs_of(model):
        ends = [(), (2048,) * 6] if knob.type is tuple else [knob.low, knob.high]
        for value in [choice for choice in knob.choices if choice not in refused] or ends:
            config = config_of(model, dataset, **{knob.name: value})
            assert getattr(config.hyperparameters, knob.name) == value


@each_case
def test_unknown_hyperparameter_is_refused_by_name(model, dataset):
    with pytest.raises(ValidationError) as refused:
        config_of(model, dataset, nonsense=1)
    assert sentences(refused.value) == ["nonsense is not a hyper-parameter here."]
