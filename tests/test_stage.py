"""The live stage in a real browser: what is read out, what is plotted, and in which colours."""

import re

import pytest
from playwright.sync_api import expect

from core.looks import CURVE_COLOURS, LANDSCAPE, ROLES
from core.models import MODELS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SWATCH = "chip => getComputedStyle(chip.querySelector('i')).backgroundColor"
RIGHT, LOSS, OPPONENTS = "Discriminator right", "Discriminator loss", "Generator loss"


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


def chip(tab, title):
    return tab.key("stage_view", ".chips").get_by_role("button", name=title, exact=True)


def plotted(tab):
    return tab.key("stage_view", ".chips button[aria-pressed=true]:visible")


def test_every_measured_metric_can_be_plotted_beside_those_of_its_unit(tab, gan):
    tab.visit(run=gan)
    expect(tab.key("stage_view", ".chips button:visible")).to_have_text([RIGHT, LOSS, OPPONENTS])
    expect(plotted(tab)).to_have_text([RIGHT])
    # Another unit takes its place, the same unit joins it, and the last one stays.
    chip(tab, OPPONENTS).click()
    expect(plotted(tab)).to_have_text([OPPONENTS])
    colour = chip(tab, OPPONENTS).evaluate(SWATCH)
    assert colour == rgb(CURVE_COLOURS["light"][1])
    chip(tab, LOSS).click()
    expect(plotted(tab)).to_have_text([LOSS, OPPONENTS])
    assert chip(tab, LOSS).evaluate(SWATCH) == rgb(CURVE_COLOURS["light"][0])
    assert chip(tab, OPPONENTS).evaluate(SWATCH) == colour
    chip(tab, LOSS).click()
    chip(tab, OPPONENTS).click()
    expect(plotted(tab)).to_have_text([OPPONENTS])


def test_what_was_picked_stays_when_the_page_runs_again(tab, gan):
    tab.visit(run=gan)
    chip(tab, LOSS).click()
    tab.key("latent_size", "input").press("ArrowRight")
    expect(tab.page.get_by_text("Differs from the run on screen")).to_be_visible()
    expect(plotted(tab)).to_have_text([LOSS])


def test_what_was_picked_stays_while_the_run_goes_on(tab):
    tab.train(dataset="Ring of 8 Gaussians", model="GAN", steps="200,000")
    tab.grows(tab.stage, "step")
    chip(tab, LOSS).click()
    expect(plotted(tab)).to_have_text([LOSS])
    tab.grows(tab.stage, "frames")
    tab.press("pause")
    tab.reaches("paused")
    expect(plotted(tab)).to_have_text([LOSS])


def test_the_space_bar_picks_a_metric_and_trains_nothing(tab, gan):
    tab.visit(run=gan)
    chip(tab, LOSS).press("Space")
    expect(plotted(tab)).to_have_text([LOSS])
    tab.settle()
    expect(tab.stage).to_have_attribute("data-status", "finished")
    assert tab.run == gan


def test_picking_moves_nothing(tab, vae):
    tab.visit(run=vae)
    chips = tab.key("stage_view", ".chips")
    before = chips.bounding_box()
    expect(plotted(tab)).to_have_text(["Loss", "Reconstruction", "KL"])
    chip(tab, "MSE").click()
    expect(plotted(tab)).to_have_text(["MSE"])
    assert chips.bounding_box() == before


def test_the_readout_shows_the_headline_in_words_and_explains_it(tab, vae, gan):
    for run, model, text in ((vae, "vae", r"held-out ELBO −[\d.]+ nats per sample"), (gan, "gan", rf"{RIGHT} \d+ %")):
        tab.visit(run=run)
        readout = tab.key("stage_view", ".readout")
        expect(readout).to_contain_text(re.compile(text))
        for metric in MODELS[model].metrics:
            if metric.name in MODELS[model].headline and metric.name != "distance":
                expect(readout.get_by_title(metric.help)).to_contain_text(metric.title)
        assert readout.inner_text().count("held-out") == 1


@pytest.mark.parametrize(
    ("model", "objective", "judge"), [("GAN", "minimax", "discriminator"), ("GAN", "wasserstein gp", "critic")]
)
def test_the_plane_says_who_judges_and_colours_roles(model, objective, judge, tab, trained):
    tab.visit(run=trained(dataset="Ring of 8 Gaussians", model=model, steps="50", objective=objective))
    legend = tab.key("stage_view", "[data-panel=plane] small span")
    expect(legend).to_have_text(["real", "generated", f"{judge} says real", f"{judge} says generated"])
    colours = legend.evaluate_all(f"entries => entries.map({SWATCH})")
    assert colours == [rgb(each) for each in (ROLES["real"], ROLES["generated"], *LANDSCAPE.values())]
    expect(tab.key("stage_view", "[data-panel=codes] figcaption")).to_contain_text(f"{judge.capitalize()}'s features")


def test_only_a_model_that_corrupts_shows_corrupted_samples(tab, vae, trained):
    rows = tab.key("stage_view", "[data-panel=strip] canvas")
    tab.visit(run=vae)
    plain = rows.bounding_box()["height"]
    tab.visit(run=trained(dataset="Digits", model="Denoising autoencoder", steps="50"))
    # Three rows instead of two.
    assert rows.bounding_box()["height"] == pytest.approx(1.5 * plain, rel=0.05)
