"""What is chosen on a page stands in the address, so that a reload, a link and Back find it again."""

from types import SimpleNamespace
from urllib.parse import parse_qsl, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS, MODELS
from core.home import Home
from pages.ui.laboratory import Laboratory
from pages.ui.session import is_choice


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A laboratory that has nothing but a home."""
    monkeypatch.setattr(Laboratory, "engine", SimpleNamespace(home=Home(tmp_path)))


def page():
    import streamlit as st

    from pages.ui.choices import Between, OrTyped, choice, unchoose
    from pages.ui.state import keep_address

    keep_address()
    st.segmented_control("Projection", ["pca", "tsne"], required=True, **choice("projection", ["pca", "tsne"], "pca"))
    st.number_input("Seed", 0, 9, **choice("sample_seed", range(10), 0))
    # Another run, another default, and other options.
    is_other = st.session_state.get("is_other", False)
    st.toggle("Judge", **choice("judged", (False, True), is_other))
    statuses = ["paused"] if is_other else ["finished", "paused"]
    st.multiselect("Status", statuses, **choice("filter_status", statuses, []))
    st.multiselect("Knobs", ["a", "b", "c"], **choice("swept", ["a", "b", "c"], ["a"], most=2))
    st.multiselect("Values", [1, 2], accept_new_options=True, **choice("values_a", OrTyped([1, 2]), [1, 2]))
    most = st.session_state.get("most", 4.0)
    st.slider("Between", 0.0, most, **choice("brush_mse", Between(0.0, most), (0.0, most)))
    st.button("Begin again", key="unchoose", on_click=unchoose, args=("projection", "sample_seed"))


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def chosen(app: AppTest) -> dict[str, str]:
    query = dict(parse_qsl(urlencode(app.query_params, doseq=True)))
    return {name: text for name, text in query.items() if is_choice(name)}


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


WRONG = [
    {"projection": "lda"},
    {"sample_seed": "10"},
    {"sample_seed": "x"},
    {"judged": ""},
    {"filter_status": "lost~gone"},
    {"swept": "d"},
    {"brush_mse": "1~5"},
    {"brush_mse": "1"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_cannot_be_chosen_gives_way_to_what_the_page_begins_with(wrong):
    assert chosen(opened(**wrong)) == {}


def test_several_can_be_chosen_as_many_as_there_is_room_for():
    app = opened(swept="c~b~c~a", filter_status="paused~lost", values_a="2~many")
    assert app.multiselect("swept").value == ["c", "b"]
    assert app.multiselect("filter_status").value == ["paused"]
    # What was typed is judged where it is read.
    assert app.multiselect("values_a").value == [2, "many"]
    assert chosen(app) == {"swept": "c~b", "filter_status": "paused", "values_a": "2~many"}


def test_what_was_never_chosen_goes_with_the_default_of_another_run():
    app = opened(filter_status="finished~paused")
    app.session_state["is_other"] = True
    app.run()
    assert app.toggle("judged").value is True
    assert chosen(app) == {"filter_status": "paused"}
    app.toggle("judged").set_value(False).run()
    assert chosen(app)["judged"] == "no"


def test_each_of_several_numbers_goes_with_its_default_until_it_is_chosen():
    app = opened()
    app.slider("brush_mse").set_value((1.0, 4.0)).run()
    assert chosen(app) == {"brush_mse": "1~"}
    app.session_state["most"] = 8.0
    app.run()
    assert app.slider("brush_mse").value == (1.0, 8.0)
    assert chosen(app) == {"brush_mse": "1~"}
    assert opened(brush_mse="1~").slider("brush_mse").value == (1.0, 4.0)


def test_choices_stand_again_as_their_page_begins():
    app = opened(projection="tsne", sample_seed="7", judged="yes")
    app.button("unchoose").click().run()
    assert app.segmented_control("projection").value == "pca"
    assert chosen(app) == {"judged": "yes"}


def test_no_choice_is_called_like_a_setting():
    made = [*(model.Hyperparameters for model in MODELS.values()), *(source.Parameters for source in DATASETS.values())]
    assert not [knob.name for declared in made for knob in declared.knobs() if is_choice(knob.name)]
