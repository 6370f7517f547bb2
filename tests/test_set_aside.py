"""Runs that are set aside to be compared stay so, whatever else is compared meanwhile."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS
from core.engine import RunStore
from core.home import Home
from pages.ui import owners
from pages.ui.laboratory import Laboratory
from pages.ui.session import Memory
from tests.making import config_of


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A laboratory with seven runs and no workers."""
    home = Home(tmp_path)
    store = RunStore(home)
    for _ in range(7):
        store.create(config_of("autoencoder", "ring"), "", DATASETS["ring"].spec)
    engine = SimpleNamespace(home=home, store=store, live=lambda run: None)
    monkeypatch.setattr(Laboratory, "engine", engine)
    monkeypatch.setattr(owners, "visitor", lambda: "ann")
    yield store
    store.close()


def page():
    import streamlit as st

    from pages.ui import comparison, pinned

    for run in st.session_state["turned"]:
        # What a script says.
        st.session_state["view"] = {"aside": run}
        pinned.turn_in("view")
    if st.session_state["turned"] == []:
        st.session_state["stage_view"] = {"ghost": comparison.COMPARE}
        comparison.act()
    pinned.lead_to_compare()


def after(memory: Memory, *turned) -> AppTest:
    """The page after these runs were set aside or let go; after none, both sides of the stage are compared."""
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["memory"], app.session_state["turned"] = memory, list(turned)
    app.run()
    assert not app.exception
    return app


def test_as_many_as_can_be_compared_are_set_aside_and_each_is_let_go_again(store):
    runs = [record.id for record in store.all()]
    memory = Memory()
    app = after(memory, *runs[:6])
    assert memory.aside == tuple(runs[:6])
    assert app.button(key="compare_aside").label == "Compare 6 set aside"
    # Another trigger of the same view says nothing about it.
    after(memory, None)
    after(memory, runs[6])
    assert memory.aside == tuple(runs[:6])
    assert memory.flash.startswith("6 runs are set aside already")
    after(memory, runs[0], runs[6])
    assert memory.aside == (*runs[1:6], runs[6])
    # One that was deleted takes no place.
    store.delete(runs[1])
    after(memory, runs[0])
    assert memory.aside == (*runs[2:6], runs[6], runs[0])


def test_what_is_set_aside_stays_where_others_are_compared(store):
    aside = tuple(record.id for record in store.all()[:3])
    memory = Memory(aside=aside, before="before", run="now")
    app = after(memory)
    assert (memory.compared, memory.aside) == (("before", "now"), aside)
    assert app.button(key="compare_aside").label == "Compare 3 set aside"


def test_one_alone_cannot_be_compared(store):
    app = after(Memory(), store.all()[0].id)
    assert app.button(key="compare_aside").disabled
