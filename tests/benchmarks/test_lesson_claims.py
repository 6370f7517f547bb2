"""Lessons: what each claims is what the numbers show, trained to the end."""

import math

import pytest

from core import fit
from core.lessons import LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_lesson_claims_is_what_the_numbers_show(name):
    lesson = LESSONS[name]
    first, second = (fit(config, every=math.inf).history[-1].metrics for config in lesson.configs())
    told = lesson.told(first, second)
    assert "{" not in told
    for claim in lesson.claims:
        values = claim.values(first, second)
        assert claim.holds(values), (claim.metric, values)
        assert all(lesson.metrics()[claim.metric].text(value) in told for value in values)
