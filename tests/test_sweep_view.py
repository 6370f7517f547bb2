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
    sweeps = Sweeps(store, SimpleNamespace(get=lambda run: None), None, lambda: None)
    engine = SimpleNamespace(home=home, store=store, sweeps=sweeps, live=lambda run: None, analyse=lambda *_: Job())
    monkeypatch.setattr(Laboratory, "engine", engine)
    runs = []
    for k, config in enumerate(SWEEP.configs()):
        runs.append(store.create(config, "", DATASETS["digits"].spec))
        metrics = {"test_mse": 0.01 * k, "test_active_codes": 0.5 - 0.05 * k}
        store.update(runs[-1], status=Status.FINISHED, step=20, metrics=metrics)
    yield sweeps.kept.save("Sparsity", SWEEP, runs)
    store.close()


def test_sparsity_weights_are_compared_by_a_number_that_rewards_sparsity_with_its_band(kept):
    app = AppTest.from_file("../pages/sweep.py", default_timeout=60)
    app.session_state["memory"] = Memory(sweep=kept, address={"dataset": "digits"})
    app.run()
    assert not app.exception
    assert app.selectbox(key="measure").value == "test_active_codes"
    (chart,) = app.get("plotly_chart")
    drawn = {trace["name"]: trace for trace in json.loads(chart.proto.spec)["data"]}
    assert {"± sd", "mean", "runs"} <= drawn.keys()
    assert len(drawn["mean"]["x"]) == len(SWEEP.axes["sparsity_weight"])
