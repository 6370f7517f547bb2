"""Clusters of five models that a page trains, and of one by another method, in a real browser.

It trains and scores for most of a minute: python -m pytest tests/benchmarks/test_clusters_of_five_models.py
"""

import pytest
from playwright.sync_api import expect

from tests.tab import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("clusters")]


def test_clusters_are_scored_on_five_models_and_by_a_method_that_is_chosen(tab, trained):
    run = trained(dataset="wine", model="autoencoder", steps="20")
    tab.visit("clusters", run=run)
    table = tab.page.get_by_test_id("stDataFrame")
    expect(tab.page.get_by_text("3 comes from the labels")).to_be_visible(timeout=2 * PATIENCE)
    expect(tab.key("number-gap_chooses", ".js-plotly-plot")).to_be_visible(timeout=2 * PATIENCE)
    tab.press("repeat")
    expect(tab.page.get_by_text("Mean ± sd of five models")).to_be_visible(timeout=4 * PATIENCE)
    expect(table).to_have_count(2)
    tab.page.get_by_role("radio", name="DBSCAN", exact=True).click()
    expect(tab.page.get_by_text("Noise is a group of its own")).to_be_visible(timeout=2 * PATIENCE)
