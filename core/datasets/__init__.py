"""The table of datasets: one file each, one line here."""

from functools import lru_cache
from typing import Any

from core.dataset import Dataset, Source
from core.datasets.control_charts import CONTROL_CHARTS
from core.datasets.digit_rows import DIGIT_ROWS
from core.datasets.digits import DIGITS
from core.datasets.fashion import FASHION
from core.datasets.grid import GRID
from core.datasets.ring import RING
from core.datasets.swiss_roll import SWISS_ROLL
from core.datasets.two_moons import TWO_MOONS
from core.datasets.waves import WAVES
from core.hyperparameters import Hyperparameters

DATASETS: dict[str, Source] = {
    "digits": DIGITS,
    "fashion": FASHION,
    "two_moons": TWO_MOONS,
    "ring": RING,
    "grid": GRID,
    "swiss_roll": SWISS_ROLL,
    "digit_rows": DIGIT_ROWS,
    "waves": WAVES,
    "control_charts": CONTROL_CHARTS,
}


@lru_cache(maxsize=4)
def dataset_of(name: str, seed: int, parameters: Hyperparameters) -> Dataset:
    """The data of a run, kept for the next run or analysis on the same data; nobody writes into it."""
    return DATASETS[name].load(name, seed, parameters)


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
