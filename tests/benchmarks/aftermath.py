"""After all kills: whether runs came to what they would have been, and what lies around."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from core import RunConfig, fit
from core.engine.store import RunStore
from core.home import Home
from core.training.checkpoint import Checkpoint
from tests.benchmarks.pool import pool
from tests.benchmarks.tally import Tally


def unlike_undisturbed(home: Home, tally: Tally) -> list[str]:
    """The runs whose weights are not those of the same training without any kill, bit for bit."""
    store = RunStore(home)
    try:
        workers: ProcessPoolExecutor
        with pool() as workers:
            same = {}
            for run, status in tally.statuses.items():
                record, state = store.get(run), store.state(run)
                if status == "finished" and record.config is not None and state is not None:
                    same[run] = workers.submit(_is_same, record.config.model_dump_json(), state)
            return [f"run {run} has other weights" for run, answer in same.items() if not answer.result()]
    finally:
        store.close()


def left_behind(home: Home, temporary: Path) -> list[str]:
    """Half-written files in the home, and what is left in the folder for temporary files beside Dask's own locks."""
    half = [path for pattern in ("*.tmp", "*.fresh") for path in home.path.rglob(pattern)]
    around = [
        Path(folder) / name for folder, _, names in os.walk(temporary) for name in names if not name.endswith(".lock")
    ]
    around += [path for path in temporary.iterdir() if path.name.startswith("latent-lab")]
    return [f"{path} was left behind" for path in (*half, *around)]


def _is_same(config: str, state: bytes) -> bool:
    trained = Checkpoint.from_bytes(state).weights
    undisturbed = fit(RunConfig.model_validate_json(config)).model.state_dict()
    return trained.keys() == undisturbed.keys() and all(
        trained[name].equal(weight) for name, weight in undisturbed.items()
    )
