"""Thirteen measurements of 178 wines."""

from core.dataset import Card, DataSpec, Source, Split
from core.datasets._measurements import Measurements, split_measurements
from core.hyperparameters import Hyperparameters


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Vectors (N, 13) as they were measured, labelled by cultivar; a fifth of each is held out, drawn by `seed`."""
    from sklearn.datasets import load_wine

    table, labels = load_wine(return_X_y=True)
    return split_measurements(table, labels, seed)


WINE = Source(
    spec=DataSpec(
        kind="vector",
        shape=(13,),
        value_range=(0.13, 1680.0),
        label_names=("first cultivar", "second cultivar", "third cultivar"),
    ),
    card=Card(
        title="Wine",
        summary=(
            "Thirteen chemical measurements of wines from three cultivars, each scaled to [0, 1]: so few samples that "
            "a network soon knows them by heart. As they come, one in the hundreds outweighs all others."
        ),
        origin="UCI wine recognition data (Aeberhard & Forina 1992), from scikit-learn",
        licence="CC BY 4.0",
    ),
    sizes=(142, 36),
    read=read,
    Parameters=Measurements,
)
