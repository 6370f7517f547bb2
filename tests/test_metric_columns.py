"""Columns of metrics: no number that is more than nothing is shown as 0."""

import math

import pytest

from pages.ui.metric_columns import format_of


@pytest.mark.parametrize(
    ("declared", "values", "format"),
    [
        (".4f", [0.033, 0.0, 1.5], "%.4f"),
        (".4f", [0.033, -0.00002], "%.5f"),
        (".1f", [99.0, 0.04], "%.2f"),
        (".4f", [0.033, 3e-12], "scientific"),
        (".3g", [1e-5, 3.0], "%.3g"),
        (".4f", [], "%.4f"),
        (".4f", [0.0, math.nan, math.inf], "%.4f"),
    ],
)
def test_a_column_has_as_many_decimals_as_its_least_number_takes(declared, values, format):
    assert format_of(declared, values) == format
