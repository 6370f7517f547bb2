"""A sweep is declared once: what can be tried, what is refused with a sentence, and what a script gets."""

import pytest
import torch
from pydantic import ValidationError

import core
from core import DATASETS, MODELS, RunConfig, Sweep, fit
from core.sentences import sentences
from core.sweeps.declaration import STEPS, first_offered, offered, sweepable
from core.sweeps.suggestions import suggested, thinned
from tests.making import bring

BASE = RunConfig(dataset="digits", model="autoencoder", steps=20, seed=4, hyperparameters={"hidden_sizes": (16,)})


def swept(axes, seeds=1, base=BASE):
    return Sweep(base=base, axes=axes, seeds=seeds)


def refused(axes, seeds=1, base=BASE):
    with pytest.raises(ValidationError) as caught:
        swept(axes, seeds, base)
    (text,) = sentences(caught.value)
    return text


def test_every_combination_is_a_run_with_every_seed():
    sweep = swept({"latent_size": [1, 2], "noise": ["none", "gaussian"]}, seeds=2)
    found = [(run.hyperparameters.latent_size, run.hyperparameters.noise, run.seed) for run in sweep.configs()]
    first = [(1, "none", 4), (1, "gaussian", 4), (2, "none", 4), (2, "gaussian", 4)]
    assert found == first + [(size, noise, 5) for size, noise, _ in first]
    assert [sweep.setting_of(run) for run in sweep.configs()] == 2 * sweep.settings()
    assert sweep.text(sweep.settings()[1]) == "Latent size 1, Noise Gaussian"
    assert Sweep.model_validate_json(sweep.model_dump_json()) == sweep


def test_steps_and_knobs_of_the_data_can_be_swept_and_values_are_the_knobs_own():
    ring = RunConfig(dataset="ring", model="gan", steps=20)
    sweep = swept({"sigma": [0.05, 0.1, 0.1], "steps": [10, 20], "learning_rate": [1, 1.0]}, base=ring)
    assert sweep.axes == {"sigma": (0.05, 0.1), "steps": (10, 20), "learning_rate": (1.0,)}
    shapes = swept({"hidden_sizes": [[8], [8, 4], ()]})
    assert shapes.axes["hidden_sizes"] == ((8,), (8, 4), ())
    assert Sweep.model_validate_json(shapes.model_dump_json()) == shapes


@pytest.mark.parametrize(
    ("axes", "says"),
    [
        ({"latent_size": range(100), "batch_size": range(100)}, "These are 10,000 runs; 60 are the most."),
        ({"latent_size": [2, 0]}, "latent_size = 0 is too small"),
        ({"latent_size": [2.5]}, "latent_size"),
        ({"latent_size": []}, "Latent size has no values to try"),
        ({}, "Nothing is swept"),
        ({"latent_size": 3}, "are given as a list, not as 3"),
        ({"beta": [1.0]}, "beta is nothing that can be set for Autoencoder"),
        ({"seed": [1, 2]}, "seed is nothing that can be set"),
        ({"hidden_sizes": [(16, 0)]}, "too small"),
        ({"hidden_sizes": [(16,) * 7]}, "too long"),
        ({"noise_level": [0.1, 0.5]}, "Noise level changes nothing here: it matters with Noise Gaussian or"),
        ({"steps": [0]}, "steps = 0 is too small"),
    ],
)
def test_what_cannot_be_tried_is_one_sentence(axes, says):
    assert says in refused(axes)


def test_seeds_have_limits_too():
    assert "at least" in refused({"latent_size": [1]}, seeds=0) or "too small" in refused({"latent_size": [1]}, seeds=0)
    assert "too large" in refused({"latent_size": [1]}, seeds=2, base=BASE.having({"seed": 2**31 - 1}))


def test_a_knob_that_another_axis_turns_on_can_be_swept():
    assert len(swept({"noise": ["none", "gaussian"], "noise_level": [0.1, 0.5]}).configs()) == 4


def test_what_does_not_go_with_data_that_people_brought_is_refused():
    data = bring("vector", (3,), 40)
    spec = core.datasets.find(data, core.home.Home()).spec
    base = RunConfig.for_data(spec, dataset=data, model="autoencoder")
    with pytest.raises(ValidationError, match="BCE needs values between 0 and 1"):
        Sweep.for_data(spec, base=base, axes={"reconstruction_loss": ["mse", "bce"]})
    kept = Sweep.for_data(spec, base=base, axes={"reconstruction_loss": ["mse"]})
    with pytest.raises(ValidationError, match="BCE needs values between 0 and 1"):
        kept.extended("reconstruction_loss", ["bce"], spec)


def test_numbers_of_a_new_sweep_go_in_order_and_those_of_a_kept_one_stay_where_they_are():
    typed = {"latent_size": [1, 8, 3], "noise": ["none", "gaussian", "masking"], "hidden_sizes": [(8,), (), (4,)]}
    axes = Sweep.for_data(DATASETS["digits"].spec, base=BASE, axes=typed).axes
    assert axes == {name: tuple(values) for name, values in typed.items()} | {"latent_size": (1, 3, 8)}
    kept = swept({"latent_size": [1, 8, 3]})
    assert Sweep.model_validate_json(kept.model_dump_json()).axes == {"latent_size": (1, 8, 3)}


def test_it_is_extended_in_order():
    spec = DATASETS["digits"].spec
    assert swept({"latent_size": [1, 4]}).extended("latent_size", [2], spec).axes == {"latent_size": (1, 2, 4)}
    with pytest.raises(ValidationError, match="too small"):
        swept({"latent_size": [1, 4]}).extended("latent_size", [0], spec)


@pytest.mark.parametrize("model", MODELS)
def test_suggestions_suit_every_knob(model):
    dataset = next(name for name, source in DATASETS.items() if source.spec.kind in MODELS[model].kinds)
    base = RunConfig(dataset=dataset, model=model)
    for name, knob in sweepable(base).items():
        now = base.settings()[name]
        values = suggested(knob, now, tuple("abc"))
        assert now in values, name
        assert 2 <= len(values) == len(set(values)) <= max(7, len(knob.choices)), name
        # A loss is refused by some data, as they are scaled, too, as are classes that they lack.
        for value in values if name not in ("reconstruction_loss", "left_out", "preprocessing") else ():
            base.having({name: value})


def test_what_changes_nothing_here_is_not_offered():
    flow = RunConfig(dataset="two_moons", model="flow_matching")
    assert "latent_size" in sweepable(flow).keys() - offered(flow).keys()
    assert "latent_size" in offered(flow.having({"space": "codes"}))
    assert first_offered(flow, "latent_size") == "space"
    assert first_offered(flow.having({"space": "codes"}), None, "latent_size") == "latent_size"


def test_suggestions_follow_the_scale():
    knobs = sweepable(RunConfig(dataset="digits", model="vae"))
    assert suggested(knobs["latent_size"], 2) == [1, 2, 4, 8, 16, 32]
    assert suggested(knobs["learning_rate"], 0.002) == [0.0001, 0.0005, 0.002, 0.01, 0.05, 0.2]
    assert suggested(knobs["hidden_sizes"], (64, 32)) == [(), (32, 16), (64, 32), (128, 64), (64, 32, 16)]
    assert thinned([1, 2, 4, 8, 16, 32], 2, 4) == [2, 8, 32]
    assert suggested(STEPS, 3000) == [750, 1500, 3000, 6000, 12000, 24000]
    assert suggested(knobs["left_out"], ("a", "b"), ["a", "b", "c"]) == [(), ("a",), ("b",), ("c",), ("a", "b")]
    assert suggested(knobs["optimizer"], "sgd") == ["adam", "sgd", "rmsprop"]


def test_a_script_gets_a_table_of_what_fit_gives():
    table = core.sweep(BASE, {"latent_size": [1, 3], "learning_rate": [0.002, 10.0]}, seeds=2)
    assert len(table.rows) == 8
    row = table.rows[2]
    assert (row.settings, row.seed) == ({"latent_size": 3, "learning_rate": 0.002}, 4)
    fitted = fit(BASE.having(row.settings))
    assert row.metrics == fitted.history[-1].metrics
    (settings, mse), *_ = table.over_seeds("test_mse")
    numbers = [row.metrics["test_mse"] for row in table.rows if row.settings == settings]
    assert mse.mean == pytest.approx(sum(numbers) / 2)
    assert mse.sd == pytest.approx(abs(numbers[0] - numbers[1]) / 2**0.5)
    assert (mse.runs, list(table.to_frame()["seed"])) == (2, [4] * 4 + [5] * 4)
    assert table.to_dict()[0]["test_mse"] == numbers[0]


def test_a_run_that_diverges_is_a_row_without_numbers():
    base = RunConfig(dataset="digits", model="vae", steps=200, hyperparameters={"hidden_sizes": (16,)})
    table = core.sweep(base, {"learning_rate": [0.001, 10.0]})
    assert [bool(row.metrics) for row in table.rows] == [True, False]
    assert "Diverged at step" in table.rows[1].reason
    assert [found is None for _, found in table.over_seeds("test_mse")] == [False, True]
    assert torch.isfinite(torch.tensor(list(table.rows[0].metrics.values()))).all()
