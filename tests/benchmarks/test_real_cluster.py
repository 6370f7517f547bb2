"""A cluster that somebody started by hand, as the README says: runs train there, and outlive one of its workers."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch

from core import RunConfig, fit
from core.engine import Engine
from core.home import Home
from core.protocol import Status
from core.training.checkpoint import model_of

ROOT = Path(__file__).parents[2]
TIMEOUT = 60.0
WANTED = RunConfig(dataset="digits", model="autoencoder", steps=1000, hyperparameters={"hidden_sizes": (16,)})


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler, and the processes of its two workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def start(name, *options):
        command = [sys.executable, "-m", f"distributed.cli.dask_{name}", "--no-dashboard", *options]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    address = f"tcp://127.0.0.1:{port}"
    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", port)
    options = ("--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path))
    workers = [start("worker", address, *options) for _ in range(2)]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_runs_train_there_and_go_on_when_one_of_its_workers_is_killed(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("core.engine.driver.CHECKPOINT_EVERY", 0.1)
    address, workers = cluster
    engine = Engine(Home(tmp_path), workers=2, address=address)
    engine.open()
    engine.wait_until_ready(TIMEOUT)
    runs = [engine.start(WANTED, "a", "") for _ in range(2)]
    for run in runs:
        is_kept = threading.Event()
        leave = engine.listen(run, lambda run=run, found=is_kept: engine.store.state(run) and found.set())
        assert is_kept.wait(TIMEOUT)
        leave()
    workers[0].kill()
    expected = fit(WANTED).model.state_dict()
    for run in runs:
        live = engine.live(run)
        assert live is None or live.over.wait(TIMEOUT)
        record = engine.store.get(run)
        assert (record.status, record.reason) == (Status.FINISHED, "")
        found = model_of(record.config, record.spec, engine.store.state(run)).state_dict()
        assert all(torch.equal(found[name], expected[name]) for name in expected)
    engine.close()
    # The cluster is not ours to end.
    assert workers[1].poll() is None
