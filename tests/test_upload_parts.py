"""Which samples of a file are held out: whole series, or their ends, so that none is nearly one that was learned."""

import numpy as np
import pytest

from core.home import Home
from core.uploads.prepare.parts import TEST, TRAINING, UNUSED, VALIDATION, drawn, drawn_by_series
from core.uploads.reading import read_upload
from tests import files
from tests.files import told


@pytest.mark.parametrize("samples", [20, 57, 1000])
def test_a_fifth_is_held_out_half_of_it_for_validation(samples):
    counts = np.bincount(drawn(samples), minlength=3)
    assert counts.sum() == samples
    assert counts[TRAINING] == samples - round(samples / 5)
    assert 0 <= counts[TEST] - counts[VALIDATION] <= 1


def test_windows_of_one_of_many_series_stay_together():
    series, notices = np.repeat(np.arange(30), 7), []
    parts = drawn_by_series(series, notices)
    assert all(len(set(parts[series == one])) == 1 for one in range(30))
    assert np.bincount(parts).tolist() == [24 * 7, 3 * 7, 3 * 7]
    assert "as wholes" in notices[0]


@pytest.mark.parametrize("count", [1, 3])
def test_few_series_are_cut_in_time_with_a_gap(count):
    series, notices = np.repeat(np.arange(count), 50), []
    parts = drawn_by_series(series, notices)
    for one in range(count):
        expected = [TRAINING] * 40 + [UNUSED] + [VALIDATION] * 4 + [UNUSED] + [TEST] * 4
        assert parts[series == one].tolist() == expected
    assert f"{2 * count} windows at the borders" in notices[0]


@pytest.mark.parametrize("lengths", [[3] * 9, [1, 40], [2, 2, 30]])
def test_series_too_short_to_be_parted_leave_something_to_validate_and_to_test(lengths):
    parts = drawn_by_series(np.repeat(np.arange(len(lengths)), lengths), [])
    counts = np.bincount(parts, minlength=4)
    assert counts[TRAINING] == sum(lengths) - round(sum(lengths) / 5)
    assert counts[VALIDATION] > 0
    assert counts[TEST] > 0


def test_scaling_does_not_look_at_what_is_held_out():
    rows = files.table(100, 2)
    (strays,) = np.flatnonzero(~files.training(100))[None]
    before = read_upload("t.csv", files.csv(rows))
    rows[strays] *= 100
    after = read_upload("t.csv", files.csv(rows))
    assert np.array_equal(before.dataset.train.x, after.dataset.train.x)
    assert told(after, "beyond these limits became 0 or 1")


def test_the_same_samples_are_held_out_whatever_the_seed(tmp_path):
    upload = read_upload("s.csv", files.csv(files.table(400, 1)), window=8)
    home = Home(tmp_path)
    kept = home.shelf.get(home.shelf.keep(upload.spec, upload.card, upload.x, upload.y, (), upload.parts))
    one, two = (kept.source.load("s", seed, kept.source.Parameters()) for seed in (0, 1))
    assert np.array_equal(one.test.x, two.test.x)
    assert kept.source.sizes == upload.sizes == (len(one.train.x), len(one.validation.x) + len(one.test.x))
