"""A sweep on screen without a browser: what its runs are compared by first, and the band of its seeds."""

import json
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS
from core.engine import Job, RunStore
from core.engine.sweeps import Sweeps
from core.home import Home
from core.protocol import Status
from core.sweeps.declaration import Sweep
from pages.ui.laboratory import Laboratory
from pages.ui.session import Memory
from tests.making import config_of

SWEEP = Sweep(base=config_of("sparse_autoencoder", steps=20), axes={"sparsity_weight": (0.0, 0.05, 0.5)}, seeds=2)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A finished sweep of three sparsity weights with two seeds each, whose runs report sparsity and more."""
    home = Home(tmp_path)
    store = RunStore(home)
    live = SimpleNamespace(get=lambda run: None, admit=lambda session: None, share_of=lambda *_: None)
    sweeps = Sweeps(store, live, SimpleNamespace(launch=lambda *_: None), lambda: None)
    engine = SimpleNamespace(home=home, store=store, sweeps=sweeps, live=lambda run: None, analyse=lambda *_: Job())
    monkeypatch.setattr(Laboratory, "engine", engine)
    runs = []
    for k, config in enumerate(SWEEP.configs()):
        runs.append(store.create(config, "", DATASETS["digits"].spec))
        metrics = {"test_mse": 0.01 * k, "test_active_codes": 0.5 - 0.05 * k, "loss": 7.0}
        store.update(runs[-1], status=Status.FINISHED, step=20, metrics=metrics)
    yield sweeps.kept.save("Sparsity", SWEEP, runs)
    store.close()


def opened(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def app(kept):
    app = AppTest.from_file("../pages/sweep.py", default_timeout=60)
    app.session_state["memory"] = Memory(sweep=kept, address={"dataset": "digits"})
    return opened(app)


def drawn(app: AppTest):
    """What the curve is made of, by name."""
    (chart,) = app.get("plotly_chart")
    return {trace["name"]: trace for trace in json.loads(chart.proto.spec)["data"]}


def test_sparsity_weights_are_compared_by_a_number_that_rewards_sparsity_with_its_band(app):
    assert app.selectbox(key="measure").value == "test_active_codes"
    found = drawn(app)
    assert {"± sd", "mean", "runs"} <= found.keys()
    assert len(found["mean"]["x"]) == len(SWEEP.axes["sparsity_weight"])
    # The squared error doubles from weight to weight: the sparsest that are worth it are those without a price.
    assert found["lowest at a good MSE"]["x"] == ["0"]


def test_what_was_measured_in_training_alone_can_be_plotted_and_what_never_was_cannot(app):
    titles = app.selectbox(key="measure").options
    assert {"Loss (training)", "MSE (validation)"} <= {*titles}
    assert not {"Loss (validation)", "MSE (training)"} & {*titles}
    app.selectbox(key="measure").set_value("loss")
    assert len(drawn(opened(app))["mean"]["x"]) == len(SWEEP.axes["sparsity_weight"])


def test_a_sweep_that_was_extended_is_not_extended_again_by_the_next_press(app, kept):
    def offer():
        (values,) = (each for each in app.multiselect if each.key.startswith("further-"))
        return app.button(key="extend-sparsity_weight"), values

    button, values = offer()
    assert button.disabled
    values.set_value([0.1])
    opened(app)
    assert offer()[0].label == "Train 1 more"
    offer()[0].click()
    opened(app)
    assert Laboratory.engine.sweeps.kept.get(kept).sweep.axes["sparsity_weight"] == (0.0, 0.05, 0.1, 0.5)
    button, values = offer()
    assert (button.disabled, values.value) == (True, [])


def refused():
    from pages.ui import sweep_plan

    # One of the knobs says what cannot be.
    sweep_plan.want("latent_size")
    sweep_plan.offer(None)


def test_a_sweep_that_is_asked_for_while_knobs_are_refused_does_not_begin_later():
    app = AppTest.from_function(refused, default_timeout=60).run()
    assert not app.exception
    assert app.caption[0].value.startswith("A sweep begins with knobs that fit together")
    assert not app.session_state["memory"].go_to_sweep
