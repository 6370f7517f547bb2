"""Analyses as tasks on a worker: text and bytes in, bytes out, and a word on the way about how far they are."""

import time
from collections.abc import Callable
from typing import Any

from core.analysis import Result, analyse, preview
from core.config import RunConfig
from core.datasets import find
from core.errors import DownloadFailed
from core.fetching import fetch
from core.home import Home

# The topic under which workers say (run, key, share done).
PROGRESS = "latent-lab-progress"
# Seconds between two words about one thing.
PAUSE = 0.1


def run_analysis(
    name: str, config: str, state: bytes, parameters: dict[str, Any], home: Home, asked: tuple[str, str]
) -> bytes:
    """The result of analysis `name` on the model in `state`, as bytes; `asked`, a run and a key, says whose it is."""
    return analyse(name, RunConfig.model_validate_json(config), state, parameters, home, _reporter(asked)).to_bytes()


def run_preview(config: str, home: Home) -> bytes:
    """Fixed held-out samples of a configuration's dataset, as bytes."""
    return preview(RunConfig.model_validate_json(config), home).to_bytes()


def run_fetch(dataset: str, home: Home, asked: tuple[str, str]) -> bytes:
    """Fetch the files that a dataset needs; a result, as bytes, whose number "problem" says why that failed, or ""."""
    # Returned, not raised: no network is no error that a worker should write to its log.
    try:
        fetch(find(dataset, home).downloads, home.downloads, _reporter(asked))
    except DownloadFailed as error:
        return Result({"problem": str(error)}).to_bytes()
    return Result({"problem": ""}).to_bytes()


def _reporter(asked: tuple[str, str]) -> Callable[[float], None]:
    """What tells the server the share done of what was `asked`, at most a few times a second."""
    from distributed import get_worker

    worker, said = get_worker(), [0.0]

    def report(share: float) -> None:
        if share == 1 or time.monotonic() - said[0] > PAUSE:
            said[0] = time.monotonic()
            worker.log_event(PROGRESS, (*asked, share))

    return report
