"""What is told before a run starts, and where training diverged."""

import pytest
import torch

from core import RunConfig, fit
from core.dataset import DataSpec
from core.errors import Diverged, Unsuitable
from core.guards import cautions, check_samples, too_far

PLANE = DataSpec("vector", (2,), (-1.0, 1.0))


def config(model: str = "autoencoder", **knobs) -> RunConfig:
    return RunConfig(dataset="two_moons", model=model, steps=1, hyperparameters=knobs)


def test_more_clusters_than_samples_are_refused_with_a_number_that_fits():
    with pytest.raises(Unsuitable, match=r"26 samples for training, and 32 clusters .* down to 2\."):
        check_samples(config("deep_embedded_clustering", n_clusters=32), 26)
    check_samples(config("deep_embedded_clustering", n_clusters=26), 26)


@pytest.mark.parametrize(
    ("knobs", "samples", "spec", "said"),
    [
        ({"latent_size": 1, "batch_size": 64}, 1000, PLANE, None),
        ({"latent_size": 3, "batch_size": 64}, 1000, PLANE, "down to 1"),
        ({"latent_size": 1, "batch_size": 64}, 20, PLANE, "batch size down to 5"),
        ({"latent_size": 1, "batch_size": 64}, 1000, DataSpec("vector", (2,), (0.0, 1e6)), "standardise"),
    ],
)
def test_each_caution_has_a_remedy(knobs, samples, spec, said):
    found = cautions(config(**knobs), spec, samples)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_a_generator_may_have_noise_of_any_size():
    assert cautions(config("gan", latent_size=16), PLANE, 1000) == []


def test_divergence_on_data_far_from_zero_blames_their_scale(monkeypatch):
    assert too_far(torch.ones(3, 2)) == ""
    monkeypatch.setattr("core.training.loop.diverged_at", lambda losses, ceiling: 0)
    monkeypatch.setattr("core.training.loop.too_far", lambda x: too_far(1e6 * x))
    with pytest.raises(Diverged, match=r"Diverged at step 1: .* far from 0 .*standardise"):
        fit(config())
