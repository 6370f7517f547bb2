"""Selected samples: which they are, how many of each class, as a table, and on every page in a real browser."""

import csv
import io
import re
import zlib
from base64 import urlsafe_b64encode
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

import core
from core import RunConfig
from core.analysis import ANALYSES, plotted
from core.analysis.result import Context
from core.dataset import Card, DataSpec
from core.engine import Job
from core.home import Home
from core.selection import MOST, Samples, Selection, class_counts, to_csv
from core.training.observer import Observer
from pages.ui.laboratory import Laboratory
from pages.ui.origins import origins
from pages.ui.session import Memory
from tests.making import config_of, made
from tests.node import computed

CONFIG = RunConfig(dataset="digits", model="autoencoder", seed=3)


def test_classes_are_counted_the_most_frequent_first():
    assert class_counts(np.array([3, 0, 3, 7, 0, 3])) == [(3, 3), (0, 2), (7, 1)]


def test_the_table_holds_what_is_known():
    codes, values = np.array([[0.5, -1], [2, 1e-9]]), np.array([[1.0, 2, 3], [4, 5, 6]])
    table = [
        *csv.reader(io.StringIO(to_csv("held-out", np.array([12, 3]), ["5", "x.png"], ["a, b", "c"], codes, values)))
    ]
    assert table == [
        ["id", "part", "sample", "class", "latent 1", "latent 2", "value 1", "value 2", "value 3"],
        ["12", "held-out", "5", "a, b", "0.5", "-1", "1", "2", "3"],
        ["3", "held-out", "x.png", "c", "2", "1e-09", "4", "5", "6"],
    ]
    assert to_csv("validation", np.array([0]), None, None, None, None).split() == ["id,part", "0,validation"]


def test_plotted_samples_are_those_of_the_views_and_know_their_places(monkeypatch):
    # Fewer are looked at by analyses than clouds draw.
    monkeypatch.setattr("core.analysis.data.SHOWN", 50)
    data = core.load_dataset("digits", seed=3)
    watched, kept = plotted(CONFIG, "validation"), plotted(CONFIG, "held-out")
    np.testing.assert_array_equal(watched.samples, Observer(data).x)
    np.testing.assert_array_equal(watched.samples, data.validation.x[watched.ids])
    np.testing.assert_array_equal(kept.samples, data.test.x[kept.ids])
    assert len(set(kept.ids)) == len(data.test.x) > 50
    np.testing.assert_array_equal(kept.labels, data.test.y[kept.ids])
    learned = plotted(CONFIG, "training")
    np.testing.assert_array_equal(learned.samples, data.train.x[learned.ids])
    look = Context(made("autoencoder", "digits"), data, CONFIG)
    np.testing.assert_array_equal(learned.samples, ANALYSES["projection"](look, of="training").samples)
    seen = ANALYSES["projection"](look, of="validation")
    np.testing.assert_array_equal(watched.samples, seen.samples)
    np.testing.assert_array_equal(watched.labels, seen.labels)
    assert seen.counts.shown == seen.counts.held_out


def test_what_was_brought_leads_back_to_its_file(tmp_path, monkeypatch):
    home, x = Home(tmp_path), torch.rand(40, 2, generator=torch.Generator().manual_seed(0))
    monkeypatch.setattr(Laboratory, "home", home)
    spec = DataSpec("vector", (2,), (0.0, 1.0), scaling="none")
    rows = home.shelf.keep(spec, Card("Rows", "", "", ""), x)
    names = home.shelf.keep(spec, Card("Names", "", "", ""), x.flip(0), sources=tuple(f"{k}.png" for k in range(40)))
    for id, all, called in ((rows, x, "{}"), (names, x.flip(0), "{}.png")):
        found = plotted(RunConfig.for_data(spec, dataset=id, model="autoencoder"), "training", home)
        np.testing.assert_array_equal(all[found.places], found.samples)
        first = 1 if called == "{}" else 0
        assert origins(id, found.places) == [called.format(place + first) for place in found.places]
    assert plotted(CONFIG, "held-out").places is None
    assert origins("digits", None) is None


def test_samples_are_the_same_where_data_seed_and_part_are():
    key = Samples(CONFIG, "validation").key
    same = RunConfig(dataset="digits", model="vae", seed=3, steps=5)
    assert Samples(same, "validation").key == key
    others = [
        same.model_copy(update={"seed": 4}),
        RunConfig(dataset="digits", model="vae", seed=3, data={"left_out": "1"}),
    ]
    assert key not in {Samples(CONFIG, "held-out").key, *(Samples(other, "validation").key for other in others)}


SELECTION = Selection(
    Samples(RunConfig(dataset="digits", model="vae", data={"left_out": "1"}), "held-out"), (0, 5, 1999)
)


def test_a_selection_comes_back_from_a_word_of_bounded_length():
    for some in (SELECTION, Selection(Samples(CONFIG, "validation"), tuple(range(0, 2000, 2)))):
        word = some.to_text()
        assert len(word) < 420
        again = Selection.from_text(word)
        assert (again.of.key, again.indices) == (some.of.key, some.indices)


def test_what_is_too_long_for_an_address_is_no_word():
    scattered = np.random.default_rng(0).permutation(100_000)[:30_000]
    assert Selection(SELECTION.of, tuple(sorted(scattered.tolist()))).to_text() == ""
    assert Selection(SELECTION.of, tuple(range(100_000))).to_text() != ""


KEY, _, PACKED = SELECTION.to_text().rpartition(" ")
NONSENSE = [
    "", "x", f" {PACKED}", KEY, f"{KEY} ", f"{KEY} é", f"{KEY} {PACKED[:4]}", f"{KEY} AAAA",
    *(f"{key} {PACKED}" for key in ("nothing 0 {} held-out", "digits x {} held-out", "digits -1 {} held-out",
      "digits 0 [ held-out", "digits 0 [] held-out", 'digits 0 {"a": 1} held-out', "digits 0 {} test")),
]  # fmt: skip


@pytest.mark.parametrize("word", NONSENSE)
def test_a_word_without_sense_selects_nothing(word):
    assert Selection.from_text(word) is None


def test_no_word_selects_more_than_is_drawn_anywhere():
    bomb = urlsafe_b64encode(zlib.compress(b"\xff" * 10**7)).decode()
    assert len(Selection.from_text(f"{KEY} {bomb}").indices) == 8 * MOST


def page():
    """A plot of held-out digits."""
    from pages.ui.selection_panel import selection_panel
    from tests.making import config_of, new_record

    selection_panel([new_record(config_of())], ["held-out"])


def test_a_selection_of_other_samples_says_so_and_can_be_let_go(tmp_path, monkeypatch):
    monkeypatch.setattr(Laboratory, "engine", SimpleNamespace(home=Home(tmp_path)))
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["memory"] = Memory(selection=Selection(Samples(CONFIG, "validation"), (2, 5)))
    app.run()
    (said,) = app.caption
    assert said.value == "Selected: 2 validation samples of Digits, seed 3. None of them is drawn here."
    app.button("let_go").click().run()
    (hint,) = app.caption
    assert "Drag around points" in hint.value
    assert not app.exception


def test_what_is_selected_of_other_parts_is_shown_and_said_not_to_be_drawn_here(tmp_path, monkeypatch):
    samples = Samples(config_of(), "validation")
    job = Job()
    job.future.set_result(plotted(samples.config, "validation"))
    monkeypatch.setattr(Laboratory, "engine", SimpleNamespace(home=Home(tmp_path), plotted=lambda of: job))
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["memory"] = Memory(selection=Selection(samples, (2, 5)))
    app.run()
    assert not app.exception
    assert [each.value for each in app.caption] == ["None of them is drawn here: plots are of held-out samples."]
    assert app.markdown[0].value.startswith("**2 of ")
    assert app.button("let_go").label == "Let go"


def selecting():
    """A plot of validation digits, in which two are selected, then the choice of what Latent projects."""
    import streamlit as st

    from core.selection import Samples
    from pages.ui.choices import chosen
    from pages.ui.selecting import select
    from tests.making import config_of

    for part in st.session_state["parts"]:
        of = Samples(config_of(), part)
        st.session_state["plot"] = {"selected": {"samples": of.key, "indices": [2, 5]}}
        select("plot", of)
    st.session_state["shown"] = chosen("projected", ["held-out", "validation", "training"], "held-out")


@pytest.mark.parametrize(("parts", "shown"), [(["validation"], "validation"), (["validation", "held-out"], "held-out")])
def test_codes_are_projected_of_the_part_in_which_something_was_selected_last(parts, shown):
    app = AppTest.from_function(selecting, default_timeout=60)
    app.session_state["parts"] = parts
    app.run()
    assert not app.exception
    assert app.session_state["shown"] == shown


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_what_is_drawn_around_is_selected_on_every_page_until_escape(tab, vae):
    tab.visit("latent", run=vae)
    cloud, clustered = tab.key("cloud", ".lab"), tab.key("clustered", ".lab")
    tab.grows(cloud, "points", 0)
    box = tab.key("cloud", "canvas.points").bounding_box()
    mouse, corners = tab.page.mouse, [(0.3, 0.1), (0.5, 0.1), (0.5, 0.9), (0.3, 0.9)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place)
    mouse.up()
    panel = tab.key("selection")
    expect(panel).to_contain_text(re.compile(r"\d+ of \d+ held-out samples"))
    count = int(cloud.get_attribute("data-selected"))
    assert 0 < count < int(cloud.get_attribute("data-points"))
    expect(tab.key("tally", "b").first).to_be_visible()
    counted = [int(number) for number in tab.key("tally", "b").all_inner_texts()]
    assert sum(counted) == count
    with tab.page.expect_download() as download:
        tab.press("selected_csv")
    rows = [*csv.DictReader(io.StringIO(download.value.path().read_text()))]
    assert len(rows) == count
    assert {*rows[0]} == {"id", "part", "class", "latent 1", "latent 2"}

    tab.page.get_by_role("link", name="Clusters", exact=True).first.click()
    expect(clustered).to_have_attribute("data-selected", str(count))
    tab.page.keyboard.press("Escape")
    expect(clustered).to_have_attribute("data-selected", "0")
    expect(tab.page.get_by_text("Drag around points")).to_be_visible()


@pytest.mark.parametrize(
    ("places", "chosen", "points", "drawn_around", "samples"),
    [
        # Points that are the samples in their order.
        ([], [1, 2], [1, 2], [0, 2], [0, 2]),
        ([], None, None, [], []),
        # The last two are of no samples, and one that is chosen is not drawn.
        ([5, 7, -1, -1], [7, 6], [1], [0, 1, 2], [5, 7]),
        ([5, 7, -1, -1], [6], None, [2, 3], []),
        ([5, 7, -1, -1], None, None, [1], [7]),
    ],
)
def test_points_that_others_are_drawn_with_know_their_samples(places, chosen, points, drawn_around, samples):
    asked = "((p) => [p.pointsOf(chosen && new Set(chosen)), p.samplesOf(around)].map((x) => x && [...x]))"
    found = computed(
        "cloud_places.js", f"{asked}(new Places(places))", places=places, chosen=chosen, around=drawn_around
    )
    assert found == [points, samples]


def test_points_that_others_are_drawn_with_are_found_by_their_samples():
    def of(places, expression):
        return computed("cloud_places.js", f"((p) => {expression})(new Places(places))", places=places)

    for places, at, last in (([5, 7, -1], [0, 1, -1, -1], 7), ([], [5, 7, 6, -1], 2)):
        assert of(places, "[5, 7, 6, -1].map((place) => p.at(place))") == at
        assert of(places, "p.last(3)") == last
    # The same held-out samples with others beside them, or with some left out, are not those alone.
    assert len({of(places, 'p.named("held-out")') for places in ([], [0, 1], [0, 2], [0, 1, -1])}) == 4
