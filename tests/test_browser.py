"""What a visitor does, in a real browser on the real application."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.tab import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LONG = {"steps": "200000"}
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


def test_the_first_visit(tab):
    tab.train(**LONG)
    # The stage goes on being one element: a picture that is drawn anew does not flicker.
    tab.stage.evaluate("stage => { stage.marked = true; }")
    tab.grows(tab.stage, "frames", 2)
    tab.grows(tab.stage, "step")

    tab.press("pause")
    tab.reaches("paused")
    step = tab.step
    # The server speaks up every two seconds, and each time the stage is drawn: still at the same step.
    tab.grows(tab.stage, "frames")
    assert tab.step == step

    expect(tab.button("step")).to_be_enabled()
    tab.press("step")
    expect(tab.stage).to_have_attribute("data-step", str(step + 1))
    tab.reaches("paused")
    expect(tab.button("step")).to_be_enabled()
    tab.page.keyboard.press(".")
    expect(tab.stage).to_have_attribute("data-step", str(step + 2))
    tab.reaches("paused")
    expect(tab.button("train")).to_have_text(re.compile("Resume"))
    expect(tab.button("train")).to_be_enabled()

    tab.page.keyboard.press("Space")
    tab.reaches("running")
    tab.grows(tab.stage, "step", step + 2)
    expect(tab.button("pause")).to_be_enabled()
    tab.page.keyboard.press("Space")
    tab.reaches("paused")
    expect(tab.button("train")).to_be_enabled()
    tab.press("train")
    tab.reaches("running")

    run = tab.run
    tab.press("stop")
    tab.reaches("stopped")
    assert tab.stage.evaluate("stage => stage.marked")

    tab.press("reset")
    expect(tab.key("gallery_preview", "canvas")).to_be_visible()
    expect(tab.stage).to_have_count(0)
    assert "run" not in tab.query
    tab.page.get_by_role("link", name="Runs", exact=True).first.click()
    tab.pick(run)
    expect(tab.button("open")).to_be_enabled()


def test_a_reload_finds_the_run_again(tab):
    run = tab.train(**LONG)
    tab.grows(tab.stage, "step")
    step = tab.step
    tab.page.reload()
    tab.grows(tab.stage, "step", step)
    assert tab.run == run
    tab.reaches("running")
    expect(tab.button("pause")).to_be_enabled()


def test_others_watch_the_same_run(tab, new_tab, server, browser):
    run = tab.train(**LONG)
    stranger = browser.new_context()
    for second in (new_tab(server), new_tab(server, stranger)):
        second.visit(run=run)
        second.reaches("running")
        second.grows(second.stage, "step")
        second.page.close()
    tab.grows(tab.stage, "step")
    stranger.close()


def test_a_turned_knob_says_what_differs(tab, vae):
    tab.visit(run=vae)
    expect(tab.page.get_by_text("Differs from the run on screen")).to_have_count(0)
    tab.key("latent_size", "input").press("ArrowRight")
    expect(tab.page.get_by_text("Differs from the run on screen")).to_contain_text("Latent size 2 → 3")
    expect(tab.button("train")).to_have_text(re.compile("Train(?! again)"))
    tab.key("latent_size", "input").press("ArrowLeft")
    expect(tab.page.get_by_text("Differs from the run on screen")).to_have_count(0)
    expect(tab.button("train")).to_have_text(re.compile("Train again"))


def test_a_live_knob_is_turned_in_the_run_on_screen(tab):
    tab.visit(dataset="ring", model="gan", **LONG)
    generator = tab.key("players").get_by_role("radio", name="generator")
    tab.key("group-optimisation", "summary").click()
    expect(generator).to_be_visible()
    tab.press("train")
    tab.reaches("running")
    run = tab.run
    tab.grows(tab.stage, "step")
    expect(tab.button("pause")).to_be_enabled()
    tab.settle()
    generator.click()
    expect(generator).to_be_checked()
    expect(tab.page.get_by_text("Differs from the run on screen")).to_contain_text("Players both → generator")
    tab.press("apply")
    expect(tab.page.get_by_text("Differs from the run on screen")).to_have_count(0)
    tab.reaches("running")
    assert tab.run == run
    tab.grows(tab.stage, "step")
    # A knob that shapes the network needs a new run.
    tab.key("latent_size", "input").press("ArrowRight")
    expect(tab.page.get_by_text("Differs from the run on screen")).to_contain_text("Latent size")
    expect(tab.key("apply")).to_have_count(0)


def test_a_run_that_diverges_says_why(tab):
    tab.visit(optimizer="sgd", learning_rate="1", reconstruction_loss="mse", steps="500")
    tab.press("train")
    tab.reaches("diverged")
    expect(tab.key("stage", ".reason")).to_contain_text("learning rate")
    expect(tab.button("train")).to_be_enabled()


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


def test_the_cloud_shows_the_sample_under_the_pointer(tab, vae):
    tab.visit("latent", run=vae)
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
    expect(tip).to_contain_text(re.compile(r"\d"))
    # A picture: not all of it is one colour.
    colours = tip.locator("canvas").evaluate(
        "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    )
    assert colours > 3


def test_the_page_goes_on_while_a_projection_is_computed(tab, vae):
    tab.visit("latent", run=vae)
    tab.grows(tab.key("cloud", ".lab"), "points", 0)
    tab.key("cloud", ".lab").evaluate("cloud => { cloud.dataset.points = 0; }")
    tab.key("projection").get_by_text("t-SNE").click()
    probe = tab.key("probe_decode", ".lab")
    answers = int(probe.get_attribute("data-answers"))
    tab.key("probe_decode", "input[type=range]").first.press("ArrowRight")
    tab.grows(probe, "answers", answers)
    # PCA stands in meanwhile, and says so.
    expect(tab.page.get_by_text("How far to trust t-SNE")).to_be_visible(timeout=2 * PATIENCE)
    tab.grows(tab.key("cloud", ".lab"), "points", 0)


def test_the_server_itself_never_loads_scikit_learn_or_umap(tab, server, vae):
    for page in ("reconstructions", "latent", "samples", "clusters"):
        tab.visit(page, run=vae)
    expect(tab.page.get_by_test_id("stDataFrame")).to_be_visible(timeout=2 * PATIENCE)
    maps = Path(f"/proc/{server.pid}/maps")
    if not maps.exists():
        pytest.skip("Which libraries a process has loaded is read from /proc.")
    loaded = maps.read_text()
    assert "/torch/" in loaded
    assert "/sklearn/" not in loaded
    assert "/numba/" not in loaded


def test_noise_is_repaired_while_its_slider_moves(tab, vae):
    tab.visit("reconstructions", run=vae)
    probe = tab.key("probe_noise", ".lab")
    tab.grows(probe, "answers", 0)
    canvas = tab.key("probe_noise", "canvas")
    before = canvas.evaluate(PICTURE)
    tab.key("probe_noise", "input[type=range]").press("End")
    changes(tab, canvas, before)
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
    expect(tab.key("number", ".js-plotly-plot")).to_be_visible(timeout=2 * PATIENCE)
    tab.press("repeat")
    expect(tab.page.get_by_text("Mean ± sd of five models")).to_be_visible(timeout=4 * PATIENCE)
    expect(table).to_have_count(2)
    tab.page.get_by_role("radio", name="DBSCAN", exact=True).click()
    expect(tab.page.get_by_text("Noise is a group of its own")).to_be_visible(timeout=2 * PATIENCE)
    expect(tab.key("core_distances", ".js-plotly-plot")).to_be_visible(timeout=2 * PATIENCE)


def test_runs_are_renamed_deleted_restored_and_opened(tab, trained):
    run = trained(dataset="two_moons", model="autoencoder", steps="100")
    tab.visit("runs")
    tab.pick(run)
    tab.press("rename")
    name = tab.key(f"name-{run}", "input")
    name.fill("My first moons")
    name.press("Enter")
    cell = tab.key("run_table", "td").get_by_text("My first moons", exact=True)
    expect(cell).to_be_attached()
    tab.page.keyboard.press("Escape")

    tab.press("delete")
    expect(tab.page.get_by_text("Deleted: My first moons")).to_be_visible()
    expect(cell).to_have_count(0)
    tab.press("undo")
    expect(cell).to_be_attached()
    # Its row has a picture, and a button of its own.
    with tab.page.expect_response(re.compile(f"thumbnails/{run}/100.png")) as answer:
        tab.page.reload()
        tab.key("filter_words", "input").fill(run)
        tab.page.keyboard.press("Enter")
    assert answer.value.headers["content-type"] == "image/png"
    expect(tab.key("run_table", "[role=row]")).to_have_count(2)
    tab.key("run_table", ".dvn-scroller").click(position={"x": 70, "y": 60})
    tab.reaches("finished")
    assert tab.run == run
    expect(tab.key("dataset", "input")).to_have_value("Two moons")
    expect(tab.key("model", "input")).to_have_value("Autoencoder")


@pytest.mark.parametrize(
    "query",
    [
        {"run": "nonsense"},
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
    expect(tab.page.locator("[data-testid=stAlert]")).to_contain_text(said)
    says(tab, dataset="ring" if "dataset" in query else "mnist_5000", model="vae")


KNOBS = {"dataset": "ring", "model": "gan", "steps": "200000", "batch_size": "1024"}


def says(tab, **query):
    """Wait until the address holds this and nothing else."""
    expect(tab.page).to_have_url(re.compile(r"\?" + re.escape(urlencode(query)) + "$"))


def shows(tab, **knobs):
    """Wait until sliders stand at these values."""
    for name, value in knobs.items():
        expect(tab.key(name, "input[type=range]")).to_have_attribute("aria-valuetext", value)


def test_an_address_survives_a_reload_and_other_pages(tab, new_tab, server):
    tab.visit(**KNOBS)
    shows(tab, batch_size="1,024", steps="200,000")
    says(tab, **KNOBS)
    tab.page.reload()
    tab.settle()
    shows(tab, batch_size="1,024", steps="200,000")
    for name in ("Data", "Runs", "Samples", "Train"):
        tab.page.get_by_role("link", name=name, exact=True).first.click()
        expect(tab.page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
        tab.settle()
        says(tab, **KNOBS)
    shows(tab, batch_size="1,024", steps="200,000")
    tab.key("latent_size", "input").press("ArrowRight")
    says(tab, **KNOBS, latent_size="3")
    # What a copied link holds.
    second = new_tab(server)
    second.page.goto(tab.page.url)
    second.settle()
    shows(second, latent_size="3", batch_size="1,024", steps="200,000")
    says(second, **KNOBS, latent_size="3")


def test_the_browsers_back_turns_the_knob_back(tab):
    tab.visit(**KNOBS)
    shows(tab, latent_size="2")
    tab.key("latent_size", "input").press("ArrowRight")
    says(tab, **KNOBS, latent_size="3")
    tab.page.go_back()
    shows(tab, latent_size="2", batch_size="1,024")
    says(tab, **KNOBS)
    tab.page.go_forward()
    shows(tab, latent_size="3", batch_size="1,024")
    says(tab, **KNOBS, latent_size="3")


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
