"""Jobs as tasks on a worker: text and bytes in, bytes out, and messages on the way about how far they are."""

import time
from collections import deque
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

from core.analysis import analyse, plotted, preview
from core.analysis.result import Follow
from core.config import RunConfig
from core.datasets import find
from core.engine.memory import give_back
from core.errors import LatentLabError, Stopped
from core.fetching import fetch
from core.home import Home
from core.protocol import Array
from core.selection import Part

# On a worker, by their tokens, the analyses that it is at and that are to go on.
_going: set[str] = set()
# The tokens of the last that were told to stop: one may begin in the moment in which it is taken from the queue.
_stopped: deque[str] = deque(maxlen=1000)
STOPPED = "This was stopped before its end."

P = ParamSpec("P")
T = TypeVar("T")

# The topics under which workers say (token, share done), and where points stand, (token, shape, float32).
PROGRESS = "latent-lab-progress"
MOVED = "latent-lab-moved"
# Seconds between two messages about one thing.
PAUSE = 0.1


def job(function: Callable[P, T]) -> Callable[P, T | LatentLabError]:
    """`function`, which gives back its memory, and returns an error that has a sentence for people.

    Raised, that would fill the worker's log.
    """

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T | LatentLabError:
        try:
            return function(*args, **kwargs)
        except LatentLabError as error:
            return error
        finally:
            give_back()

    return answer


@job
def run_analysis(name: str, config: str, state: bytes, parameters: dict[str, Any], home: Home, token: str) -> bytes:
    """The result of analysis `name` on the model in `state`, as bytes."""
    if token in _stopped:
        raise Stopped(STOPPED)
    _going.add(token)
    try:
        given = RunConfig.model_validate_json(config), state, parameters, home, ender(token), follower(token)
        return analyse(name, *given).to_bytes()
    finally:
        _going.discard(token)


def stop(token: str) -> None:
    """Have the analysis of this name stop where its points stand, or else end, and not begin if it has not yet."""
    _stopped.append(token)
    _going.discard(token)


@job
def run_preview(config: str, home: Home) -> bytes:
    """Fixed held-out samples of a configuration's dataset, as bytes."""
    return preview(RunConfig.model_validate_json(config), home).to_bytes()


@job
def run_plotted(config: str, part: Part, home: Home) -> bytes:
    """The samples of one part of a configuration's data that plots draw, as bytes."""
    return plotted(RunConfig.model_validate_json(config), part, home).to_bytes()


@job
def run_fetch(dataset: str, home: Home, token: str) -> tuple[Path, ...]:
    """Fetch the files that a dataset needs; their paths."""
    return fetch(find(dataset, home).downloads, home.downloads, reporter(token))


def reporter(token: str) -> Callable[[float], None]:
    """What tells the server the share done of the job of this name, at most a few times a second."""
    from distributed import get_worker

    worker, said = get_worker(), [0.0]

    def report(share: float) -> None:
        if share == 1 or time.monotonic() - said[0] > PAUSE:
            said[0] = time.monotonic()
            worker.log_event(PROGRESS, (token, share))

    return report


def ender(token: str) -> Callable[[float], None]:
    """What tells the server the share done of the analysis of this name, and ends it where it is not to go on."""
    report = reporter(token)

    def report_or_end(share: float) -> None:
        if token not in _going:
            raise Stopped(STOPPED)
        report(share)

    return report_or_end


def follower(token: str) -> Follow:
    """What tells the server where the points of the job of this name are, and the job whether it is to stop."""
    from distributed import get_worker

    worker, said, report = get_worker(), [0.0], reporter(token)

    def follow(points: Array, share: float) -> bool:
        report(share)
        if time.monotonic() - said[0] > PAUSE:
            said[0] = time.monotonic()
            worker.log_event(MOVED, (token, points.shape, points.astype(np.float32).tobytes()))
        return token not in _going

    return follow
