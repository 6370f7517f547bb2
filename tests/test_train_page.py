"""The Train page in a real browser: it fits a projector, its keys do what they say, and nothing is trained twice."""

import re

import pytest
from playwright.sync_api import expect

from pages.ui.scripts import address

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# A key that is pressed before there are buttons, which come one after the other: which of them are clicked.
EARLY = """async (script) => {
  const { default: listen } = await import(script);
  const place = document.createElement("div");
  place.innerHTML = "<div class='lab'></div>";
  const end = listen({ data: { watched: false }, parentElement: place });
  document.dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
  const clicked = [];
  document.body.append(place);
  for (const key of ["train", "slow", "other"]) {
    place.insertAdjacentHTML("beforeend", `<div class="st-key-${key}"><button></button></div>`);
    place.lastChild.onclick = () => clicked.push(key);
    await new Promise(requestAnimationFrame);
  }
  end();
  place.remove();
  return clicked;
}"""
PROJECTOR = {"width": 1024, "height": 576}


def test_all_of_the_stage_fits_a_projector(browser, new_tab, server, vae):
    rights = ["clipboard-read", "clipboard-write"]
    context = browser.new_context(viewport=PROJECTOR, device_scale_factor=1.25, permissions=rights)
    tab = new_tab(server, context)
    tab.visit(run=vae)
    tab.grows(tab.stage, "frames", 0)
    boxes = {name: tab.key("stage_view", f"[data-panel={name}] canvas").bounding_box() for name in
             ("codes", "samples", "strip", "curves")}  # fmt: skip
    areas = {name: box["width"] * box["height"] for name, box in boxes.items()}
    assert max(areas, key=areas.get) == "codes"
    assert boxes["codes"]["height"] > 200
    for box in [*boxes.values(), tab.key("stage_view", ".foot").bounding_box(), tab.button("train").bounding_box()]:
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PROJECTOR["height"]
    # What is chosen is read to its end.
    for name in ("dataset", "model"):
        assert tab.key(name, "input").evaluate("field => field.scrollWidth <= field.clientWidth")
    tab.key("stage_view", ".share").click()
    expect(tab.key("stage_view", ".share")).to_have_text("Copied")
    assert tab.page.evaluate("navigator.clipboard.readText()") == tab.page.url
    # So it does below a sentence.
    tab.visit(run=vae, latent_size="9999")
    expect(tab.page.get_by_text("the largest allowed is 256")).to_be_visible()
    tab.grows(tab.stage, "frames", 0)
    foot = tab.key("stage_view", ".foot").bounding_box()
    assert foot["y"] + foot["height"] <= PROJECTOR["height"]
    tab.check()
    context.close()


def test_space_trains_and_pauses_and_leaves_alone_what_it_operates(tab):
    tab.visit(dataset="digits", model="autoencoder", steps="200000", seed="5")
    # It unfolds a group, and trains nothing.
    tab.key("group-optimisation", "summary").press("Space")
    expect(tab.key("batch_size", "input")).to_be_visible()
    tab.settle()
    assert "run" not in tab.query
    # It is where it was after a reload, and before it was unfolded with Back.
    tab.page.reload()
    expect(tab.key("batch_size", "input")).to_be_visible()
    tab.page.go_back()
    expect(tab.key("batch_size", "input")).to_be_hidden()
    tab.page.go_forward()
    expect(tab.key("batch_size", "input")).to_be_visible()
    tab.hears_keys()
    tab.key("latent_size", "input").press("Space")
    tab.reaches("running")
    run = tab.run
    expect(tab.button("pause")).to_be_enabled()
    # With a knob turned, it pauses the run that moves: it starts no other.
    tab.key("latent_size", "input").press("ArrowLeft")
    expect(tab.page.get_by_text("Differs from the run on screen")).to_be_visible()
    tab.page.locator("body").press("Space")
    tab.reaches("paused")
    assert tab.run == run
    # A group stays as it was left.
    for name in ("Runs", "Train"):
        tab.page.get_by_role("link", name=name, exact=True).first.click()
        expect(tab.page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
        if name == "Runs":
            # Before a page has buttons a key waits for all of them, and then presses one, once.
            assert tab.page.evaluate(EARLY, address("keys.js")) == ["train"]
    expect(tab.key("batch_size", "input")).to_be_visible()
    # A knob that is turned in the moment of the press counts.
    tab.settle()
    knob = tab.key("latent_size", "input")
    knob.press("ArrowRight")
    expect(tab.button("train")).to_have_text(re.compile("Resume"))
    turned = str(int(knob.input_value()) + 1)
    knob.press("ArrowRight")
    tab.button("train").dispatch_event("click")
    expect(tab.page).not_to_have_url(re.compile(f"run={run}"))
    tab.reaches("running")
    expect(tab.key("differs", "p")).to_have_count(0)
    assert knob.input_value() == turned


def test_other_data_are_shown_at_once_and_nothing_is_trained_twice(tab):
    settings = {"dataset": "two_moons", "model": "autoencoder", "steps": "20"}
    tab.visit(**settings)
    tab.press("train")
    tab.reaches("finished")
    first = tab.run
    expect(tab.button("train")).to_have_text(re.compile("Train again"))
    tab.press("train")
    expect(tab.page).to_have_url(re.compile("seed=1"))
    tab.reaches("finished")
    assert tab.run != first
    # The knob back, and the run that was trained with it is there again.
    tab.key("group-run", "summary").click()
    tab.press("undo-seed")
    expect(tab.button("train")).to_have_text(re.compile("Show again"))
    tab.press("train")
    expect(tab.page).to_have_url(re.compile(f"run={first}"))
    tab.key("dataset", "input").fill("Swiss")
    tab.page.get_by_role("option", name="Swiss roll").click()
    expect(tab.key("gallery_preview", "canvas").or_(tab.key("preview", ".points"))).to_be_visible()
    expect(tab.stage).to_have_count(0)
    assert "run" not in tab.query


def test_the_run_before_stays_as_a_ghost_to_compare_with(tab):
    settings = {"dataset": "digits", "model": "autoencoder", "steps": "60", "latent_size": "3", "batch_size": "16"}
    tab.visit(**settings)
    tab.press("train")
    tab.reaches("finished")
    first = tab.run
    words, readout = tab.key("stage_view", ".words"), tab.key("stage_view", ".readout")
    expect(words.get_by_role("button")).to_have_text(["Pin", "Set aside"])
    # As long as the page takes the run for a moving one, the space bar pauses it.
    expect(tab.button("train")).to_have_text(re.compile("Train again"))
    tab.key("latent_size", "input").press("ArrowRight")
    expect(tab.button("train")).to_have_text(re.compile("Train(?! again)"))
    tab.page.keyboard.press("Space")
    expect(tab.page).to_have_url(re.compile(f"before={first}"))
    tab.reaches("finished")
    second = tab.run

    def compares(run, before, said):
        expect(tab.page).to_have_url(re.compile(f"run={run}&before={before}"))
        expect(words).to_contain_text(said)
        expect(words).to_contain_text(re.compile(r"same seed, \d+% of the first weights are the same"))
        expect(readout).to_contain_text(re.compile(r"MSE 0\.\d+ \(before 0\.\d+\)"))
        expect(tab.key("stage_view", ".panels")).to_have_attribute("style", re.compile("--rows: 3"))

    compares(second, first, "Latent size 3 → 4")
    # Both go back in time together, and the pointer reads both curves.
    expect(tab.stage).to_have_attribute("data-before", "60")
    expect(tab.button("train")).to_have_text(re.compile("Train again"))
    tab.key("stage_view", ".film input").press("Home")
    expect(tab.stage).to_have_attribute("data-step", "0")
    expect(tab.stage).to_have_attribute("data-before", "0")
    curves = tab.key("stage_view", "[data-panel=curves] canvas")
    # At the right, where the last step is: of the first one nothing was measured in training.
    box = curves.bounding_box()
    curves.hover(position={"x": box["width"] - 20, "y": box["height"] / 2})
    # The validation loss may be that of a step beside it, which is said.
    beside = r"step \d+: .*Loss 0\.\d+ \| 0\.\d+( \(step \d+\))? \(before 0\.\d+\)"
    expect(curves).to_have_attribute("data-read", re.compile(beside))
    # Played to its end, the film shows the newest again.
    tab.key("stage_view", ".film .play").click()
    expect(tab.stage).to_have_attribute("data-step", "60")
    expect(tab.stage).to_have_attribute("data-before", "60")

    words.get_by_role("button", name="Swap").click()
    compares(first, second, "Latent size 4 → 3")
    tab.page.reload()
    compares(first, second, "Latent size 4 → 3")
    words.get_by_role("button", name="Pin").click()
    expect(words.get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
    tab.settle()
    tab.press("train")
    expect(tab.page).to_have_url(re.compile(f"seed=1&.*run=(?!{first})\\w+&before={second}&pinned=yes"))
    tab.reaches("finished")
    # Another seed holds out other samples: nothing is put beside the rows.
    expect(words).to_contain_text("other first weights, other validation samples")
    expect(tab.key("stage_view", ".panels")).to_have_attribute("style", re.compile("--rows: 2"))
    third = tab.run
    words.get_by_role("button", name="Compare").click()
    expect(tab.page.get_by_role("heading", name="Compare", exact=True, level=1)).to_be_visible()
    assert tab.query["compare"] == [f"{second},{third}"]
    tab.page.go_back()
    words.get_by_role("button", name="Remove").click()
    expect(words.get_by_role("button")).to_have_text(["Pin", "Set aside"])
    assert "before" not in tab.query
    tab.page.go_back()
    expect(words).to_contain_text("Latent size 4 → 3")
    # The run on screen is pinned for those that come.
    words.get_by_role("button", name="Remove").click()
    expect(words.get_by_role("button")).to_have_text(["Pin", "Set aside"])
    words.get_by_role("button", name="Pin").click()
    expect(tab.page).to_have_url(re.compile(f"run={third}&before={third}&pinned=yes"))
    tab.page.reload()
    expect(words.get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
    expect(words.get_by_role("button")).to_have_text(["Pin", "Set aside"])
    tab.settle()
    tab.press("train")
    expect(tab.page).to_have_url(re.compile(f"run=(?!{third})\\w+&before={third}&pinned=yes"))


def test_a_cross_is_dragged_over_the_codes_and_decodes(tab, vae):
    tab.visit(run=vae)
    canvas = tab.key("stage_view", "[data-panel=codes] canvas")
    tab.grows(tab.stage, "frames", 0)
    tab.stage.evaluate("stage => { window.theStage = stage; }")

    def cross():
        """Where the cross is on the page."""
        place = "stage => stage.stage.cross.code.map((value, axis) => stage.stage.cross.scale[axis](value))"
        box = canvas.bounding_box()
        return [box[side] + at for side, at in zip("xy", tab.stage.evaluate(place), strict=True)]

    x, y = cross()
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(x + 30, y - 20)
    tab.page.mouse.up()
    tab.page.wait_for_function("window.theStage.stage.cross.view?.shape[0] === 1")
    assert cross() == pytest.approx([x + 30, y - 20], abs=2)
    canvas.press("ArrowLeft")
    assert cross() == pytest.approx([x + 30 - canvas.bounding_box()["width"] / 60, y - 20], abs=2)
    # Keys read the curves, too, and who does not see the stage is told where the run stands.
    curves = tab.key("stage_view", "[data-panel=curves] canvas")
    curves.press("ArrowLeft")
    expect(curves).to_have_attribute("data-read", re.compile(r"^step \d+"))
    expect(tab.key("stage_view", ".said[role=status]")).to_have_text(re.compile(r"^finished, step \d+ of \d+, .*ELBO"))
    # Elsewhere the sample under the pointer shows, and what it is rebuilt as.
    left, top, width, height = tab.stage.evaluate("stage => stage.querySelector('[data-panel=codes]').spots[5].box")
    box, tip = canvas.bounding_box(), tab.key("stage_view", ".tip")
    expect(tip).to_be_hidden()
    tab.page.mouse.move(box["x"] + left + width / 2, box["y"] + top + height / 2)
    expect(tip).to_be_visible()
    expect(tip.locator("div")).to_have_text(re.compile(r"^\d$"))
    tab.page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    # Only beside the cross samples are drawn around.
    assert not tab.key("stage_view", "[data-panel=codes] figcaption").get_by_text("selected").count()
    # What is seen of the codes can be enlarged.
    unit = "stage => { const [x] = stage.stage.cross.scale; return x(1) - x(0); }"
    before = tab.stage.evaluate(unit)
    tab.key("stage_view", "[data-panel=codes] .lens").get_by_role("button", name="Larger").click()
    tab.page.wait_for_function(f"before => ({unit})(window.theStage) > 1.4 * before", arg=before)
    # Keys go from sample to sample as the pointer does, and select.
    strip = tab.key("stage_view", "[data-panel=strip] canvas")
    strip.press("ArrowRight")
    expect(tip).to_be_visible()
    strip.press("Space")
    expect(tab.key("stage_view", "[data-panel=strip] figcaption")).to_contain_text("1 selected")
    strip.press("Escape")
    expect(tip).to_be_hidden()
    assert tab.run == vae


def test_a_step_plays_in_slow_motion_over_the_page(tab, vae):
    tab.visit(run=vae)
    tab.hears_keys()
    tab.page.keyboard.press("s")
    scenes, formula = tab.key("slow_view", ".lab"), tab.key("slow_formulas", ".katex-html")
    lit = formula.locator("[style*=color]:visible")
    expect(scenes).to_have_attribute("data-scene", "0")
    expect(scenes.locator(".play")).to_have_text("Play")
    expect(lit.first).to_have_text("x")
    tab.page.keyboard.press("ArrowRight")
    expect(scenes).to_have_attribute("data-scene", "1")
    expect(scenes.locator("mark")).to_contain_text("mean, log_variance = self.encoder(x).chunk(2, dim=1)")
    # Without a word from the server.
    assert lit.first.text_content() == "q"
    assert not tab.breaks("dark", "color-contrast")
    assert not tab.breaks("light")
    # Behind the dialog no key presses anything.
    button = "document.querySelector('.st-key-slow button')"
    tab.page.evaluate(f"() => {{ {button}.onclick = () => {{ window.isPressed = true; }}; }}")
    tab.page.keyboard.press("s")
    assert not tab.page.evaluate("Boolean(window.isPressed)")
    scenes.get_by_role("button", name="Loss").click()
    # What was summed up beside its terms.
    expect(scenes.locator(".told span")).to_have_text(["minimised", "Loss", "Reconstruction", "KL", "Learned σ"])
    tab.page.keyboard.press("Escape")
    expect(scenes).to_have_count(0)
    # Where things may move it plays at once.
    tab.page.emulate_media(reduced_motion="no-preference")
    tab.page.keyboard.press("s")
    expect(scenes.locator(".play")).to_have_text("Pause")
    tab.check()
