"""Analyses as tasks on a worker: text and bytes in, bytes out, and a word on the way about how far they are."""

from typing import Any

from core.analysis import analyse, preview
from core.config import RunConfig

# The topic under which workers say (run, key, share done).
PROGRESS = "latent-lab-progress"


def run_analysis(name: str, config: str, state: bytes, parameters: dict[str, Any], asked: tuple[str, str]) -> bytes:
    """The result of analysis `name` on the model in `state`, as bytes; `asked`, a run and a key, says whose it is."""
    from distributed import get_worker

    worker = get_worker()

    def report(share: float) -> None:
        worker.log_event(PROGRESS, (*asked, share))

    return analyse(name, RunConfig.model_validate_json(config), state, parameters, report).to_bytes()


def run_preview(config: str) -> bytes:
    """Fixed held-out samples of a configuration's dataset, as bytes."""
    return preview(RunConfig.model_validate_json(config)).to_bytes()
