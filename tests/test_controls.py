"""From declared knobs to widgets and back, without a browser: every knob drawn, every address read or let be."""

from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS, MODELS, RunConfig
from tests.making import first_dataset


def panel():
    import streamlit as st

    from pages.ui.controls import pick_config

    st.session_state["picked"] = pick_config()


def opened(**query: str) -> AppTest:
    """The knobs as they stand at this address."""
    app = AppTest.from_function(panel, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def drawn(app: AppTest) -> set[str]:
    """The keys of all widgets."""

    def below(block):
        for element in block.children.values():
            yield getattr(element, "key", None)
            yield from below(element) if hasattr(element, "children") else ()

    return set(below(app.main)) - {None}


@cache
def knobs(model):
    return [*DATASETS[first_dataset(model)].Parameters.knobs(), *MODELS[model].Hyperparameters.knobs()]


def doors(model):
    """As few settings as it takes to see every knob: choices by name, each a set of which one is needed."""
    found: list[dict[str, set]] = [{}]
    for knob in knobs(model):
        needs = {name: set(values) for name, values in knob.needs.items()}
        fitting = (door for door in found if all(door.get(name, values) & values for name, values in needs.items()))
        door = next(fitting, None)
        if door is None:
            found.append(door := {})
        door |= {name: door.get(name, values) & values for name, values in needs.items()}
    return [{name: sorted(values)[0] for name, values in door.items()} for door in found]


@pytest.mark.parametrize("model", MODELS)
def test_every_knob_is_drawn_exactly_where_it_matters(model):
    dataset, names, seen = first_dataset(model), {knob.name for knob in knobs(model)}, set()
    base = RunConfig(dataset=dataset, model=model)
    for door in doors(model):
        here = drawn(opened(dataset=dataset, model=model, **door))
        values = {**dict(base.data), **dict(base.hyperparameters), **door}
        assert names & here == {knob.name for knob in knobs(model) if knob.matters(values)}
        assert {"dataset", "model", "steps", "seed"} <= here
        seen |= here
    assert names <= seen


@pytest.mark.parametrize("model", MODELS)
def test_preserve_buffers_knobs_say_the_defaults(model):
    picked = opened(dataset=first_dataset(model), model=model).session_state["picked"]
    assert picked == RunConfig(dataset=first_dataset(model), model=model)


@pytest.mark.parametrize("title", [True, False])
def test_an_address_names_things_by_title_or_id(title):
    address = {"dataset": "Ring of 8 Gaussians", "model": "GAN", "objective": "wasserstein clipping", "clip": "0.05"}
    ids = {"dataset": "ring", "model": "gan", "objective": "wasserstein_clipping", "clip": "0.05"}
    picked = opened(**(address if title else ids)).session_state["picked"]
    changed = {"objective": "wasserstein_clipping", "clip": 0.05}
    assert picked == RunConfig(dataset="ring", model="gan", hyperparameters=changed)


@pytest.mark.parametrize(
    "query",
    [
        {"latent_size": "99999"},
        {"dataset": "foo"},
        {"model": "Nope"},
        {"dataset": "Ring of 8 Gaussians", "hidden_sizes": "0 – 7", "steps": "-1", "seed": "x"},
        {"dataset": "Waves", "model": "GAN"},
        {"dataset": "ring", "model": "gan", "players": "nobody", "objective": "peace", "sigma": "nan"},
    ],
    ids=str,
)
def test_what_an_address_cannot_mean_is_let_be(query):
    picked = opened(**query).session_state["picked"]
    assert picked == RunConfig(dataset=picked.dataset, model=picked.model)
    assert picked.dataset == {"Waves": "waves", "ring": "ring", "Ring of 8 Gaussians": "ring"}.get(
        query.get("dataset"), "digits"
    )
