"""The Sweep page in a browser: from a knob to a wall, a curve, a sentence, and the very run behind a point."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_knob_is_swept_read_and_opened(tab):
    tab.visit(dataset="two_moons", model="autoencoder", steps=100, hidden_sizes="8", latent_size=1)
    tab.press("sweep_this")
    expect(tab.page.get_by_role("heading", name="Sweep", exact=True, level=1)).to_be_visible()
    typed = tab.page.get_by_role("combobox", name="Latent size")
    typed.fill("many")
    typed.press("Enter")
    expect(tab.page.get_by_text("Latent size: 'many' is not a whole number.")).to_be_visible()
    expect(tab.button("start_sweep")).to_be_disabled()
    typed.press("Backspace")
    typed.press("Escape")
    expect(tab.button("start_sweep")).to_be_enabled()

    tab.press("start_sweep")
    tab.page.wait_for_url(re.compile("[?&]sweep="))
    sweep = tab.query["sweep"]
    head = tab.key("sweep_head")
    expect(head).to_contain_text("6 of 6 runs finished")
    expect(tab.page.get_by_text(re.compile("MSE .* at "))).to_be_visible()
    expect(tab.page.locator(".js-plotly-plot").get_by_text("PCA of the same size")).to_be_visible()

    tab.page.reload()
    tab.settle()
    assert tab.query["sweep"] == sweep
    expect(tab.page.locator(".js-plotly-plot").get_by_text("PCA of the same size")).to_be_visible()
    tab.page.get_by_role("button", name=re.compile("^Latent size 1")).first.click()
    tab.reaches("finished")
    assert tab.run
    tab.page.go_back()
    expect(head).to_be_visible()

    tab.press("delete_sweep")
    expect(tab.button("start_sweep")).to_be_visible()
    assert "sweep" not in tab.query
    tab.press("undo")
    tab.press(f"open-{sweep[0]}")
    expect(head).to_contain_text("runs finished")
