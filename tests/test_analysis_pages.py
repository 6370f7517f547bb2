"""Pages that look into what was learned, in a real browser: reconstructions, clusters, walls of samples."""

import re

import pytest
from playwright.sync_api import expect

from pages.ui.scripts import address
from tests.tab import PATIENCE, PICTURE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]

# All that is written on canvases.
WRITTEN = """window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  if (this.canvas.closest(".lab")) window.written.push(text);
  write.call(this, text, ...where);
};"""


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
    tab.changes(canvas, before)
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


def test_clusters_are_scored_in_three_spaces_and_another_method_says_what_it_leaves_out(tab, trained):
    run = trained(dataset="wine", model="autoencoder", steps="20")
    tab.visit("clusters", run=run, cluster_method="dbscan")
    table = tab.page.get_by_test_id("stDataFrame")
    for space in ("this model's codes", "raw values", "PCA, same size"):
        expect(table.locator("td", has_text=space)).to_be_attached(timeout=2 * PATIENCE)
    expect(tab.page.get_by_text("Noise is a group of its own")).to_be_visible()
    expect(tab.key("core_distances", ".js-plotly-plot")).to_be_visible(timeout=2 * PATIENCE)


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
