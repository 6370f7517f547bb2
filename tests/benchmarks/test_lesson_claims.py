"""Lessons: what each claims is what the numbers show, trained to the end."""

import math

import pytest

from core import fit
from core.lessons import LESSONS


def measured(config):
    return fit(config, every=math.inf).history[-1].metrics


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_lesson_claims_is_what_the_numbers_show(name):
    lesson = LESSONS[name]
    first, second = map(measured, lesson.configs())
    told = lesson.told(first, second)
    assert "{" not in told
    for claim in lesson.claims:
        values = claim.values(first, second)
        assert claim.holds(values), (claim.metric, values)
        assert all(lesson.metrics()[claim.metric].text(value) in told for value in values)


@pytest.mark.parametrize("name", [name for name, lesson in LESSONS.items() if lesson.next.shows])
def test_what_is_said_of_what_to_try_next_is_so(name):
    found = measured(LESSONS[name].next_config())
    for metric, (low, high) in LESSONS[name].next.shows.items():
        assert low <= found[f"test_{metric}"] <= high, (metric, found[f"test_{metric}"])
