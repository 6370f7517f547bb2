"""Lessons: each compares one thing; that its claim holds is trained for in `tests/benchmarks/test_lesson_claims.py`."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.lessons import FOLDER, LESSONS, Claim, Lesson
from core.sweeps.declaration import sweepable

each_lesson = pytest.mark.parametrize("name", LESSONS)


def test_every_file_is_in_the_table():
    assert {path.stem for path in Path(FOLDER).glob("*.toml")} == set(LESSONS)


@each_lesson
def test_a_lesson_compares_one_thing_with_the_same_first_weights(name):
    first, second = LESSONS[name].configs()
    assert (first.seed, first.dataset, first.model) == (second.seed, second.dataset, second.model)
    # R1 and R2 are one price, at two kinds of samples.
    assert len(first.differences(second)) == 1 or first.differences(second).keys() == {"r1", "r2"}
    sentences = (LESSONS[name].question, LESSONS[name].look, LESSONS[name].happened, LESSONS[name].next.text)
    assert all(text.strip()[-1] in ".?" for text in sentences)


@each_lesson
def test_what_to_try_next_is_one_side_with_other_settings_that_matter(name):
    lesson = LESSONS[name]
    begin, tried = lesson.configs()[lesson.next.side], lesson.next_config()
    assert begin.differences(tried).keys() == lesson.next.values.keys()
    knobs = sweepable(tried)
    assert all(knobs[knob].matters(tried.settings()) for knob in lesson.next.values)
    assert tried not in lesson.configs()


@pytest.mark.parametrize(
    ("name", "metric", "true", "more", "less"),
    [
        # "About five sixths of it" is neither nine tenths nor two thirds.
        ("squeeze", "mse", (0.06, 0.01), (0.06, 0.006), (0.06, 0.02)),
        # "The one that copies takes next to none of it, the other two thirds": neither four fifths nor half.
        ("noise", "noise_removed", (0.6, 4.7), (0.6, 7.0), (0.6, 3.0)),
        # "Few take part at a time".
        ("sparse", "active_codes", (0.9, 0.1), (0.9, 0.29), (0.9, 0.4)),
        # "A mode or none", and "all eight".
        ("collapse", "covered", (0.0, 8.0), (2.0, 8.0), (0.0, 7.0)),
    ],
)
def test_what_the_right_guess_says_has_an_end_on_both_sides(name, metric, true, more, less):
    (claim,) = (claim for claim in LESSONS[name].claims if claim.metric == metric)
    assert [claim.holds(values) for values in (true, more, less)] == [True, False, False]


def test_a_claim_is_a_factor_a_difference_and_two_ranges():
    assert Claim(metric="mse", larger=0, times=(2.0, 3.0)).holds((0.4, 0.2))
    assert not Claim(metric="mse", larger=0, times=(2.0, 3.0)).holds((0.39, 0.2))
    assert not Claim(metric="mse", larger=0, times=(2.0, 3.0)).holds((0.61, 0.2))
    assert Claim(metric="covered", larger=1, first=(0, 1), second=(8, 8)).holds((0, 8))
    assert not Claim(metric="covered", larger=1, first=(0, 1), second=(8, 8)).holds((2, 8))
    assert not Claim(metric="covered", larger=1, first=(0, 1), second=(8, 8)).holds((0, 7))
    assert not Claim(metric="mse", larger=1).holds((0.4, 0.2))
    assert Claim(metric="mse", larger=1, by=0.1).holds((0.2, 0.4))
    assert not Claim(metric="mse", larger=1, by=0.3).holds((0.2, 0.4))


def test_what_happened_is_told_with_the_numbers_of_all_claims():
    claims = [{"metric": "mse", "larger": 0}, {"metric": "loss", "larger": 1}]
    happened = "Errors {0} and {1}, losses {2} and {3}."
    lesson = Lesson.model_validate({**LESSONS["squeeze"].model_dump(), "claims": claims, "happened": happened})
    sides = {"test_mse": 0.04, "test_loss": 1.5}, {"test_mse": 0.01, "test_loss": 2.5}
    told = [lesson.metrics()[name].text(side[f"test_{name}"]) for name in ("mse", "loss") for side in sides]
    assert lesson.told(*sides) == "Errors {} and {}, losses {} and {}.".format(*told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"next": {"text": "Try.", "side": 0, "values": {"latent_size": 0}}},
        {"next": {"text": "Try.", "side": 0, "values": {"no_such_thing": 1}}},
        {"next": {"text": "Try.", "side": 0, "values": {}}},
        {"next": {"text": "Try.", "side": 0, "values": {"latent_size": 3}, "shows": {"no_such_thing": [0, 1]}}},
        {"right": 7},
        {"claims": [{"metric": "no_such_thing", "larger": 0}]},
        {"claims": []},
        {"title": 3},
    ],
)
def test_a_lesson_that_does_not_fit_is_refused(wrong):
    with pytest.raises(ValidationError):
        Lesson.model_validate({**LESSONS["squeeze"].model_dump(), **wrong})
