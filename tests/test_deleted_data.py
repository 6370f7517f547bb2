"""A run whose data were deleted opens: only what needs the data says so."""

import pytest
from playwright.sync_api import expect

from core.home import Home
from pages.ui.navigation import PAGES
from tests.making import bring

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]


@pytest.fixture(scope="module")
def forsaken(server, trained):
    """A run the data of which were deleted."""
    home = Home(server.home)
    dataset = bring("vector", (5,), 60, home)
    run = trained(dataset=dataset, model="vae", steps="3")
    home.shelf.delete(dataset)
    return run


STAYS = {
    "latent": "probe_decode .lab[data-answers]",
    "reconstructions": "probe_noise .lab[data-answers]",
    "samples": "sample_seed input",
    "clusters": "cluster_parameters",
}


def test_what_needs_no_data_stays_and_the_rest_says_so(tab, forsaken):
    tab.visit(run=forsaken)
    for page, stays in STAYS.items():
        title, _ = PAGES[page]
        tab.page.get_by_role("link", name=title, exact=True).first.click()
        expect(tab.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        tab.settle()
        expect(tab.page.get_by_text("restore them on the Data page").first).to_be_visible()
        expect(tab.page.locator(f".st-key-{stays}").first).to_be_visible()
        expect(tab.key("progress")).to_have_count(0)
