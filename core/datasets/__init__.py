"""The table of datasets: one file each, one line here; `find` knows what people brought, too."""

from typing import Any

from core.dataset import Dataset, Source
from core.datasets.breast_cancer import BREAST_CANCER
from core.datasets.checkerboard import CHECKERBOARD
from core.datasets.circles import CIRCLES
from core.datasets.control_charts import CONTROL_CHARTS
from core.datasets.cylinder_bell_funnel import CYLINDER_BELL_FUNNEL
from core.datasets.digit_rows import DIGIT_ROWS
from core.datasets.digits import DIGITS
from core.datasets.faces import FACES
from core.datasets.fashion import FASHION
from core.datasets.fashion_full import FASHION_FULL
from core.datasets.grid import GRID
from core.datasets.mnist import MNIST
from core.datasets.mnist_5000 import MNIST_5000
from core.datasets.pendulum import PENDULUM
from core.datasets.pinwheel import PINWHEEL
from core.datasets.ring import RING
from core.datasets.sprites import SPRITES
from core.datasets.surnames import SURNAMES
from core.datasets.swiss_roll import SWISS_ROLL
from core.datasets.tones import TONES
from core.datasets.two_moons import TWO_MOONS
from core.datasets.two_spirals import TWO_SPIRALS
from core.datasets.waves import WAVES
from core.datasets.wine import WINE
from core.errors import UnknownDataset
from core.fetching import fetch
from core.held import Held
from core.home import Home
from core.hyperparameters import Hyperparameters
from core.metrics import Metric
from core.preprocessing import applied
from core.uploads.shelf import is_upload

DATASETS: dict[str, Source] = {
    "digits": DIGITS,
    "mnist_5000": MNIST_5000,
    "fashion": FASHION,
    "sprites": SPRITES,
    "mnist": MNIST,
    "fashion_full": FASHION_FULL,
    "faces": FACES,
    "two_moons": TWO_MOONS,
    "ring": RING,
    "grid": GRID,
    "swiss_roll": SWISS_ROLL,
    "pinwheel": PINWHEEL,
    "circles": CIRCLES,
    "checkerboard": CHECKERBOARD,
    "two_spirals": TWO_SPIRALS,
    "wine": WINE,
    "breast_cancer": BREAST_CANCER,
    "digit_rows": DIGIT_ROWS,
    "waves": WAVES,
    "control_charts": CONTROL_CHARTS,
    "cylinder_bell_funnel": CYLINDER_BELL_FUNNEL,
    "pendulum": PENDULUM,
    "tones": TONES,
    "surnames": SURNAMES,
}


def find(name: str, home: Home) -> Source:
    """The dataset called `name`: one of the table, or one that was brought to `home`.

    Raises:
        UnknownDataset: there is none.
    """
    if name in DATASETS:
        return DATASETS[name]
    if is_upload(name):
        return home.shelf.source(name)
    raise UnknownDataset(f"There is no dataset called {name!r}; choose one of {', '.join(DATASETS)}.")


def metrics_of(name: str, parameters: Hyperparameters) -> tuple[Metric, ...]:
    """What is measured of new samples because the dataset called `name` is known to be a mixture, unless scaled."""
    source = DATASETS.get(name)
    if source is None or source.modes is None or applied(source.spec, parameters) != "none":
        return ()
    return source.modes(parameters).metrics


def dataset_of(name: str, seed: int, parameters: Hyperparameters, home: Home) -> Dataset:
    """The data of a run, kept for the next run or analysis on the same data; nobody writes into it.

    Raises:
        UnknownDataset: no dataset has this name, or it was deleted.
        DownloadFailed: it must be fetched, and could not be.
    """
    # Each time anew: what was deleted meanwhile must not come out of what is held.
    source = find(name, home)

    def load() -> Dataset:
        return source.load(name, seed, parameters, fetch(source.downloads, home.downloads))

    return _held.get((name, seed, parameters, home), load)


def _bytes_of(dataset: Dataset) -> int:
    return sum(split.x.nbytes for split in (dataset.train, dataset.validation, dataset.test))


# Of large data, no others than those in use: a worker that has seen four seeds of MNIST would hold a gigabyte.
_held: Held[Dataset] = Held(256 * 2**20, _bytes_of)


def load_dataset(name: str, seed: int = 0, *, home: Home | None = None, **parameters: Any) -> Dataset:
    """Load a dataset by name; `parameters` are its own declared ones, such as `sigma` of `ring`.

    Raises:
        UnknownDataset: no dataset has this name.
        ValidationError: a parameter is outside its range.
        DownloadFailed: it must be fetched, and could not be.
    """
    home = home or Home()
    declared: Hyperparameters = find(name, home).Parameters(**parameters)
    return dataset_of(name, seed, declared, home)
