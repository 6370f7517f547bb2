"""Makes recording.gz: the run that a visitor would start, as it goes."""

from core import RunConfig
from core.query import FIRST_MODEL, WELCOME_DATASET
from core.recording import FILE, record, to_bytes

PICTURES = 18


def main() -> None:
    """Train the first dataset and model with their defaults, and keep what was seen."""
    FILE.write_bytes(to_bytes(record(RunConfig(dataset=WELCOME_DATASET, model=FIRST_MODEL), PICTURES)))


if __name__ == "__main__":
    main()
