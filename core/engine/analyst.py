"""Analyses as tasks on a worker: text and bytes in, bytes out."""

from typing import Any

from core.analysis import analyse, preview
from core.config import RunConfig


def run_analysis(name: str, config: str, state: bytes, parameters: dict[str, Any]) -> bytes:
    """The result of analysis `name` on the model in `state`, as bytes."""
    return analyse(name, RunConfig.model_validate_json(config), state, parameters).to_bytes()


def run_preview(config: str) -> bytes:
    """Fixed held-out samples of a configuration's dataset, as bytes."""
    return preview(RunConfig.model_validate_json(config)).to_bytes()
