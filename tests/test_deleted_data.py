"""A run whose data were deleted opens: only what needs the data says so."""

import pytest
from playwright.sync_api import expect

from core import RunConfig
from core.engine import RunStore
from core.home import Home
from core.protocol import Status
from core.training.loop import Training
from pages.ui.navigation import PAGES
from tests.making import bring
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def forsaken(tmp_path_factory):
    """A server with one run, the data of which were deleted: (server, run)."""
    home = Home(tmp_path_factory.mktemp("home"))
    dataset = bring("vector", (5,), 60, home)
    spec = home.shelf.source(dataset).spec
    training = Training(RunConfig.for_data(spec, dataset=dataset, model="vae", steps=3), home)
    training.advance()
    store, snapshot = RunStore(home), training.snapshot()
    run = store.create(training.config, "Forsaken", spec)
    store.save_state(run, training.state())
    store.add_snapshot(run, 3, dict(snapshot.metrics), snapshot.to_bytes(), last=True)
    store.update(run, status=Status.FINISHED, step=3)
    store.close()
    home.shelf.delete(dataset)
    server = Server(home.path)
    yield server, run
    server.stop()


@pytest.mark.parametrize(("page", "stays"), [
    ("latent", "probe_decode .lab[data-answers]"),
    ("reconstructions", "probe_noise .lab[data-answers]"),
    ("samples", "sample_seed input"),
    ("clusters", "cluster_parameters"),
])  # fmt: skip
def test_what_needs_no_data_stays_and_the_rest_says_so(new_tab, forsaken, page, stays):
    server, run = forsaken
    tab = new_tab(server)
    tab.visit(page, run=run)
    expect(tab.page.get_by_role("heading", name=PAGES[page][0], exact=True, level=1)).to_be_visible()
    expect(tab.page.get_by_text("restore them on the Data page").first).to_be_visible()
    expect(tab.page.locator(f".st-key-{stays}").first).to_be_visible()
    expect(tab.key("progress")).to_have_count(0)
