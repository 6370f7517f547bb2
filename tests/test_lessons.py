"""Lessons: each compares one thing; that its claim holds is trained for in `tests/benchmarks/test_lesson_claims.py`."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.lessons import FOLDER, LESSONS, Claim, Lesson

each_lesson = pytest.mark.parametrize("name", LESSONS)


def test_every_file_is_in_the_table():
    assert {path.stem for path in Path(FOLDER).glob("*.toml")} == set(LESSONS)


@each_lesson
def test_a_lesson_compares_one_thing_with_the_same_first_weights(name):
    first, second = LESSONS[name].configs()
    assert (first.seed, first.dataset, first.model) == (second.seed, second.dataset, second.model)
    assert first.differences(second)
    sentences = (LESSONS[name].question, LESSONS[name].look, LESSONS[name].happened, LESSONS[name].next)
    assert all(text.strip()[-1] in ".?" for text in sentences)


def test_a_claim_is_a_factor_and_a_difference():
    assert Claim(metric="mse", larger=0, times=2.0).holds((0.4, 0.2))
    assert not Claim(metric="mse", larger=0, times=2.0).holds((0.39, 0.2))
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
    "wrong", [{"right": 7}, {"claims": [{"metric": "no_such_thing", "larger": 0}]}, {"claims": []}, {"title": 3}]
)
def test_a_lesson_that_does_not_fit_is_refused(wrong):
    with pytest.raises(ValidationError):
        Lesson.model_validate({**LESSONS["squeeze"].model_dump(), **wrong})
