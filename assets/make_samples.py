"""Makes samples/: what a few samples of each dataset look like, for the list of them on the Data page."""

from pathlib import Path

from core import DATASETS, RunConfig
from core.analysis import preview
from core.errors import LatentLabError
from core.query import first_model
from core.thumbnail import thumbnail_of_data

FOLDER = Path(__file__).parent / "samples"


def main() -> None:
    """Draw those that are here or need not be fetched; the pictures of the others stay."""
    FOLDER.mkdir(exist_ok=True)
    for name, source in DATASETS.items():
        try:
            seen = preview(RunConfig(dataset=name, model=first_model(source.spec)))
        except LatentLabError as error:
            print(f"{name} is not here: {error}")
            continue
        (FOLDER / f"{name}.png").write_bytes(thumbnail_of_data(seen.samples, seen.spec))


if __name__ == "__main__":
    main()
