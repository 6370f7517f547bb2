"""Lessons: what each claims is what the numbers show, trained to the end."""

import math

import pytest

from core import fit
from core.lessons import LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_lesson_claims_is_what_the_numbers_show(name):
    lesson = LESSONS[name]
    runs = [fit(config, every=math.inf) for config in lesson.configs()]
    values = tuple(run.history[-1].metrics[f"test_{lesson.claim.metric}"] for run in runs)
    assert lesson.claim.holds(values), values
    told = lesson.told(values)
    assert "{" not in told
    metric = lesson.metrics()[lesson.claim.metric]
    assert all(metric.text(value) in told for value in values)
