"""The real application in a process of its own."""

import os
import re
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import psutil

from tests.patience import TIMEOUT

ROOT = Path(__file__).parent.parent


class Server:
    """`python app.py` with its runs in `home`, on `port` or on the first free one, and what else it finds set."""

    def __init__(self, home: Path, port: int | None = None, workers: int = 1, **variables: str) -> None:
        self.home = home
        self.log = ""
        self.url = ""
        self._listening = threading.Event()
        environment = {**os.environ, "LATENT_LAB_HOME": str(home), "PYTHONUNBUFFERED": "1", **variables}
        environment["LATENT_LAB_WORKERS"] = str(workers)
        # Nobody listens there: no test fetches anything from anybody.
        environment["LATENT_LAB_MIRROR"] = "http://127.0.0.1:9"
        if port is not None:
            environment["STREAMLIT_SERVER_PORT"] = str(port)
        self._process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=self._read, daemon=True).start()
        if not self._listening.wait(TIMEOUT) or not self.url:
            self.kill()
            raise RuntimeError(f"The server did not start:\n{self.log}")
        with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=TIMEOUT) as answer:
            assert answer.status == 200

    @property
    def pid(self) -> int:
        return self._process.pid

    def children(self) -> list[psutil.Process]:
        """Its worker processes."""
        return psutil.Process(self.pid).children(recursive=True)

    def stop(self) -> None:
        """End it as `kill` on a command line does; it has to go, and to take its workers along."""
        children = self.children()
        self._process.terminate()
        try:
            self._process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        assert not psutil.wait_procs(children, timeout=TIMEOUT)[1]

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.kill()
        self._process.wait()

    def _read(self) -> None:
        """Follow what it prints; the first address is where it listens."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.log += line
            address = re.search(r"http://[\d.]+:\d+\S*", line)
            if address and not self.url:
                self.url = address[0]
                self._listening.set()
        self._listening.set()
