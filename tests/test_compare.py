"""Runs side by side: the wall and the page Compare, in a real browser."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from plotly.colors import hex_to_rgb

from core.looks import CURVE_COLOURS
from core.plane import lattice, turn
from pages.ui.scripts import address

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ALIGNED = "async ([script, from, to]) => { const { turnTo } = await import(script); return turnTo(from, to); }"
QUARTERED = """async ([script, matrix, plane, decoded, lattice]) => {
  const { withTurn } = await import(script);
  const shown = {
    plane: { values: plane },
    decoded: { shape: [decoded.length / 2, 2], values: Float32Array.from(decoded) },
    lattice: { values: lattice },
  };
  const turned = withTurn(shown, matrix, null);
  return [Array.from(turned.decoded.values), Array.from(turned.lattice.values)];
}"""
# A run of an earlier version, whose snapshots hold no decoded plane.
AGED = "(lab, run) => { delete lab.wall.runs.get(run).newest.views.decoded; lab.wall.repaint(); }"
# The sliders stand at a run that a wall of so many does not follow.
BEYOND = "lab => { lab.wall.cells.pop(); lab.wall.repaint(); }"
# Nothing was measured yet.
UNMEASURED = """lab => {
  for (const run of lab.wall.runs.values()) {
    run.history = [];
    run.newest = { ...run.newest, metrics: {} };
  }
  lab.wall.paint();
}"""
INK = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"


@pytest.fixture
def pair(trained):
    """Two runs that differ in nothing but their latent size, the second one's codes on principal axes."""
    return [trained(dataset="digits", model="autoencoder", steps="61", latent_size=size) for size in ("3", "8")]


def wall(tab, inner=""):
    return tab.key("compared_runs", f".lab {inner}")


def tile(tab, run):
    return wall(tab, f".tile[data-run='{run}']")


def test_runs_are_marked_compared_watched_in_time_and_opened(tab, new_tab, server, pair):
    tab.visit("runs")
    for run in pair:
        tab.pick(run)
    expect(tab.button("compare")).to_have_text(re.compile("Compare 2"))
    tab.press("compare")
    expect(tab.page.get_by_text("Only one setting")).to_contain_text("Latent size, 3, 8")
    assert tab.query["compare"] == [",".join(pair)]

    # All tiles show the same view, one sample is marked in all of them, and selected by a click.
    for run in pair:
        expect(tile(tab, run)).to_have_attribute("data-step", "61")
        expect(tile(tab, run)).to_have_attribute("data-status", "finished")
        expect(tile(tab, run)).to_contain_text(re.compile(r"MSE 0\.\d+"))
    first = tile(tab, pair[0]).locator(".picture")
    assert not tile(tab, pair[1]).locator(".marks").evaluate(INK)
    # Right of the names of rows.
    first.click(position={"x": 120, "y": 12})
    expect(wall(tab).first).to_have_attribute("data-marked", "0")
    assert tile(tab, pair[1]).locator(".marks").evaluate(INK)
    expect(tab.key("selection")).to_contain_text("1 of 180 validation samples")
    # Keys do the same.
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        first.press(key)
    expect(wall(tab).first).to_have_attribute("data-marked", "1")
    expect(tab.key("selection")).to_contain_text("2 of 180 validation samples")
    first.press("Enter")
    first.press("Escape")
    expect(wall(tab).first).to_have_attribute("data-marked", "")
    expect(tab.key("selection")).to_contain_text("1 of 180 validation samples")
    wall(tab, ".views").get_by_role("button", name="Codes", exact=True).click()
    expect(wall(tab, ".note")).to_contain_text("turned to lie like its neighbour's")
    for run in pair:
        expect(tile(tab, run).locator(".picture")).to_have_attribute("data-selected", "1")
    tab.page.keyboard.press("Escape")
    expect(tab.key("selection")).to_have_count(0)
    for run in pair:
        expect(tile(tab, run).locator(".picture")).to_have_attribute("data-selected", "0")

    # Planes are decoded in all tiles, and the tile of a run that has none says what to do.
    wall(tab, ".views").get_by_role("button", name="Decoded plane", exact=True).click()
    expect(wall(tab, ".note")).to_contain_text("turned by quarters")
    for run in pair:
        assert tile(tab, run).locator(".picture").evaluate(INK)
        expect(tile(tab, run).locator(".reason")).to_be_hidden()
    wall(tab).first.evaluate(AGED, pair[1])
    expect(tile(tab, pair[1]).locator(".reason")).to_contain_text("Train it again to see one")
    expect(tile(tab, pair[0]).locator(".reason")).to_be_hidden()

    # One slider moves all through time, another through the knob.
    wall(tab, ".time input").fill("0")
    for run in pair:
        expect(tile(tab, run)).to_have_attribute("data-step", "0")
    wall(tab, ".play").click()
    expect(wall(tab, ".time output")).to_have_text("now")
    expect(tile(tab, pair[0])).to_have_attribute("data-step", "61")
    wall(tab, ".modes").get_by_role("button", name="Slider").click()
    expect(wall(tab, ".knob .title")).to_have_text("Latent size 3")
    wall(tab, ".swept input").fill("1")
    expect(wall(tab, ".knob .title")).to_have_text("Latent size 8")
    shown = wall(tab, ".knob figure[data-panel]")
    expect(shown).to_have_count(4)
    assert [figure.get_attribute("data-panel") for figure in shown.all()] == ["strip", "samples", "codes", "curves"]

    wall(tab).first.evaluate(UNMEASURED)
    expect(wall(tab, ".knob [data-panel=curves] small")).to_have_text("Nothing was measured yet")

    # Plotly writes one colour for both themes, by which the page knows the curve.
    curve = tab.key("curves", ".js-line").first
    for theme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=theme)
        expect(curve).to_have_css("stroke", f"rgb{hex_to_rgb(CURVE_COLOURS[theme][0])}")
    wall(tab).first.evaluate(BEYOND)
    expect(wall(tab, ".knob .hole")).to_contain_text("this is none of them")

    # Numbers below: curves, costs, and scores once they are asked for.
    expect(tab.key("curves", ".js-plotly-plot")).to_be_visible()
    tab.key("curve_over").get_by_text("seconds").click()
    expect(tab.key("curves", ".js-plotly-plot").last).to_contain_text("seconds of training")
    tab.key("score_compared").get_by_text("Reconstructions", exact=True).click()
    expect(tab.page.get_by_test_id("stDataFrame").locator("td", has_text="PCA: held-out MSE")).to_be_attached()

    # Half-way along the slider of time.
    wall(tab, ".time input").fill("16")
    tab.page.wait_for_url(re.compile("wall_time=0.5"))
    expect(wall(tab, ".knob .tile")).not_to_have_attribute("data-step", "61")

    # A run that was deleted elsewhere leaves a hole, also after a reload.
    other = new_tab(server)
    other.visit("runs")
    other.pick(pair[1])
    other.press("delete")
    expect(other.page.get_by_text("Deleted: ")).to_be_visible()
    tab.page.reload()
    expect(wall(tab, ".hole")).to_contain_text("Runs restores what was deleted")
    other.press("undo")
    tab.page.reload()
    expect(wall(tab, ".hole")).to_have_count(0)
    # It is looked at as before, also where both sliders stood.
    expect(wall(tab, ".knob .title")).to_have_text("Latent size 8")
    expect(wall(tab, ".time input")).to_have_value("16")
    expect(wall(tab, ".knob .tile")).not_to_have_attribute("data-step", "61")
    wall(tab, ".modes").get_by_role("button", name="Wall").click()
    tile(tab, pair[1]).locator(".title").click()
    tab.reaches("finished")
    assert tab.run == pair[1]


def test_a_run_that_moves_moves_in_its_tile_until_it_is_stopped(tab, new_tab, server, pair):
    other = new_tab(server)
    run = other.train(dataset="digits", model="autoencoder", steps="200000")
    tab.visit("compare", compare=f"{pair[0]},{run}")
    tab.grows(tile(tab, run), "frames", 1)
    tab.grows(tile(tab, run), "step")
    other.press("stop")
    other.reaches("stopped")
    expect(tile(tab, run)).to_have_attribute("data-status", "stopped")


def test_planes_are_turned_as_the_core_turns_them(tab, server):
    tab.visit("compare")
    rng = np.random.default_rng(0)
    target = rng.normal(size=(40, 2)) * [3, 1]
    mirrored = np.array([[0.0, 1.0], [1.0, 0.0]])
    angle = np.array([[0.6, 0.8], [-0.8, 0.6]])
    for change in (angle, mirrored, angle @ mirrored):
        points = target @ change + rng.normal(size=(40, 2)) * 0.1 + [5, -2]
        centred = points - points.mean(axis=0), target - target.mean(axis=0)
        found = tab.page.evaluate(ALIGNED, [address("alignment.js"), points.ravel().tolist(), target.ravel().tolist()])
        np.testing.assert_allclose(np.reshape(found, (2, 2)), turn(*centred), atol=1e-9)
    # A lattice is turned by quarters: what is decoded at a place goes where the place goes.
    low, high = np.array([-1.0, 0.0]), np.array([5.0, 6.0])
    places = lattice(low, high, 4, 4)
    for change, quarter in ((angle @ mirrored, np.diag([1, -1])), (angle, mirrored * [-1, 1])):
        wanted = [address("alignment.js"), change.ravel().tolist(), target.ravel().tolist()]
        decoded, corners = tab.page.evaluate(QUARTERED, [*wanted, places.ravel().tolist(), [*low, *high]])
        ends = np.stack([low, high]) @ quarter
        np.testing.assert_allclose(np.reshape(corners, (2, 2)), [ends.min(axis=0), ends.max(axis=0)])
        there = lattice(*np.reshape(corners, (2, 2)), 4, 4)
        np.testing.assert_allclose(np.reshape(decoded, (16, 2)) @ quarter, there, atol=1e-6)
    alike = tab.page.evaluate(ALIGNED, [address("alignment.js"), [1.0] * 6, [2.0] * 6])
    assert alike == [1, 0, 0, 1]
