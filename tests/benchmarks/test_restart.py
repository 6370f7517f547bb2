"""A server that was killed leaves the one run that was started, and Resume starts no other.

Two servers and a browser take too long for each run of the tests: python -m pytest tests/benchmarks/test_restart.py
"""

import re

import psutil
import pytest
from playwright.sync_api import expect

from core.engine.run_record import read_record
from core.protocol import Status
from tests.server import TIMEOUT, Server

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("restart")]


def statuses(server):
    """The status of each run that the server keeps."""
    return {folder.name: read_record(folder).status for folder in server.home.glob("runs/*")}


def test_a_killed_server_leaves_one_run_that_goes_on(tmp_path, new_tab):
    server = Server(tmp_path)
    try:
        tab = new_tab(server)
        run = tab.train(dataset="two_moons", model="autoencoder", steps=200_000)
        tab.press("pause")
        tab.reaches("paused")
        checkpoint = tab.step
        expect(tab.button("train")).to_have_text(re.compile("Resume"))
        tab.press("train")
        tab.grows(tab.stage, "step", checkpoint)
        tab.page.close()
        workers = server.children()
    finally:
        server.kill()
    assert not psutil.wait_procs(workers, timeout=TIMEOUT)[1]
    again = Server(tmp_path)
    try:
        tab = new_tab(again)
        tab.visit(run=run)
        tab.reaches("interrupted")
        assert statuses(again) == {run: Status.INTERRUPTED}
        expect(tab.button("train")).to_have_text(re.compile("Resume"))
        tab.press("train")
        tab.grows(tab.stage, "step", checkpoint)
        tab.press("pause")
        tab.reaches("paused")
        assert statuses(again) == {run: Status.PAUSED}
        tab.check()
    finally:
        again.stop()
