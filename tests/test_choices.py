"""What is chosen on a page stands in the address, so that a reload, a link and Back find it again."""

from types import SimpleNamespace
from urllib.parse import parse_qsl, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS, MODELS
from core.home import Home
from pages.ui.laboratory import Laboratory
from pages.ui.session import CHOICES


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A laboratory that has nothing but a home."""
    monkeypatch.setattr(Laboratory, "engine", SimpleNamespace(home=Home(tmp_path)))


def page():
    import streamlit as st

    from pages.ui.choices import choice
    from pages.ui.state import keep_address

    keep_address()
    st.segmented_control("Projection", ["pca", "tsne"], required=True, **choice("projection", ["pca", "tsne"], "pca"))
    st.number_input("Seed", 0, 9, **choice("sample_seed", range(10), 0))
    st.toggle("Judge", **choice("judged", (False, True), False))


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def chosen(app: AppTest) -> dict[str, str]:
    query = dict(parse_qsl(urlencode(app.query_params, doseq=True)))
    return {name: query[name] for name in CHOICES if name in query}


def test_what_is_not_as_the_page_begins_is_said_and_read_again():
    app = opened()
    assert chosen(app) == {}
    app.segmented_control("projection").set_value("tsne")
    app.number_input("sample_seed").set_value(7)
    app.toggle("judged").set_value(True)
    app.run()
    said = {"projection": "tsne", "sample_seed": "7", "judged": "yes"}
    assert chosen(app) == said
    again = opened(**said)
    assert chosen(again) == said
    assert again.number_input("sample_seed").value == 7
    assert again.toggle("judged").value is True
    # Back at what it begins with, it needs no word.
    again.toggle("judged").set_value(False).run()
    assert "judged" not in chosen(again)


@pytest.mark.parametrize("wrong", [{"projection": "lda"}, {"sample_seed": "10"}, {"sample_seed": "x"}, {"judged": ""}])
def test_what_cannot_be_chosen_gives_way_to_what_the_page_begins_with(wrong):
    assert chosen(opened(**wrong)) == {}


def test_no_choice_is_called_like_a_setting():
    made = [*(model.Hyperparameters for model in MODELS.values()), *(source.Parameters for source in DATASETS.values())]
    assert not set(CHOICES) & {knob.name for declared in made for knob in declared.knobs()}
