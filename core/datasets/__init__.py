"""The table of datasets: one file each, one line here."""

from typing import Any

from core.config import Hyperparameters
from core.dataset import Dataset, Source
from core.datasets.digits import DIGITS
from core.datasets.grid import GRID
from core.datasets.ring import RING
from core.datasets.swiss_roll import SWISS_ROLL
from core.datasets.two_moons import TWO_MOONS

DATASETS: dict[str, Source] = {
    "digits": DIGITS,
    "two_moons": TWO_MOONS,
    "ring": RING,
    "grid": GRID,
    "swiss_roll": SWISS_ROLL,
}


def load_dataset(name: str, seed: int = 0, **parameters: Any) -> Dataset:
    """Load a dataset by name; `parameters` are its own declared ones, such as `sigma` of `ring`.

    Raises:
        KeyError: no dataset has this name.
        ValidationError: a parameter is outside its range.
    """
    if name not in DATASETS:
        raise KeyError(f"There is no dataset called {name!r}; choose one of {', '.join(DATASETS)}.")
    source = DATASETS[name]
    declared: Hyperparameters = source.Parameters(**parameters)
    return source.load(name, seed, declared)
