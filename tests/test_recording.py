"""The recording of the first visit is the run that a visitor would start."""

import numpy as np

from core import RunConfig
from core.query import FIRST_MODEL, WELCOME_DATASET
from core.recording import FILE, from_bytes, record, to_bytes
from tests.making import config_of


def test_a_recording_is_the_beginning_of_each_view_of_its_run():
    *pictures, walk = record(config_of("vae", steps=20), 4)
    steps = [picture.step for picture in pictures]
    assert (steps[0], steps[-1]) == (0, 20)
    assert steps == sorted(set(steps))
    *again, walked = from_bytes(to_bytes(iter([*pictures, walk])))
    # A walk goes around the middle of the prior, and each of its codes is decoded.
    assert np.linalg.norm(walked.codes, axis=1).max() <= 1.5 + 1e-6
    assert walked.samples.shape == (len(walked.codes), 1, 8, 8)
    assert walked.samples.std(axis=0).max() > 0
    assert [picture.metrics for picture in again] == [dict(picture.metrics) for picture in pictures]
    assert again[-1].reconstructions.shape == (13, 1, 8, 8)
    np.testing.assert_array_equal(again[-1].plane, pictures[-1].plane)


def test_what_is_shipped_is_small_and_of_the_first_dataset_and_model():
    assert FILE.stat().st_size <= 300_000
    config = RunConfig(dataset=WELCOME_DATASET, model=FIRST_MODEL)
    *shipped, walk = from_bytes(FILE.read_bytes())
    assert set(walk.views) == {"codes", "samples"}
    assert shipped[-1].step == shipped[-1].steps == config.steps
    # Before the first step nothing but the seed, the defaults and the data have a say.
    first, _ = record(config, 1)
    np.testing.assert_allclose(shipped[0].plane, first.plane, atol=1e-4)
