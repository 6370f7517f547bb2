"""How samples are rendered in a real browser: words, sounds, colours."""

import pytest
import torch
from playwright.sync_api import expect

from core import DATASETS, RunConfig
from core.analysis.data import preview
from core.dataset import Card, DataSpec
from core.home import Home
from pages.ui.scripts import address

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Red, green and blue of a point of a canvas, in CSS pixels.
COLOUR = """(canvas, [x, y]) => {
  const ratio = canvas.width / canvas.clientWidth;
  return [...canvas.getContext("2d").getImageData(x * ratio, y * ratio, 1, 1).data].slice(0, 3);
}"""


def test_sounds_are_played_one_at_a_time(tab, server):
    tab.visit(dataset="tones")
    canvas, gallery = tab.key("gallery_preview", "canvas"), tab.key("gallery_preview", ".lab")
    expect(canvas).to_have_attribute("aria-label", "64 sounds: arrow keys choose one, Enter plays it")
    canvas.click(position={"x": 100, "y": 20})
    expect(gallery).to_have_attribute("data-played", "1")
    canvas.press("ArrowRight")
    canvas.press("Enter")
    expect(gallery).to_have_attribute("data-played", "2")
    expect(canvas).to_have_attribute("aria-label", "64 sounds, 2 chosen: arrow keys choose one, Enter plays it")
    # The space bar plays, too, and trains nothing.
    canvas.press(" ")
    expect(gallery).to_have_attribute("data-played", "3")
    expect(canvas).to_have_attribute("role", "application")
    # It is really heard: it comes to an end by itself.
    speaker = f"{server.url}{address('speaker.js')}"
    tab.page.wait_for_function("async script => (await import(script)).speaker.playing === null", arg=speaker)


def test_words_are_drawn_letter_by_letter(tab):
    tab.visit(dataset="surnames")
    letters = preview(RunConfig(dataset="surnames", model="recurrent_autoencoder")).samples.argmax(axis=2)
    words = ["".join(DATASETS["surnames"].spec.alphabet[letter] for letter in word).rstrip() for word in letters]
    expect(tab.key("gallery_preview", "canvas")).to_have_attribute("aria-label", ", ".join(words))


def test_pictures_of_three_channels_are_drawn_in_colour(tab, server):
    red = torch.tensor([1.0, 0.2, 0.0]).reshape(1, 3, 1, 1).expand(100, 3, 16, 16)
    spec, card = DataSpec("image", (3, 16, 16), (0.0, 1.0)), Card("Red", "All red.", "a test", "none")
    tab.visit(dataset=Home(server.home).shelf.keep(spec, card, red))
    canvas = tab.key("gallery_preview", "canvas")
    expect(canvas).to_be_visible()
    assert canvas.evaluate(COLOUR, [100, 20]) == [255, 51, 0]
