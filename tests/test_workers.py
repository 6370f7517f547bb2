"""Worker processes: they end with their server, tell nobody what runs, and may be somebody's cluster."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import Mock

import pytest

from core.engine import cluster
from core.engine.cluster import FOLDER, connect, remove_left_behind
from core.engine.settings import configure
from core.errors import EngineUnavailable
from pages.ui.laboratory import Laboratory
from tests.making import completed
from tests.server import TIMEOUT

pytestmark = pytest.mark.xdist_group("engine")
WORKER = Path(cluster.__file__).with_name("worker.py")


def test_a_worker_ends_with_its_server_also_while_it_still_imports(tmp_path):
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("import time; print('importing', flush=True); time.sleep(3600)")
    worker = subprocess.Popen(
        [sys.executable, "-P", WORKER],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout.readline() == b"importing\n"
    worker.stdin.close()
    try:
        assert worker.wait(TIMEOUT) == 0
    finally:
        worker.kill()
        worker.wait()


def test_folders_of_servers_that_live_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine, other = tmp_path / f"{FOLDER}{os.getpid()}-abc", tmp_path / f"{FOLDER}mine-abc"
    # No process has this number: it is beyond what the system gives out.
    gone = tmp_path / f"{FOLDER}{2**30}-abc"
    # As version 0.3 called them: of today, and of long ago.
    today, old = tmp_path / "latent-lab-0_today0", tmp_path / "latent-lab-abcdefg1"
    for folder in (mine, other, gone, today, old):
        (folder / "inside").mkdir(parents=True)
    # Of a server with our number, in the same container before it was started again.
    before = tmp_path / f"{FOLDER}{os.getpid()}-before"
    before.mkdir()
    for folder in (old, before):
        os.utime(folder, (0, 0))
    # One that is removed by another server at the same time.
    (tmp_path / "latent-lab-abcdefg2").symlink_to("nowhere")
    remove_left_behind()
    assert today.is_dir()
    assert not old.exists()
    assert mine.is_dir()
    assert other.is_dir()
    assert not gone.exists()
    assert not before.exists()
    # As on Windows.
    old.mkdir()
    os.utime(old, (0, 0))
    monkeypatch.delattr(os, "getuid")
    remove_left_behind()
    assert not old.exists()


@pytest.mark.parametrize("address", [None, "tcp://10.0.0.7:8786"])
def test_the_workers_are_those_of_the_scheduler_that_the_host_names(tmp_path, monkeypatch, address):
    monkeypatch.setenv("LATENT_LAB_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_LAB_SCHEDULER", raising=False)
    if address:
        monkeypatch.setenv("LATENT_LAB_SCHEDULER", address)
    make = Mock()
    monkeypatch.setattr("core.engine.Engine", make)
    laboratory = Laboratory()
    laboratory.painted()
    laboratory.open()
    assert laboratory.engine is make.return_value
    assert make.call_args.args[2] == address


@pytest.mark.parametrize(
    ("address", "reason"),
    [("two", "missing port number"), ("tls://127.0.0.1:9", "no certificates are named for TLS under distributed.comm")],
)
def test_an_address_that_is_no_scheduler_s_is_a_sentence(monkeypatch, address, reason):
    # Before its logging is set up.
    configure()
    import distributed

    made = []

    class Client(distributed.Client):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr(distributed, "Client", Client)

    async def scenario():
        with pytest.raises(EngineUnavailable, match=rf"LATENT_LAB_SCHEDULER is '{address}': {reason}.*tcp://"):
            async with connect(address, 2):
                pass
        assert [client.status for client in made] == ["closed"]

    completed(scenario())
