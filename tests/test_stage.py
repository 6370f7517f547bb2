"""The live stage in a real browser: what is read out, what is plotted, and in which colours."""

import re

import pytest
from playwright.sync_api import expect

from core.looks import CURVE_COLOURS, LANDSCAPE, ROLES
from core.models import MODELS
from pages.ui.scripts import address

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SWATCH = "chip => getComputedStyle(chip.querySelector('i')).backgroundColor"
# Points left of, above and without a place on a plane from −2 to 2, beside one inside it.
OUTSIDE = "async script => (await import(script)).outside([-3, 0, 1, 2.1, NaN, 0, 2, -2], [[-2, -2], [2, 2]])"
# Two snapshots a quarter of a second apart, then a third that differs in one view: what is drawn of each, when.
GLIDE = """async (script) => {
  const { Glide } = await import(script);
  const glide = new Glide();
  const see = (place, grey, now) => {
    glide.grow(now, now);
    glide.head({ step: now, views: {
      plane: { shape: [1, 2], range: [-1, 1], values: new Float32Array([place, 1]) },
      samples: { shape: [1, 1], range: [0, 255], values: new Uint8Array([grey]) },
      assignments: { shape: [1], range: [-1, 1], values: new BigInt64Array([BigInt(place)]) },
    } }, now);
  };
  const drawn = (now) => {
    const { plane, samples, assignments } = glide.at(now).views;
    return [plane.values[0], samples.values[0], Number(assignments.values[0]), glide.stepAt(now), glide.isMoving(now)];
  };
  see(0, 0, 1000);
  const found = [drawn(1000)];
  see(4, 100, 1250);
  found.push(drawn(1250), drawn(1375), drawn(1500));
  see(8, 100, 1500);
  found.push(drawn(1625), drawn(9999));
  return found;
}"""
# Whether the axis of a curve that falls by orders of magnitude bends: before, at once, meanwhile and after a second.
BENDING = """async (script) => {
  const { drawCurves } = await import(script);
  const canvas = document.body.appendChild(document.createElement("canvas"));
  const isBending = (now, last) => {
    performance.now = () => now;
    return drawCurves(canvas, [{ points: [[0, 10], [1, last]], colour: "#000", width: 1 }], 1, "").bending;
  };
  return [isBending(0, 5), isBending(1000, 0.1), isBending(1300, 0.1), isBending(2000, 0.1)];
}"""
RIGHT, LOSS, OPPONENTS = "Discriminator right", "Discriminator loss", "Generator loss"
OTHERS = ["EMA against generator", "Modes covered", "Spread in a mode", "Within 3 σ of a mode"]


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


def chip(tab, title):
    return tab.key("stage_view", ".chips").get_by_role("button", name=title, exact=True)


def plotted(tab):
    return tab.key("stage_view", ".chips button[aria-pressed=true]:visible")


def test_every_measured_metric_can_be_plotted_beside_those_of_its_unit(tab, gan):
    tab.visit(run=gan)
    expect(tab.key("stage_view", ".chips button:visible")).to_have_text([RIGHT, LOSS, OPPONENTS, *OTHERS])
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
    # The space bar picks, and trains nothing.
    chip(tab, LOSS).press("Space")
    expect(plotted(tab)).to_have_text([LOSS, OPPONENTS])
    # What was picked stays when the page runs again.
    tab.key("latent_size", "input").press("ArrowRight")
    expect(tab.page.get_by_text("Differs from the run on screen")).to_be_visible()
    expect(plotted(tab)).to_have_text([LOSS, OPPONENTS])
    expect(tab.stage).to_have_attribute("data-status", "finished")
    assert tab.run == gan


def test_the_readout_shows_the_headline_in_words_and_explains_it(tab, vae):
    tab.visit(run=vae)
    readout = tab.key("stage_view", ".readout")
    expect(readout).to_contain_text(re.compile(r"validation ELBO −[\d.]+ nats per sample"))
    for metric in MODELS["vae"].metrics:
        if metric.name in MODELS["vae"].headline:
            expect(readout.get_by_title(metric.help)).to_contain_text(metric.title)
    assert readout.inner_text().count("validation") == 1
    # Picking a metric moves nothing.
    chips = tab.key("stage_view", ".chips")
    before = chips.bounding_box()
    expect(plotted(tab)).to_have_text(["Loss", "Reconstruction", "KL"])
    chip(tab, "MSE").click()
    expect(plotted(tab)).to_have_text(["MSE"])
    assert chips.bounding_box() == before


def test_a_run_that_goes_on_keeps_what_was_picked_and_shows_what_it_corrupts(tab, vae):
    rows = tab.key("stage_view", ".panels")
    tab.visit(run=vae)
    expect(rows).to_have_attribute("style", re.compile("--rows: 2"))
    tab.train(dataset="digits", model="denoising_autoencoder", steps="200000")
    tab.grows(tab.stage, "step")
    expect(rows).to_have_attribute("style", re.compile("--rows: 3"))
    chip(tab, "MSE").click()
    expect(plotted(tab)).to_have_text(["MSE"])
    tab.grows(tab.stage, "frames")
    tab.press("pause")
    tab.reaches("paused")
    # The page has run again.
    expect(tab.button("pause")).to_be_disabled()
    tab.settle()
    expect(plotted(tab)).to_have_text(["MSE"])


def test_the_plane_says_what_the_discriminator_is_called_and_colours_roles(tab, gan, trained):
    critic = trained(dataset="ring", model="gan", steps="50", objective="wasserstein_gp")
    verdicts = ("discriminator says real", "discriminator says generated")
    heights = ("critic scores above half-way", "critic scores below half-way")
    for run, name, said in ((gan, "discriminator", verdicts), (critic, "critic", heights)):
        tab.visit(run=run)
        legend = tab.key("stage_view", "[data-panel=plane] small span")
        expect(legend).to_have_text(["real", "generated", *said])
        colours = legend.evaluate_all(f"entries => entries.map({SWATCH})")
        assert colours == [rgb(each) for each in (ROLES["real"], ROLES["generated"], *LANDSCAPE.values())]
        assert tab.page.evaluate(OUTSIDE, address("axes.js")) == 3
        expect(tab.key("stage_view", "[data-panel=codes] figcaption")).to_contain_text(
            f"{name.capitalize()}'s features"
        )


@pytest.mark.parametrize("wish", ["no-preference", "reduce"])
def test_places_and_pictures_are_drawn_on_their_way_unless_nothing_should_move(tab, server, wish):
    tab.page.goto(f"{server.url}/_stcore/health")
    tab.page.emulate_media(reduced_motion=wish)
    moves = wish == "no-preference"
    assert tab.page.evaluate(BENDING, address("curves.js")) == [False, moves, moves, False]
    first, *others, last = tab.page.evaluate(GLIDE, address("glide.js"))
    assert first == [0, 0, 0, 1000, False]
    assert last == [8, 100, 8, 1500, False]
    if wish == "reduce":
        assert others == [[4, 100, 4, 1250, False]] * 3 + [[8, 100, 8, 1500, False]]
    else:
        # Clusters are numbers without a way between them; curves come to a snapshot's step together with its views.
        assert others == [
            [0, 0, 4, 1000, True],
            [2, 50, 4, 1125, True],
            [4, 100, 4, 1250, False],
            [6, 100, 8, 1375, True],
        ]
