"""What a visitor does with runs, in a real browser on the real application."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LONG = {"steps": "200000"}


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
    # Before an audience there is nothing but the stage, and the keys work all the same.
    tab.page.keyboard.press("p")
    expect(tab.key("head")).to_be_hidden()
    expect(tab.key("controls")).to_be_hidden()
    expect(tab.stage).to_be_visible()
    tab.page.keyboard.press("Space")
    tab.reaches("paused")
    assert not tab.breaks("light")
    tab.page.keyboard.press("Escape")
    expect(tab.button("train")).to_be_enabled()
    expect(tab.key("head")).to_be_visible()
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
    # On a phone what is trained is seen without scrolling.
    tab.page.set_viewport_size({"width": 390, "height": 844})
    run = tab.train(**LONG)
    tab.grows(tab.stage, "step")
    assert tab.stage.bounding_box()["y"] < 844 / 2
    step = tab.step
    tab.page.reload()
    tab.grows(tab.stage, "step", step)
    assert tab.run == run
    tab.reaches("running")
    expect(tab.button("pause")).to_be_enabled()


def test_others_watch_the_same_run(tab, new_tab, server, browser):
    run = tab.train(**LONG)
    stranger = browser.new_context()
    second = new_tab(server, stranger)
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
    tab.press("calmer")
    expect(tab.stage).not_to_have_attribute("data-status", "diverged")
    assert "learning_rate" not in tab.query


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
