"""How an engine begins and ends: without workers, beside another one, killed, closed."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest

from core import RunConfig, fit
from core.engine import Engine, RunStore
from core.engine.cluster import FOLDER, remove_left_behind
from core.errors import EngineUnavailable, UnknownDataset
from core.home import Home
from core.protocol import Status
from tests.engines import LONG, SMALL, assert_same, config, model, over, until, weights
from tests.making import bring
from tests.patience import TIMEOUT

pytestmark = pytest.mark.xdist_group("engine")


def test_without_workers_whoever_waits_is_told(tmp_path, monkeypatch):
    @asynccontextmanager
    async def nobody(address, workers):
        raise OSError("nobody answers")
        yield

    monkeypatch.setattr("core.engine.thread.connect", nobody)
    engine = Engine(Home(tmp_path), workers=1)
    # Asked for before it is known that nobody will come.
    run = engine.start(config(), "a", "")
    engine.open()
    assert over(engine, run).status is Status.FAILED
    assert "workers could not be started" in engine.store.get(run).reason
    with pytest.raises(EngineUnavailable):
        engine.preview(config()).future.result(TIMEOUT)
    with pytest.raises(EngineUnavailable):
        engine.start(config(), "a", "")
    engine.close()


def test_each_engine_has_a_home_of_its_own(engine, tmp_path):
    # The ambient home is nobody's business: workers use that of the engine that asks.
    assert str(engine.home.path) != os.environ["LATENT_LAB_HOME"]
    mine, deleted = bring("vector", (3,), 60, engine.home), bring("vector", (2,), 60, engine.home)
    engine.home.shelf.delete(deleted)
    wanted = RunConfig(dataset=mine, model="autoencoder", steps=5, hyperparameters=SMALL)
    other = Engine(Home(tmp_path), workers=1)
    assert other.home.shelf.everything() == []
    with pytest.raises(UnknownDataset):
        other.start(wanted, "a", "")
    # Starting the other, and deleting there, left the first as it was.
    assert bring("vector", (3,), 60, other.home) == mine
    other.home.shelf.delete(mine)
    assert mine in [kept.id for kept in engine.home.shelf.everything()]
    assert [kept.id for kept in engine.home.shelf.deleted()] == [deleted]
    run = engine.start(wanted, "a", "")
    assert over(engine, run).status is Status.FINISHED
    assert_same(weights(engine, run), fit(wanted, home=engine.home).model.state_dict())
    assert engine.analyse(run, "reconstruction", {}).future.result(TIMEOUT).model_mse > 0
    other.close()


def test_a_killed_server_leaves_no_process_and_no_unreadable_run(tmp_path):
    script = (
        "import sys, time, psutil; from pathlib import Path\n"
        "from core import RunConfig; from core.engine import Engine\n"
        "from core.home import Home\n"
        "engine = Engine(Home(Path(sys.argv[1])), workers=1); engine.open()\n"
        f"engine.wait_until_ready({TIMEOUT})\n"
        "run = engine.start(RunConfig(dataset='digits', model='autoencoder', steps=100_000), 'a', 'killed')\n"
        "engine.listen(run, lambda: engine.store.state(run) and print(run, *[c.pid for c in "
        "psutil.Process().children()], flush=True))\n"
        "time.sleep(600)\n"
    )
    server = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    run, *pids = server.stdout.readline().split()
    workers = [psutil.Process(int(pid)) for pid in pids]
    assert workers
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    _, alive = psutil.wait_procs(workers, timeout=TIMEOUT)
    assert not alive
    folders = Path(tempfile.gettempdir())
    assert [*folders.glob(f"{FOLDER}{server.pid}-*")]
    remove_left_behind()
    assert not [*folders.glob(f"{FOLDER}{server.pid}-*")]
    store = RunStore(Home(tmp_path))
    assert [(record.id, record.status) for record in store.all()] == [(run, Status.INTERRUPTED)]
    model(store, run)
    store.close()


def test_nothing_answers_to_http(engine):
    listening = {
        connection.laddr.port
        for process in (psutil.Process(), *psutil.Process().children())
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert len(listening) >= 2
    for port in listening:
        for path in ("/info", "/json/identity.json", "/health", "/metrics"):
            with socket.create_connection(("127.0.0.1", port), TIMEOUT) as asking, suppress(ConnectionError):
                asking.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
                assert b" 200 " not in asking.recv(100)


def test_closing_writes_a_checkpoint_and_ends_the_workers(tmp_path):
    engine = Engine(Home(tmp_path), workers=1)
    engine.open()
    engine.wait_until_ready(TIMEOUT)
    before = psutil.Process().children()
    run = engine.start(LONG, "a", "")
    until(engine, run, lambda live: live.step > 0)
    engine.close()
    assert len(psutil.Process().children()) < len(before)
    store = RunStore(Home(tmp_path))
    assert store.get(run).status is Status.INTERRUPTED
    assert store.get(run).step > 0
    assert store.state(run) is not None
    store.close()
