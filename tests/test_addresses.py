"""What an address says is what stands on the page, in a real browser."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize(
    "query",
    [
        {"run": "../../etc"},
        {"dataset": "Ring of 8 Gaussians", "hidden_sizes": "0 – 7", "steps": "-1", "seed": "1e309"},
    ],
    ids=str,
)
def test_a_bad_address_is_answered_with_a_sentence(query, tab):
    tab.visit(**query)
    expect(tab.button("train")).to_be_enabled()
    expect(tab.page.get_by_role("heading", name="Train", exact=True, level=1)).to_be_visible()
    said = "This run is not stored here" if "run" in query else "seed = 1e309 is not a whole number"
    expect(tab.key("flash", "[data-testid=stAlert]")).to_contain_text(said)
    says(tab, dataset="ring" if "dataset" in query else "mnist_5000", model="vae")


KNOBS = {"dataset": "ring", "model": "gan", "steps": "200000", "batch_size": "1024"}
UNFOLDED = {"unfolded": "Optimisation,Run"}


def says(tab, **query):
    """Wait until the address holds this and nothing else."""
    expect(tab.page).to_have_url(re.compile(r"\?" + re.escape(urlencode(query)) + "$"))


def shows(tab, **knobs):
    """Wait until sliders stand at these values."""
    for name, value in knobs.items():
        expect(tab.key(name, f"input[aria-valuetext='{value}']")).to_have_count(1)
        # Streamlit may have the slider of the page before there, too, for a moment.
        expect(tab.key(name, "input[type=range]")).to_have_count(1)


def test_an_address_survives_a_reload_and_other_pages(tab, new_tab, server):
    tab.visit(**KNOBS, **UNFOLDED)
    shows(tab, batch_size="1,024", steps="200,000")
    says(tab, **KNOBS, **UNFOLDED)
    tab.page.reload()
    tab.settle()
    shows(tab, batch_size="1,024", steps="200,000")
    for name in ("Data", "Runs", "Samples", "Train"):
        tab.page.get_by_role("link", name=name, exact=True).first.click()
        expect(tab.page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
        tab.settle()
        says(tab, **KNOBS, **UNFOLDED)
    shows(tab, batch_size="1,024", steps="200,000")
    tab.key("latent_size", "input").press("ArrowRight")
    says(tab, **KNOBS, latent_size="3", **UNFOLDED)
    # What a copied link holds.
    second = new_tab(server)
    second.page.goto(tab.page.url)
    second.settle()
    shows(second, latent_size="3", batch_size="1,024", steps="200,000")
    says(second, **KNOBS, latent_size="3", **UNFOLDED)


def test_the_browsers_back_turns_the_knob_back(tab):
    tab.visit(**KNOBS, **UNFOLDED)
    shows(tab, latent_size="2")
    tab.key("latent_size", "input").press("ArrowRight")
    says(tab, **KNOBS, latent_size="3", **UNFOLDED)
    tab.page.go_back()
    shows(tab, latent_size="2", batch_size="1,024")
    says(tab, **KNOBS, **UNFOLDED)
    tab.page.go_forward()
    shows(tab, latent_size="3", batch_size="1,024")
    says(tab, **KNOBS, latent_size="3", **UNFOLDED)


def test_a_run_and_knobs_in_an_address_are_both_honoured(tab, vae):
    tab.visit(run=vae)
    says(tab, dataset="digits", model="vae", steps="500", run=vae)
    expect(tab.page.get_by_text("Differs from the run on screen")).to_have_count(0)
    tab.visit(run=vae, latent_size="4")
    tab.reaches("finished")
    expect(tab.page.get_by_text("Differs from the run on screen")).to_contain_text("Latent size 2 → 4")
    assert tab.run == vae


def test_a_bad_run_on_another_page_leads_to_train(tab):
    tab.visit("latent", run="../../etc")
    expect(tab.key("empty", "a")).to_be_visible()
    assert "run" not in tab.query
