"""What is told before a run starts, and where training diverged."""

import pytest

from core import DATASETS, MODELS, RunConfig, fit
from core.dataset import Card, DataSpec
from core.errors import Diverged, Unsuitable
from core.guards import cautions, check_samples
from core.home import Home
from tests.making import uniform

PLANE = DataSpec("vector", (2,), (-1.0, 1.0))


def config(model: str = "autoencoder", **knobs) -> RunConfig:
    return RunConfig(dataset="two_moons", model=model, steps=1, hyperparameters=knobs)


def test_more_clusters_than_samples_are_refused_with_a_number_that_fits():
    with pytest.raises(
        Unsuitable, match=r"26 samples for training, and 32 clusters .* to 2, .* about 13 samples to each"
    ):
        check_samples(config("deep_embedded_clustering", n_clusters=32), 26)
    check_samples(config("deep_embedded_clustering", n_clusters=26), 26)


@pytest.mark.parametrize(
    ("knobs", "samples", "spec", "said"),
    [
        ({"latent_size": 1, "batch_size": 64}, 1000, PLANE, None),
        ({"latent_size": 3, "batch_size": 64}, 1000, PLANE, "down to 1"),
        ({"latent_size": 1, "batch_size": 64}, 20, PLANE, "batch size down to 5"),
        ({"latent_size": 1, "batch_size": 64}, 1000, DataSpec("vector", (2,), (0.0, 1e6)), "standardise"),
        (
            {"latent_size": 1, "batch_size": 64},
            1000,
            DataSpec("vector", (2,), (0.0, 1e-9)),
            "hardly anything is learned",
        ),
    ],
)
def test_each_caution_has_a_remedy(knobs, samples, spec, said):
    found = cautions(config(**knobs), spec, samples)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_a_generator_may_have_noise_of_any_size():
    assert cautions(config("gan", latent_size=16), PLANE, 1000) == []


def test_a_code_at_every_step_counts_as_many_times_as_there_are_steps():
    waves, spec = {"dataset": "waves", "model": "recurrent_autoencoder"}, DATASETS["waves"].spec
    long = RunConfig(**waves, hyperparameters={"code_at": "every_step", "latent_size": 8})
    network = MODELS["recurrent_autoencoder"](long.hyperparameters, spec)
    (caution,) = cautions(long, spec, 1000)
    assert f"A code of {network.latents:,} numbers" in caution
    assert cautions(RunConfig(**waves, hyperparameters={"latent_size": 8}), spec, 1000) == []


def test_a_step_takes_a_batch_for_each_step_of_the_discriminator():
    game = config("gan", batch_size=64, discriminator_steps=4)
    network = MODELS["gan"](game.hyperparameters, PLANE)
    assert cautions(game, PLANE, network.samples_per_step) == []
    (caution,) = cautions(game, PLANE, 200)
    assert f"A step takes {network.samples_per_step} samples" in caution
    assert "batch size down to 12" in caution


def test_classes_that_are_left_out_of_training_do_not_count():
    digits = DATASETS["digits"]
    few = RunConfig(dataset="digits", model="gan", data={"left_out": tuple("012345678")})
    (caution,) = cautions(few.having({"batch_size": 256}, digits.spec), digits.spec, 1440)
    assert "there are about 144 for training" in caution
    many = RunConfig(dataset="digits", model="deep_embedded_clustering", data={"left_out": tuple("123456789")})
    assert "about 14 samples" in cautions(many.having({"n_clusters": 32}, digits.spec), digits.spec, 140)[0]


def test_values_far_from_the_others_of_their_scale_are_no_matter_of_standardising():
    spec = DataSpec("vector", (2,), (-141.0, 141.0), scaling="standardise")
    (caution,) = cautions(config(latent_size=1), spec, 1000)
    assert "far from all others" in caution
    assert "standardise" not in caution


def test_data_so_far_from_zero_that_training_diverges_are_blamed_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_LAB_HOME", str(tmp_path))
    shelf, card, x = Home(tmp_path).shelf, Card("Far", "Points.", "here", "yours"), 1e6 * uniform(40, 2)
    far = {
        scaling: shelf.keep(DataSpec("vector", (2,), (-1e6, 1e6), scaling=scaling), card, samples)
        for scaling, samples in (("none", x), ("standardise", -x))
    }
    for scaling, said in (("none", "far from 0 .*standardise"), ("standardise", "Turn the learning rate down")):
        with pytest.raises(Diverged, match=said):
            fit(RunConfig(dataset=far[scaling], model="vae", steps=4, hyperparameters={"batch_size": 8}))
