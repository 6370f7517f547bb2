"""What tests of the engine have in common: small runs, and how to wait for them."""

import threading

import torch

from core import RunConfig
from core.training.checkpoint import model_of
from tests.patience import TIMEOUT

SMALL = {"hidden_sizes": (16,), "batch_size": 32}
LONG = RunConfig(dataset="digits", model="vae", steps=200_000, hyperparameters=SMALL)


def config(**changes):
    return RunConfig(**{"dataset": "digits", "model": "autoencoder", "steps": 400, "hyperparameters": SMALL, **changes})


def over(engine, run):
    """Wait until the run moves no more, and return its record."""
    live = engine.live(run)
    if live is not None:
        assert live.over.wait(TIMEOUT)
    return engine.store.get(run)


def until(engine, run, condition):
    """Wait until `condition(live)` holds at one of the run's signs of life."""
    met = threading.Event()

    def look():
        live = engine.live(run)
        if live is not None and condition(live):
            met.set()

    leave = engine.listen(run, look)
    look()
    assert met.wait(TIMEOUT)
    leave()


def workers_of(process):
    """The worker processes of a server."""
    return [child for child in process.children() if "engine/worker.py" in " ".join(child.cmdline())]


def weights(engine, run):
    return model(engine.store, run).state_dict()


def model(store, run):
    record = store.get(run)
    return model_of(record.config, record.spec, store.state(run))


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name in expected:
        assert torch.equal(found[name], expected[name]), name
