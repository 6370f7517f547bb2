"""What pages say where a run will teach nothing, and offer where one diverged, without a browser."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core.dataset import DataSpec
from core.home import Home
from core.protocol import Status
from pages.ui.laboratory import Laboratory
from tests.making import config_of, new_record


@pytest.fixture(autouse=True)
def _laboratory(tmp_path, monkeypatch):
    """A laboratory without workers and without runs."""
    monkeypatch.setattr(Laboratory, "engine", SimpleNamespace(home=Home(tmp_path)))


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def warned():
    from pages.ui.controls import said
    from pages.ui.datasets import say_cautions
    from pages.ui.state import keep_address

    keep_address()
    config, _ = said()
    say_cautions(config)


@pytest.mark.parametrize(("left_out", "said"), [("none", []), (",".join("012345678"), [True])])
def test_what_will_teach_nothing_is_said_for_the_classes_that_are_trained_on(left_out, said):
    app = AppTest.from_function(warned, default_timeout=60)
    query = {"dataset": "digits", "model": "autoencoder", "batch_size": "256", "left_out": left_out}
    for name, value in query.items():
        app.query_params[name] = value
    found = run(app).caption
    assert ["each step sees all of them" in caption.value for caption in found] == said


def diverged():
    import streamlit as st

    from pages.ui.calmer import offer_calmer

    offer_calmer(st.session_state["diverged"])


@pytest.mark.parametrize(("scaling", "offered"), [("none", []), ("standardise", ["calmer"])])
def test_a_calmer_rate_is_offered_unless_the_data_are_to_be_scaled(scaling, offered):
    app, spec = AppTest.from_function(diverged, default_timeout=60), DataSpec("vector", (2,), (-1e6, 1e6))
    record = replace(new_record(config_of(dataset="two_moons")), status=Status.DIVERGED)
    app.session_state["diverged"] = replace(record, spec=replace(spec, scaling=scaling))
    assert [button.key for button in run(app).button] == offered
