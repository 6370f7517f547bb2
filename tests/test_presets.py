"""Presets train and differ; sliders stop at what matters, and values are written as people write them."""

import math
import re

import pytest

from core import DATASETS, MODELS, RunConfig
from core.ladders import ladder
from core.training.loop import Training

PRESETS = [(model, preset) for model, made in MODELS.items() for preset in made.presets]
each_preset = pytest.mark.parametrize(("model", "preset"), PRESETS, ids=lambda part: getattr(part, "title", part))


def first_of(model, preset) -> str:
    """The first dataset that a preset is offered for."""
    kinds = MODELS[model].kinds & preset.kinds
    return next(name for name, source in DATASETS.items() if source.spec.kind in kinds)


@each_preset
def test_a_preset_trains_and_says_what_you_will_see(model, preset):
    # Small layers: what is asked is whether the values go together.
    sizes = {"hidden_sizes": (8,)} if preset.values.get("hidden_sizes") else {}
    settings = preset.settings()
    config = RunConfig(dataset=first_of(model, preset), model=model, **settings)
    assert all(getattr(config.hyperparameters, name) == value for name, value in settings["hyperparameters"].items())
    small = {**settings["hyperparameters"], **sizes, "batch_size": 8}
    training = Training(RunConfig(dataset=config.dataset, model=model, steps=3, hyperparameters=small))
    training.advance()
    assert all(math.isfinite(value) for value in training.metrics.values())
    assert preset.what_you_will_see.endswith(".")
    assert not re.search(r"[.!?]\s", preset.what_you_will_see)


@pytest.mark.parametrize("model", MODELS)
def test_presets_of_a_model_differ(model):
    presets = MODELS[model].presets
    assert len({preset.title for preset in presets}) == len(presets)
    for preset in presets:
        others = [other for other in presets if other is not preset]
        assert all(dict(other.values) != dict(preset.values) for other in others)
        # No knob of the model is left to what its defaults happen to be on other data.
        assert preset.values.keys() <= MODELS[model].Hyperparameters.model_fields.keys() | {"steps"}


# ---------------------------------------------------------------------------------------------- sliders and labels


@pytest.mark.parametrize("model", MODELS)
def test_ladders_stop_at_their_ends_and_at_what_matters_and_their_texts_are_exact(model):
    for knob in MODELS[model].Hyperparameters.knobs():
        if knob.type not in (int, float) or knob.scale == "linear":
            continue
        steps = ladder(knob)
        assert {*knob.slider} <= set(steps), knob.name
        assert steps == sorted(set(steps)), knob.name
        assert [float(knob.text(step).replace(",", "")) for step in steps] == steps
        assert len(set(map(knob.text, steps))) == len(steps), knob.name
        if knob.low == 0:
            assert steps[0] == 0, knob.name
        if knob.scale == "memory":
            assert {0.5, 0.9, 0.99, 0.999} <= set(steps), knob.name


def test_values_are_written_as_people_write_them():
    texts = {
        (knob.name, choice): knob.text(choice)
        for made in MODELS.values() for knob in made.Hyperparameters.knobs() for choice in knob.choices
    }  # fmt: skip
    assert texts["initialization", "he"] == "He"
    assert texts["objective", "wasserstein_gp"] == "Wasserstein GP"
    labels = {knob.label for made in MODELS.values() for knob in made.Hyperparameters.knobs()}
    assert {"β₂", "R1", "R2", "KL warm-up", "Initialisation"} <= labels
    # One spelling.
    assert not [text for text in (*labels, *texts.values()) if "_" in text or "iz" in text.replace("size", "")]
