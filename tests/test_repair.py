"""The noise that the probe of Reconstructions begins with."""

import pytest

from core.engine import Record
from pages.ui.repair import first_noise
from tests.making import config_of


def record(config, step):
    return Record("a", "a", 0.0, "paused", step, 0.0, "", {}, "", config, None)


@pytest.mark.parametrize(("step", "level"), [(9, 0.2), (10, 0.9), (60, 0.9)])
def test_the_probe_begins_with_the_noise_in_force_where_the_run_stands(step, level):
    config = config_of("denoising_autoencoder", noise="masking", noise_level=0.2).changed(10, {"noise_level": 0.9})
    found = first_noise(record(config, step))
    assert (found["noise"], found["level"]) == ("masking", level)


def test_without_noise_in_training_it_begins_with_a_gaussian_one():
    assert first_noise(record(config_of("autoencoder"), 5))["noise"] == "gaussian"


def test_kinds_of_noise_are_called_as_at_the_knob():
    assert first_noise(record(config_of("autoencoder"), 5))["kinds"]["gaussian"] == "Gaussian"
