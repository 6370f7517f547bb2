"""Pages that look into what was learned, in a real browser: latent space, reconstructions, clusters."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.analysis.code_file import read
from pages.ui.scripts import address
from tests.tab import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]

PICTURE = "canvas => canvas.toDataURL()"

# All that is written on canvases.
WRITTEN = """window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  if (this.canvas.closest(".lab")) window.written.push(text);
  write.call(this, text, ...where);
};"""


def changes(tab, canvas, before):
    """Wait until a canvas shows another picture."""
    tab.page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before", arg=[canvas.element_handle(), before]
    )


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
    changes(tab, canvas, before)
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
    changes(tab, marks, before)
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
    changes(tab, turned, before)


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
    changes(tab, reel.locator("canvas"), before)
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
    changes(tab, rebuilt, before)
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


def test_noise_is_repaired_while_its_slider_moves(tab, vae):
    asked = []

    def hold_back_the_first(socket):
        server = socket.connect_to_server()
        socket.on_message(lambda question: server.send(question) if asked else asked.append((server, question)))

    tab.page.route_web_socket(re.compile("/probe/"), hold_back_the_first)
    tab.visit("reconstructions", run=vae)
    probe = tab.key("probe_noise", ".lab")
    canvas = tab.key("probe_noise", "canvas")
    # What is below has its place before there is an answer.
    expect(canvas).to_have_attribute("style", re.compile("height"))
    room = canvas.bounding_box()
    while not asked:
        tab.page.evaluate("() => new Promise(requestAnimationFrame)")
    [(server, question)] = asked
    server.send(question)
    tab.grows(probe, "answers", 0)
    assert canvas.bounding_box() == room
    before = canvas.evaluate(PICTURE)
    tab.key("probe_noise", "input[type=range]").press("End")
    changes(tab, canvas, before)
    expect(tab.key("probe_noise", "output")).to_have_text("1")
    tab.page.wait_for_url(re.compile("repaired_level=1"))
    tab.page.reload()
    expect(tab.key("probe_noise", "output")).to_have_text("1")


def test_a_code_as_large_as_the_data_is_compared_under_noise_and_its_units_are_shown(tab, trained):
    run = trained(dataset="digits", model="sparse_autoencoder", steps="20")
    tab.page.add_init_script(WRITTEN)
    tab.visit("reconstructions", run=run)
    expect(tab.page.get_by_text("PCA is no yardstick here")).to_be_visible()
    expect(tab.page.get_by_text("Repaired is worse than corrupted at σ 0.1")).to_be_visible()
    expect(tab.page.get_by_test_id("stMetric").filter(has_text="Dead units")).to_contain_text("of 64")
    assert not tab.page.get_by_text(re.compile(r"1\d\d\.\d dB")).count()
    # Classes stand below the originals, errors below what the model makes of them, and no row is PCA's.
    tab.page.wait_for_function("() => window.written.some((text) => /^\\d+ · \\d+ %$/.test(text))")
    written = tab.page.evaluate("window.written")
    assert {"Original", "This model", "Difference"} <= {*written}
    assert "PCA" not in written
    for below in (r"\d", r"0\.\d+"):
        assert sum(bool(re.fullmatch(below, text)) for text in written) >= 10


def test_clusters_are_scored_in_three_spaces_by_every_method_and_on_five_models(tab, trained):
    run = trained(dataset="wine", model="autoencoder", steps="20")
    tab.visit("clusters", run=run)
    table = tab.page.get_by_test_id("stDataFrame")
    for space in ("this model's codes", "raw values", "PCA, same size"):
        expect(table.locator("td", has_text=space)).to_be_attached(timeout=2 * PATIENCE)
    expect(tab.page.get_by_text("3 comes from the labels")).to_be_visible()
    expect(tab.key("number-gap_chooses", ".js-plotly-plot")).to_be_visible(timeout=2 * PATIENCE)
    tab.press("repeat")
    expect(tab.page.get_by_text("Mean ± sd of five models")).to_be_visible(timeout=4 * PATIENCE)
    expect(table).to_have_count(2)
    tab.page.get_by_role("radio", name="DBSCAN", exact=True).click()
    expect(tab.page.get_by_text("Noise is a group of its own")).to_be_visible(timeout=2 * PATIENCE)
    expect(tab.key("core_distances", ".js-plotly-plot")).to_be_visible(timeout=2 * PATIENCE)


def test_codes_are_a_file_and_what_has_none_leads_to_a_run_that_has(tab, vae, gan):
    tab.visit("uses", run=gan, use="compression")
    expect(tab.page.get_by_text("its codes cannot be decoded")).to_be_visible()
    tab.press("lead")
    expect(tab.key("rate_distortion", ".js-plotly-plot")).to_be_visible()
    tab.page.wait_for_url(lambda url: gan not in url)
    tab.visit("uses", run=vae, use="compression")
    with tab.page.expect_download() as saved:
        tab.press("save_codes")
    file = Path(saved.value.path()).read_bytes()
    assert read(file).shape == (180, 2)
    brought = tab.key("open_codes", "input[type=file]")
    brought.set_input_files({"name": "back.codes", "mimeType": "", "buffer": file})
    expect(tab.page.get_by_text(f"The file that you brought: {len(file):,} bytes")).to_be_visible()
    brought.set_input_files({"name": "bad.codes", "mimeType": "", "buffer": file[:-1]})
    expect(tab.page.get_by_text("This file of codes is damaged")).to_be_visible()
    # Nothing was left out of training here.
    tab.page.get_by_role("radio", name="Anomalies").click()
    expect(tab.page.get_by_text("no class was left out of training")).to_be_visible()
    expect(tab.key("detected", ".js-plotly-plot")).to_be_visible()
    tab.key("flagged", "input").press("End")
    expect(tab.page.get_by_text(re.compile("^178$"))).to_be_visible()
    tab.settle()
    with tab.page.expect_download() as saved:
        tab.press("save_scores")
    scored = list(csv.DictReader(Path(saved.value.path()).read_text().splitlines()))
    assert [line["flagged"] for line in scored].count("yes") == 178
    assert {line["class"] for line in scored} == set("0123456789")
    assert sorted(int(line["This model's error, rank"]) for line in scored) == list(range(1, 181))
    tab.page.get_by_role("radio", name="Disentanglement").click()
    expect(tab.page.get_by_text("what its data were made from is not known")).to_be_visible()
    tab.page.get_by_role("radio", name="Completion").click()
    expect(tab.key("gallery_completed", "canvas").first).to_be_visible()
    # The standard hole is searched for in ten slices, and so is one that is brushed.
    hole, said = tab.key("brushed", ".lab"), tab.key("brushed", "p")
    expect(said).to_have_text(re.compile(r"^MSE in the hole [^,;]+, of the mean sample [^,;]+$"))
    assert int(hole.get_attribute("data-answers")) == 10
    tab.key("brushed", ".clear").click()
    expect(said).to_contain_text("Brush over the sample")
    tab.key("brushed", ".brushed").click(position={"x": 5, "y": 5})
    expect(said).to_have_text(re.compile(r"^MSE in the hole [^,;]+, of the mean sample [^,;]+$"))
    assert int(hole.get_attribute("data-answers")) == 20


# Walls of two times, the first dark, the second bright, on a page of their own: what stands at the slider, how bright
# the sample is and what it is called, at first, after the slider was dragged, and when it was played to its end.
FOLLOWED = """async (script) => {
  const { default: gallery } = await import(script);
  document.body.innerHTML = '<div><div class="lab"></div></div>';
  const values = (level) => btoa(String.fromCharCode(...new Uint8Array(16).fill(level)));
  const rows = [["0.00", 0], ["1.00", 255]].map(([name, level]) => (
    { name, values: values(level), shape: [1, 1, 4, 4], notes: [] }
  ));
  const look = { kind: "picture", alphabet: "", rate: null };
  const parentElement = document.body.firstChild;
  const selected = { samples: "", indices: [] };
  const data = { rows, look, size: 64, columns: 1, along: "Time", ground: null, places: [], selected, whole: false };
  gallery({ data, parentElement });
  const [slider, output, canvas] = ["input", "output", "canvas"].map((each) => parentElement.querySelector(each));
  const seen = [];
  const note = () => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const reds = data.filter((_, at) => at % 4 === 0);
    seen.push([output.textContent, Math.max(...reds), canvas.getAttribute("aria-label")]);
  };
  note();
  slider.value = 0;
  slider.dispatchEvent(new Event("input"));
  note();
  parentElement.querySelector(".play").click();
  await new Promise((then) => setTimeout(then, 0));
  while (output.textContent !== "1.00") await new Promise((then) => requestAnimationFrame(then));
  note();
  return seen;
}"""


def test_walls_follow_one_another_under_a_slider(tab, server):
    tab.page.goto(f"{server.url}/_stcore/health")
    first, dragged, played = tab.page.evaluate(FOLLOWED, address("gallery.js"))
    assert first == played == ["1.00", 255, "1 samples: 1.00"]
    assert dragged == ["0.00", 0, "1 samples: 0.00"]


# A white picture with a hole in its middle, on a page of its own, and a server that does not answer: what is said, how
# many pictures stand where the fills will be, and whether the middle and the corner of the second are white.
UNANSWERED = """async (script) => {
  globalThis.WebSocket = class extends EventTarget {
    send() {}
    close() {}
  };
  const { default: hole } = await import(script);
  document.body.innerHTML = '<style>canvas { display: block; width: 400px }</style><div><div class="lab"></div></div>';
  const pack = (values) => btoa(String.fromCharCode(...values));
  const places = Array.from({ length: 16 }, (_, i) => Number(![5, 6, 9, 10].includes(i)));
  const look = { kind: "picture", alphabet: "", rate: null };
  const samples = pack(places.map(() => 255));
  const data = { run: "r", look, samples, shape: [1, 1, 4, 4], holes: pack(places), fills: 4 };
  const parentElement = document.body.lastChild;
  const leave = hole({ data, parentElement });
  const canvas = parentElement.querySelector(".filled");
  const colour = (x, y) => [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
  const white = (x, y) => String(colour(x, y)) === "255,255,255";
  const [wide, high] = [canvas.width / 4, canvas.height];
  const seen = [wide / high, white(1.5 * wide, 0.5 * high), white(1.2 * wide, 0.1 * high)];
  leave();
  return [parentElement.querySelector("p").textContent, ...seen];
}"""


def test_before_a_hole_is_filled_the_sample_stands_there_with_its_hole(tab, server):
    tab.page.goto(f"{server.url}/_stcore/health")
    said, ratio, *white = tab.page.evaluate(UNANSWERED, address("hole.js"))
    assert said == "Searching …"
    assert ratio == pytest.approx(1, abs=0.05)
    assert white == [False, True]


# How far two points are on their way from (0, 0) and (8, 4) to (10, 0) and (8, 4), on which scales; null at their goal.
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
