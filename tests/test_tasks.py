"""What people come for, in a browser, and how many actions it takes from opening the app."""

import re

import pytest
from playwright.sync_api import Locator, expect

from core.lessons import LESSONS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


class Visitor:
    """A visitor whose clicks are counted."""

    def __init__(self, tab):
        self.tab, self.actions = tab, 0
        tab.visit()

    def click(self, what: Locator) -> None:
        what.click()
        self.actions += 1

    def guesses(self, lesson: str) -> Locator:
        """Open a lesson by its card and guess; the wall of both sides, which move."""
        self.click(self.tab.button(f"card-{lesson}"))
        self.click(self.tab.page.get_by_text(LESSONS[lesson].guesses[0], exact=True))
        wall = self.tab.key(f"sides-{lesson}", ".lab")
        expect(wall.locator(".tile[data-step]:not([data-step='0'])")).to_have_count(2)
        return wall


def test_two_latents_against_sixteen_side_by_side(tab):
    visitor = Visitor(tab)
    wall = visitor.guesses("squeeze")
    expect(wall.locator(".tile .title")).to_have_text([setting.title for setting in LESSONS["squeeze"].settings])
    assert visitor.actions <= 2
    tab.press("stop_both")
    expect(tab.button("stop_both")).to_have_count(0)


def test_noise_against_the_look_of_the_latent_space(tab):
    visitor = Visitor(tab)
    wall = visitor.guesses("noise")
    visitor.click(wall.get_by_role("button", name="Codes", exact=True))
    expect(wall.get_by_role("button", name="Codes", exact=True)).to_have_attribute("aria-pressed", "true")
    assert visitor.actions <= 3
    tab.press("stop_both")


def test_collapse_and_its_cure_side_by_side(tab):
    visitor = Visitor(tab)
    visitor.guesses("collapse")
    assert visitor.actions <= 2
    tab.press("stop_both")


def test_the_best_sparsity_weight_by_a_number_that_rewards_sparsity_with_its_band(tab):
    visitor = Visitor(tab)
    visitor.click(tab.button("card-sparse"))
    visitor.click(tab.button("sweep_lesson"))
    # What they are compared by, with its band, says tests/test_sweep_view.py.
    weights = tab.key("values_sparsity_weight").get_by_role("button", name=re.compile("^Remove "))
    expect(weights.first).to_be_visible()
    assert weights.count() >= 3
    more_seeds = tab.key("sweep_seeds").get_by_role("button", name="Increment")
    visitor.click(more_seeds)
    visitor.click(tab.button("start_sweep"))
    head = tab.key("sweep_head")
    expect(head).to_contain_text(re.compile(r"\d+ of \d+ runs finished"))
    assert visitor.actions <= 5
    visitor.click(tab.button("cancel_sweep"))
    expect(tab.button("go_on")).to_be_visible()
