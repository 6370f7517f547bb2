"""The film of a run on the pages of its codes and samples, in a real browser: played back, and saved as a file."""

import re
from base64 import b64encode

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# What the browser can write: H.264 not everywhere.
VIDEO = re.compile("MP4|WebM")
PLAYED = """(src) => new Promise((say, fail) => {
  const video = Object.assign(document.createElement("video"), { src, onerror: () => fail(video.error.message) });
  video.onloadeddata = () => say([video.videoWidth, video.videoHeight, video.duration]);
})"""


def test_codes_are_scrubbed_through_and_saved_as_a_gif(tab, trained, tmp_path):
    run = trained(dataset="digits", model="autoencoder", steps="61", latent_size="3")
    tab.visit("latent", run=run)
    stage, slider = tab.key("film_view", ".lab"), tab.key("film_view", ".film input")
    expect(stage).to_have_attribute("data-step", "61")
    shown = tab.key("film_view", "figure[data-panel]")
    assert [figure.get_attribute("data-panel") for figure in shown.all()] == ["codes", "decoded", "curves"]
    slider.press("Home")
    expect(stage).to_have_attribute("data-step", "0")
    slider.press("ArrowRight")
    tab.grows(stage, "step", 0)
    now = stage.get_attribute("data-step")
    # A reload finds it there.
    expect(tab.page).to_have_url(re.compile(f"at={now}"))
    tab.page.reload()
    expect(stage).to_have_attribute("data-step", now)

    save = tab.key("film_view", ".save")
    save.get_by_role("button", name="Save").click()
    with tab.page.expect_download() as file:
        save.get_by_role("button", name="GIF").click()
    # What is on screen stays there.
    expect(stage).to_have_attribute("data-step", now)
    expect(save.get_by_role("button", name="Save")).to_be_visible()
    assert re.fullmatch(r"[\w-]+\.gif", file.value.suggested_filename)
    file.value.save_as(tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == int(slider.get_attribute("max")) + 1
        assert film.width > film.height > 300
        first = film.convert("RGB").tobytes()
        film.seek(film.n_frames - 1)
        assert film.convert("RGB").tobytes() != first

    # So as a video, which this browser can play.
    save.get_by_role("button", name="Save").click()
    with tab.page.expect_download() as file:
        save.get_by_role("button", name=VIDEO).click()
    expect(save.get_by_role("button", name="Save")).to_be_visible()
    kind = "video/webm" if file.value.suggested_filename.endswith("webm") else "video/mp4"
    content = b64encode(file.value.path().read_bytes()).decode()
    width, height, seconds = tab.page.evaluate(PLAYED, f"data:{kind};base64,{content}")
    assert (width > height > 300, seconds > 0.5) == (True, True)

    # One that is cancelled leaves the film as it was.
    save.get_by_role("button", name="Save").click()
    expect(save.get_by_role("button", name=VIDEO)).to_be_visible()
    save.get_by_role("button", name="Cancel").click()
    expect(save.get_by_role("button", name="Save")).to_be_visible()
    expect(stage).to_have_attribute("data-step", now)

    # Samples of a model without a prior have a film, too, and it says where they come from.
    tab.visit("samples", run=run)
    expect(slider).to_be_visible()
    assert [figure.get_attribute("data-panel") for figure in shown.all()] == ["fitted", "curves"]
    expect(tab.page.get_by_text("This model has no prior")).to_be_visible()


def test_points_of_the_plane_have_a_film_beside_their_curves(tab, gan):
    tab.visit("samples", run=gan)
    expect(tab.key("film_view", ".film input")).to_be_visible()
    shown = tab.key("film_view", "figure[data-panel]")
    assert [figure.get_attribute("data-panel") for figure in shown.all()] == ["plane", "curves"]
