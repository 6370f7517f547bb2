"""What tests of the run store have in common."""

import numpy as np
from safetensors.numpy import save

from core import DATASETS, RunConfig, Snapshot
from core.engine import RunStore
from core.protocol import Status
from core.training.tensors import pack

CONFIG = RunConfig(dataset="ring", model="vae", steps=100, hyperparameters={"hidden_sizes": (8,)})


def create(store, name="", config=CONFIG):
    return store.create(config, name, DATASETS["ring"].spec)


def folder(store, run):
    return store.home.runs / run


def checkpoint_at(step, fill=1.0):
    """A file with the numbers of a checkpoint."""
    head = {"step": step, "seconds": step / 10, "metrics": {"loss": 1.0 + step}}
    return pack(save, {"model.weights": np.full(8, fill, np.float32)}, head)


def flipped(data, bit):
    """The same bytes with one bit changed."""
    at = bit // 8 % len(data)
    return data[:at] + bytes([data[at] ^ 1 << bit % 8]) + data[at + 1 :]


def snapshot_at(step):
    return Snapshot(step=step, steps=1000, seconds=0.0, metrics={}, value_range=(0.0, 1.0)).to_bytes()


def reopened(store):
    store.close()
    return RunStore(store.home)


def trained_to(store, step):
    """A run that ended at a step, with two checkpoints."""
    run = create(store)
    for at in (step // 2, step):
        store.add_snapshot(run, at, at / 10, {"loss": 1.0 + at}, snapshot_at(at), last=True)
        store.update(run, step=at, seconds=at / 10, metrics={"loss": 1.0 + at})
        store.save_state(run, checkpoint_at(at))
    store.update(run, status=Status.FINISHED)
    return run
