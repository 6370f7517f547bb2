"""The page of codes in a real browser: sliders that decode, the cloud, hands in it, and projections."""

import re

import pytest
from playwright.sync_api import expect

from pages.ui.scripts import address
from tests.tab import PATIENCE, PICTURE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]


def test_latent_sliders_decode_while_they_move(tab, vae):
    tab.visit("latent", run=vae)
    probe = tab.key("probe_decode", ".lab")
    tab.grows(probe, "answers", 0)
    canvas = tab.key("probe_decode", "canvas")
    before = canvas.evaluate(PICTURE)
    slider = tab.key("probe_decode", "input[type=range]").first
    answers = int(probe.get_attribute("data-answers"))
    for _ in range(10):
        slider.press("ArrowRight")
    tab.grows(probe, "answers", answers)
    tab.changes(canvas, before)
    expect(canvas).to_have_attribute("aria-label", re.compile(r"^Decoded from latent 1 .*, latent 2 −?[\d.]+$"))
    # The page knows where it rests.
    tab.page.wait_for_url(re.compile("walked_to="))
    # A press on the decoded plane moves them there, and so does a click on the cloud.
    sliders = tab.key("probe_decode", "input[type=range]")
    stand = "sliders => sliders.map(({ min, max, value }) => (value - min) / (max - min))"
    plane = tab.key("gallery_plane", "canvas").first
    box = plane.bounding_box()
    plane.click(position={"x": 30 + (box["width"] - 30) / 4, "y": box["height"] / 4})
    assert sliders.evaluate_all(stand) == pytest.approx([0.25, 0.75], abs=0.1)
    points, marks = tab.key("cloud", "canvas.points"), tab.key("cloud", "canvas.marks")
    before, box = marks.evaluate(PICTURE), points.bounding_box()
    points.click(position={"x": box["width"] / 2 + 60, "y": box["height"] / 2})
    tab.changes(marks, before)
    right, up = sliders.evaluate_all(stand)
    assert right > 0.6
    assert up == pytest.approx(0.5, abs=0.1)
    # In a larger window no slider is shorter.
    widths = []
    for width in (1280, 1440, 1920):
        tab.page.set_viewport_size({"width": width, "height": 950})
        widths.append(slider.bounding_box()["width"])
    assert widths[0] > 250
    assert min(widths) == widths[0]


def test_the_cloud_shows_the_sample_under_the_pointer(tab, vae):
    late = []
    tab.page.route(re.compile(r"/cloud\.js"), lambda script: late.append(script))
    tab.visit("latent", run=vae)
    # It has its room before its script is there.
    tab.key("cloud", ".lab").wait_for()
    assert tab.key("cloud", ".lab").bounding_box()["height"] > 400
    while not late:
        tab.page.evaluate("() => new Promise(requestAnimationFrame)")
    late[0].continue_()
    points = tab.key("cloud", "canvas.points")
    expect(tab.key("cloud", ".lab")).to_have_attribute("data-points", re.compile(r"\d+"))
    size = points.bounding_box()
    tip = tab.key("cloud", ".tip")
    expect(tip).to_be_hidden()
    for part in range(2, 18):
        points.hover(position={"x": size["width"] / 2, "y": part / 20 * size["height"]})
        if tip.is_visible():
            break
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("at the right rebuilt")
    # The five codes nearest to its own have rings.
    expect(tab.key("cloud", ".lab")).to_have_attribute("data-near", re.compile(r"^\d+(,\d+){4}$"))
    # A picture: not all of it is one colour.
    colours = tip.locator("canvas").evaluate(
        "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    )
    assert colours > 3
    # By its number, too, and where there is none of that, no other.
    number = tab.key("cloud", ".find input")
    number.fill("180")
    expect(tip).to_contain_text("sample 180")
    # Enter selects it, and one more where arrow keys lead: the focus stays while the page is drawn with them.
    cloud = tab.key("cloud", ".lab")
    number.press("Enter")
    expect(tab.key("selection")).to_contain_text("1 of 180")
    expect(number).to_be_focused()
    points.press("ArrowLeft")
    expect(tip).not_to_contain_text("sample 180")
    points.press("Enter")
    expect(tab.key("selection")).to_contain_text("2 of 180")
    expect(points).to_be_focused()
    points.press("Enter")
    expect(cloud).to_have_attribute("data-selected", "1")
    tab.press("let_go")
    number.fill("181")
    expect(tip).to_be_hidden()
    # In 3-D arrow keys turn it.
    tab.key("dimensions").get_by_text("3", exact=True).click()
    turned = tab.key("cloud", "canvas.points[aria-label*='3 dimensions']")
    expect(turned).to_be_visible()
    tab.settle()
    before = turned.evaluate(PICTURE)
    turned.press("ArrowRight")
    tab.changes(turned, before)


def test_hands_decode_a_place_go_from_one_sample_to_another_and_draw(tab, vae):
    tab.visit("latent", run=vae)
    tool = tab.key("cloud", ".tools button")
    tool.filter(has_text="Decode").click()
    points = tab.key("cloud", "canvas.points")
    tab.grows(points, "answers", 0)
    answers = int(points.get_attribute("data-answers"))
    points.press("ArrowRight")
    tab.grows(points, "answers", answers)
    size = points.bounding_box()
    points.hover(position={"x": size["width"] / 3, "y": size["height"] / 3})
    tab.page.mouse.down()
    points.hover(position={"x": size["width"] / 2, "y": size["height"] / 2})
    tab.page.mouse.up()
    reel = tab.key("cloud", ".reel")
    expect(reel).to_have_attribute("data-samples", "32")
    tool.filter(has_text="Between two").click()
    expect(reel).to_have_attribute("data-samples", "24")
    before = reel.locator("canvas").evaluate(PICTURE)
    tab.key("cloud", "input[name=to]").fill("9")
    tab.key("cloud", "input[name=to]").press("Enter")
    tab.changes(reel.locator("canvas"), before)
    tool.filter(has_text="Draw").click()
    area, rebuilt = tab.key("cloud", ".hand"), tab.key("cloud", ".rebuilt canvas")
    tab.grows(area, "answers", 0)
    before, answers = rebuilt.evaluate(PICTURE), int(area.get_attribute("data-answers"))
    pad = tab.key("cloud", ".pad canvas.drawn")
    pad.hover(position={"x": 60, "y": 30})
    tab.page.mouse.down()
    pad.hover(position={"x": 60, "y": 120})
    tab.page.mouse.up()
    tab.grows(area, "answers", answers)
    tab.changes(rebuilt, before)
    # Keys move a pen that draws while it is down.
    before = pad.evaluate(PICTURE)
    for key in ("ArrowRight", "Enter", "ArrowUp", "ArrowUp", "Enter"):
        pad.press(key)
    assert pad.evaluate(PICTURE) != before
    # Nor does a pointer that was pressed elsewhere.
    before = pad.evaluate(PICTURE)
    rebuilt.hover()
    tab.page.mouse.down()
    pad.hover(position={"x": 100, "y": 60})
    tab.page.mouse.up()
    assert pad.evaluate(PICTURE) == before


# Rows and columns of ink, and the middle of its mass, of a short stroke in a corner of the pad.
RASTERISED = """async ([module, model]) => {
  const { rasterised } = await import(module);
  const levels = rasterised([[[0.1, 0.1], [0.1, 0.3]]], 0.05, [20, 24], model);
  const ink = levels.flatMap((level, i) => (level > 0.1 ? [[i % 20, Math.floor(i / 20)]] : []));
  const mass = levels.reduce((sum, level) => sum + level, 0);
  const middle = [(i) => (i % 20) + 0.5, (i) => Math.floor(i / 20) + 0.5].map(
    (at) => levels.reduce((sum, level, i) => sum + level * at(i), 0) / mass,
  );
  return [[0, 1].map((axis) => new Set(ink.map((place) => place[axis])).size), middle];
}"""


def test_strokes_become_as_large_as_the_pictures_and_lie_where_they_do(tab, server):
    tab.page.goto(f"{server.url}/_stcore/health")
    model = {"isDark": False, "long": 12, "middle": [13, 9]}
    extent, middle = tab.page.evaluate(RASTERISED, [address("strokes.js"), model])
    assert extent[1] == pytest.approx(12, abs=1)
    assert extent[0] < 5
    assert middle == pytest.approx([13, 9], abs=0.2)


def test_the_page_goes_on_while_a_projection_is_computed(tab, vae):
    tab.visit("latent", run=vae)
    tab.grows(tab.key("cloud", ".lab"), "points", 0)
    tab.key("cloud", ".lab").evaluate("cloud => { cloud.dataset.points = 0; }")
    tab.key("projection").get_by_text("t-SNE").click()
    probe = tab.key("probe_decode", ".lab")
    answers = int(probe.get_attribute("data-answers"))
    tab.key("probe_decode", "input[type=range]").first.press("ArrowRight")
    tab.grows(probe, "answers", answers)
    # Its points are seen on their way; PCA stands in before they are known.
    expect(tab.page.get_by_text("How far to trust t-SNE")).to_be_visible(timeout=2 * PATIENCE)
    tab.grows(tab.key("cloud", ".lab"), "points", 0)


TRAVEL = """async ([script, isStill]) => {
  const { travel } = await import(script);
  const end = (places) => ({ values: Float32Array.from(places), scale: [(x) => x, (y) => y] });
  const [from, to] = [[0, 0, 8, 4], [10, 0, 8, 4]].map(end);
  const drawn = [];
  const others = [];
  const elsewhere = { values: to.values, scale: [(x) => x, (y) => y + 1] };
  for (const start of [null, to, end([10, 0]), elsewhere, end([0, 0]), end([8, 4, 8, 4, 3, 3]), from]) {
    await new Promise((arrived) => {
      const draw = (begin = null, part = null) => {
        // Of a point that was nowhere there is no number.
        const places = begin && Array.from(begin.values, (value) => (Number.isNaN(value) ? null : value));
        if (start === from || start === elsewhere) drawn.push([String(places) === "0,0,8,4", part]);
        else if (!part) others.push(places);
        if (!begin) arrived();
      };
      travel(start, to, draw, () => start === elsewhere && drawn.length > 0);
      // Without a way nothing is drawn; one that is over is not gone to its end.
      const isGone = start && start.values.length !== to.values.length && start.values[0] !== 10;
      if ((start !== from && !isGone) || isStill) arrived();
    });
  }
  return [drawn, others];
}"""


@pytest.mark.parametrize("wish", ["no-preference", "reduce"])
def test_points_travel_to_their_new_places_unless_nothing_should_move(tab, server, wish):
    tab.page.goto(f"{server.url}/_stcore/health")
    tab.page.emulate_media(reduced_motion=wish)
    drawn, others = tab.page.evaluate(TRAVEL, [address("travel.js"), wish == "reduce"])
    if wish == "reduce":
        assert drawn == others == []
        return
    # Where there were fewer or more points, the first ones travel; others are seen when these have arrived.
    assert [begin for begin in others if begin] == [[0, 0, None, None], [8, 4, 8, 4]]
    (of_another, _), *ways, arrived = drawn
    assert not of_another
    assert arrived == [False, None]
    assert len(ways) > 1
    assert all(is_from for is_from, _ in ways)
    parts = [part for _, part in ways]
    assert 0 == parts[0] < parts[-1] < 1
    assert parts == sorted(parts)
