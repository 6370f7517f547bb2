"""Latent Lab's core: datasets, models, training and analysis, with no browser in sight.

Names are imported when they are first asked for: torch takes seconds, and a process that only reads somebody's file, or
paints a first page, need not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.analysis.code_file import open_codes
    from core.config import RunConfig
    from core.datasets import DATASETS, load_dataset
    from core.models import MODELS
    from core.sweeps.declaration import Sweep
    from core.sweeps.table import sweep
    from core.training.loop import Run, fit, train
    from core.training.snapshot import Snapshot
    from core.uploads.reading import read_upload

__all__ = [
    "DATASETS",
    "MODELS",
    "Run",
    "RunConfig",
    "Snapshot",
    "Sweep",
    "fit",
    "load_dataset",
    "open_codes",
    "read_upload",
    "sweep",
    "train",
]

MODULES = {
    "open_codes": "core.analysis.code_file",
    "RunConfig": "core.config",
    "DATASETS": "core.datasets",
    "load_dataset": "core.datasets",
    "MODELS": "core.models",
    "read_upload": "core.uploads.reading",
    "Sweep": "core.sweeps.declaration",
    "sweep": "core.sweeps.table",
    "Run": "core.training.loop",
    "fit": "core.training.loop",
    "train": "core.training.loop",
    "Snapshot": "core.training.snapshot",
}


def __getattr__(name: str) -> Any:
    """A name of `__all__` from the file that it is at home in (PEP 562)."""
    if name not in MODULES:
        raise AttributeError(f"module 'core' has no attribute {name!r}")
    return getattr(import_module(MODULES[name]), name)
